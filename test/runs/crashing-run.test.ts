import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LeaseLostError } from '../../src/ports/lease.ts';
import type { Step } from '../../src/steps/context.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { alice, bob, openInstallation, type Installation } from '../support/installation.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { eventually } from '../support/eventually.ts';

let server: TestRedis;
let installation: Installation;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
afterEach(() => installation.close());

/** Steps whose reading ends the worker's work on a run as a crash does: nothing is written any more, the lease is free. */
const deadly = (steps: readonly Step[], isDeadly: () => boolean, died: () => void): readonly Step[] => {
  const list = [...steps];
  list[Symbol.iterator] = () => {
    if (!isDeadly()) return steps[Symbol.iterator]();
    died();
    throw new LeaseLostError('killed');
  };
  return list;
};

test('a run that ends every worker is given up after five, told why, and can be retried; other runs go on', async () => {
  let poisonous = true;
  let deaths = 0;
  installation = openInstallation({
    url: server.url,
    steps: deadly(
      [configMapStep('a')],
      () => poisonous,
      () => (deaths += 1),
    ),
  });
  await installation.worker();
  const { id } = await installation.start();
  const failed = await installation.reaches(id, 'failed');
  expect(deaths).toBe(5);
  expect(failed).toMatchObject({ failure: { problems: [{ code: 'PGD-091', what: expect.stringContaining('5 times in a row') }] } });
  // A worker that lost its lease and lives is no crash; both look the same from here.
  expect(failed.failure?.problems[0]?.what).toContain('crashed or could not keep its lease');
  expect(failed).not.toHaveProperty('begun');
  poisonous = false;
  await eventually(async () => expect((await installation.redis.store.get(id))?.thread.ts).toBeDefined());
  await installation.runs.retry({ ...installation.click((await installation.redis.store.get(id))!, alice), deed: 'retry' });
  expect(await installation.reaches(id, 'awaiting-approval')).not.toHaveProperty('begun');
});

test('four crashes and an end leave no trace', async () => {
  let deaths = 0;
  installation = openInstallation({
    url: server.url,
    steps: deadly(
      [configMapStep('a')],
      () => deaths < 4,
      () => (deaths += 1),
    ),
  });
  await installation.worker();
  const { id } = await installation.start();
  expect(await installation.reaches(id, 'awaiting-approval')).not.toHaveProperty('begun');
});

test('workers that are told to stop hand the run back as often as they like', async () => {
  installation = openInstallation({ url: server.url, steps: [configMapStep('a', { waitsForReady: true })] });
  let worker = await installation.worker();
  const { id } = await installation.start();
  await installation.reaches(id, 'awaiting-approval');
  await eventually(async () => expect((await installation.redis.store.get(id))?.thread.ts).toBeDefined());
  await installation.runs.approve(installation.click((await installation.redis.store.get(id))!, bob));
  for (let stops = 0; stops < 7; stops += 1) {
    await eventually(() => expect(installation.clusters.tokyo.watchers()).toBe(1));
    await worker.stop();
    worker = await installation.worker();
  }
  await eventually(async () => expect(await installation.redis.store.get(id)).toMatchObject({ state: 'applying', begun: 1 }));
  await eventually(() => expect(installation.clusters.tokyo.watchers()).toBe(1));
  installation.clusters.tokyo.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'test' }, data: { ready: 'yes' } });
  expect(await installation.reaches(id, 'succeeded')).not.toHaveProperty('begun');
});

test('a run whose workers end again and again is not given up while each gets a step further', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  let deaths = 0;
  let id = '';
  /** A worker that dies has not stored what it did in the last quarter of a second. */
  const isStored = (before: string): Promise<void> =>
    eventually(async () => expect((await installation.redis.store.get(id))?.outcomes[`test/${before}`]?.state).toBe('done'));
  const steps = names.map((name, index): Step => {
    const step = configMapStep(name);
    return {
      ...step,
      async apply(context) {
        if (deaths === index) {
          const before = names[index - 1];
          if (before !== undefined) await isStored(before);
          deaths += 1;
          throw new LeaseLostError('killed');
        }
        await step.apply(context);
      },
    };
  });
  installation = openInstallation({ url: server.url, steps });
  await installation.worker();
  ({ id } = await installation.start());
  await installation.reaches(id, 'awaiting-approval');
  await eventually(async () => expect((await installation.redis.store.get(id))?.thread.ts).toBeDefined());
  await installation.runs.approve(installation.click((await installation.redis.store.get(id))!, bob));
  await installation.reaches(id, 'succeeded');
  expect(deaths).toBe(names.length);
});
