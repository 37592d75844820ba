import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { configMapStep } from '../support/config-map-step.ts';
import { eventually } from '../support/eventually.ts';
import { alice, bob, openInstallation, type Installation } from '../support/installation.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let installation: Installation;
let admin: Redis;
beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.close();
});
afterEach(() => installation.close());

/** Approved, with step a in place and b waited for. */
const applying = async (): Promise<string> => {
  const { id } = await installation.start();
  const run = await installation.reaches(id, 'awaiting-approval');
  await eventually(async () => expect((await installation.redis.store.get(id))?.thread.ts).toBeDefined());
  await installation.runs.approve(installation.click((await installation.redis.store.get(run.id))!, bob));
  await eventually(async () => expect((await installation.redis.store.get(id))?.outcomes['test/b']?.state).toBe('waiting'));
  return id;
};

test('a run that is under way when Redis loses all it held is stored again by its worker, and goes on to its end', async () => {
  installation = openInstallation({ url: server.url, steps: [configMapStep('a'), configMapStep('b', { waitsForReady: true })] });
  await installation.worker();
  const id = await applying();
  const before = (await installation.redis.store.get(id))!;
  await admin.flushall();
  const { tokyo } = installation.clusters;
  const restored = await eventually(async () => {
    const run = await installation.redis.store.get(id);
    expect(run?.state).toBe('applying');
    return run!;
  });
  expect(restored).toMatchObject({ approval: before.approval!, comparedAt: before.comparedAt!, thread: before.thread });
  // What it held is its again: the fleet, and the database.
  expect(await installation.start()).toMatchObject({ state: 'queued', behind: { runId: id, what: 'database' } });
  tokyo.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b', namespace: 'test' }, data: { ready: 'yes' } });
  await installation.reaches(id, 'succeeded');
  expect(tokyo.calls.filter((call) => call.startsWith('apply'))).toEqual(['apply ConfigMap a', 'apply ConfigMap b']);
});

test('a run that waited for a person is lost with Redis: its thread is ended, a new deploy is taken, and the installation stays who it was', async () => {
  const asked: { readonly runId: string; readonly isKnown: boolean }[] = [];
  let lost: string | undefined;
  installation = openInstallation({
    url: server.url,
    steps: [configMapStep('a')],
    forgottenThreads: {
      async end(isKnown) {
        asked.push({ runId: lost ?? '', isKnown: await isKnown(lost ?? '') });
        return 1;
      },
    },
  });
  await installation.worker();
  await eventually(async () => expect((await admin.keys('*:installation')).length).toBeGreaterThan(0));
  const { id } = await installation.start('deploy', alice);
  await installation.reaches(id, 'awaiting-approval');
  lost = id;
  await admin.flushall();
  await eventually(() => expect(asked).toContainEqual({ runId: id, isKnown: false }));
  expect(await Promise.all((await admin.keys('*:installation')).map((key) => admin.get(key)))).toContain('pgdist-test');
  const next = await installation.start('deploy', alice);
  await installation.reaches(next.id, 'awaiting-approval');
});

test('what a worker knows of a run after its lease ran out is stored again by nobody: somebody may have cancelled it since', async () => {
  const forgetful = await startRedis(['--save', '']);
  try {
    const lost: { id?: string } = {};
    const known: boolean[] = [];
    installation = openInstallation({
      url: forgetful.url,
      steps: [configMapStep('a'), configMapStep('b', { waitsForReady: true })],
      forgottenThreads: {
        async end(isKnown) {
          if (lost.id !== undefined) known.push(await isKnown(lost.id));
          return 1;
        },
      },
    });
    await installation.worker();
    const { tokyo } = installation.clusters;
    lost.id = await applying();
    expect(tokyo.watchers()).toBeGreaterThan(0);
    await forgetful.stop();
    await eventually(() => expect(tokyo.watchers()).toBe(0));
    await forgetful.start();
    await eventually(() => expect(known).toContain(false));
    expect(await installation.redis.store.get(lost.id)).toBeUndefined();
  } finally {
    await installation.close();
    await forgetful.close();
  }
});

test('a worker that stops before it ended the lost threads leaves it to the next', async () => {
  let ended = 0;
  installation = openInstallation({
    url: server.url,
    steps: [configMapStep('a')],
    forgottenThreads: {
      async end() {
        ended += 1;
        return 0;
      },
    },
  });
  const isStored = async (): Promise<void> => expect(await admin.keys('*:installation')).not.toEqual([]);
  const first = await installation.worker();
  await eventually(() => expect(ended).toBe(1));
  await admin.flushall();
  await eventually(isStored);
  await first.stop();
  expect(ended).toBe(1);
  await installation.worker();
  await eventually(() => expect(ended).toBe(2));
});
