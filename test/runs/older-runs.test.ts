import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Run, RunState } from '../../src/domain/run.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { eventually } from '../support/eventually.ts';
import { alice, bob, openInstallation, type Installation } from '../support/installation.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { storedBy } from '../support/stored-by.ts';

/** The commit whose code wrote the stores, and an instant soon after it did. */
const COMMIT = '28d2e55';
const STORED_AT = '2026-11-28T04:44:10.000Z';
const VERSION = '1';

let server: TestRedis;
let installation: Installation;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
afterEach(() => installation.close());

/** This version's bot and worker over a store of the former one, whose run had done what its state says. */
const upgraded = async (
  state: RunState,
  procedureVersion: string,
  present = state === 'applying' || state === 'failed' ? ['a', 'b'] : [],
): Promise<{ readonly id: string; readonly writes: () => string[] }> => {
  const { prefix, runId: id } = await storedBy(COMMIT, state, server.url);
  const behindMs = Date.now() - Date.parse(STORED_AT);
  const clock = { ...systemClock, now: () => new Date(Date.now() - behindMs) };
  const steps = [configMapStep('a'), configMapStep('b', { waitsForReady: true })];
  installation = openInstallation({ url: server.url, prefix, procedureVersion, clock, steps });
  const { tokyo } = installation.clusters;
  const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test' }, data: { ready: 'yes' } });
  for (const name of present) tokyo.put(configMap(name));
  await installation.worker();
  return { id, writes: () => tokyo.calls.filter((call) => call.startsWith('apply')) };
};

/** The run in this state, with its thread. */
const shownIn = (id: string, state: RunState): Promise<Run> =>
  eventually(async () => {
    const run = await installation.redis.store.get(id);
    expect(run?.state).toBe(state);
    expect(run?.thread.ts).toBeDefined();
    return run!;
  });

const approve = async (id: string): Promise<void> => {
  await installation.runs.approve(installation.click(await shownIn(id, 'awaiting-approval'), bob));
};

const makeReady = async (): Promise<void> => {
  const { tokyo } = installation.clusters;
  const made = await eventually(async () => {
    const found = await tokyo.read({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'b' });
    expect(found).toBeDefined();
    return found!;
  });
  tokyo.put({ ...made, data: { ready: 'yes' } });
};

describe('a run of the former pgdist goes on with a procedure that is the same', () => {
  test.each(['queued', 'awaiting-approval'] as const)('%s: it is planned and approved as ever', async (state) => {
    const { id, writes } = await upgraded(state, VERSION);
    await approve(id);
    await makeReady();
    await installation.reaches(id, 'succeeded');
    expect(writes()).toEqual(['apply ConfigMap a', 'apply ConfigMap b']);
  });

  test('applying: its worker is gone, another goes on where it stopped', async () => {
    const { id, writes } = await upgraded('applying', VERSION);
    await installation.reaches(id, 'succeeded');
    expect(writes()).toEqual([]);
  });

  test('failed: a retry goes on with what remains under the approval that it had', async () => {
    const { id } = await upgraded('failed', VERSION, ['a']);
    await installation.runs.retry({ ...installation.click(await shownIn(id, 'failed'), alice), deed: 'retry' });
    await makeReady();
    expect(await installation.reaches(id, 'succeeded')).toMatchObject({ approval: { by: bob }, retries: 1 });
  });
});

describe('a run of the former pgdist asks for a new plan where the procedure is another', () => {
  test('queued: it is planned by the new one', async () => {
    const { id } = await upgraded('queued', '2');
    await approve(id);
    await makeReady();
    expect((await installation.reaches(id, 'succeeded')).plan?.procedureVersion).toBe('2');
  });

  test.each(['awaiting-approval', 'applying'] as const)('%s: nothing more is written before it is planned again', async (state) => {
    const { id, writes } = await upgraded(state, '2');
    if (state === 'awaiting-approval') await approve(id);
    const { differences } = await installation.reaches(id, 'superseded');
    expect(differences).toEqual([expect.stringContaining('pgdist was updated since this plan was made: its procedure is now 2')]);
    expect(writes()).toEqual([]);
    await installation.runs.retry({ ...installation.click(await shownIn(id, 'superseded'), alice), deed: 'plan-again' });
    if (state === 'awaiting-approval') {
      await approve(id);
      await makeReady();
    }
    await installation.reaches(id, 'succeeded');
  });

  test('failed: a retry does not go on under the old approval', async () => {
    const { id } = await upgraded('failed', '2', ['a']);
    await installation.runs.retry({ ...installation.click(await shownIn(id, 'failed'), alice), deed: 'retry' });
    const run = await installation.reaches(id, 'awaiting-approval');
    expect(run).not.toHaveProperty('approval');
    expect(run.plan?.procedureVersion).toBe('2');
  });
});

test('a plan that was made and recorded by another version is never applied, whatever its digest', async () => {
  const { id } = await upgraded('awaiting-approval', VERSION);
  await installation.reaches(id, 'awaiting-approval');
  const run = await shownIn(id, 'awaiting-approval');
  await installation.redis.store.save({ ...run, plan: { ...run.plan!, procedureVersion: '7' } });
  await approve(id);
  const { differences } = await installation.reaches(id, 'superseded');
  expect(differences).toEqual([expect.stringContaining("the plan's is 7")]);
});
