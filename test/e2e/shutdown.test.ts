import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import { operatorClient } from '../../src/playground/operators/kit.ts';
import { CHANNEL } from '../../src/playground/people.ts';
import { pgdistProcess, type PgdistProcess } from '../../src/playground/processes.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
let record: OpenRedis;
let second: PgdistProcess;
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  record = recordOf(playground);
  second = pgdistProcess('worker', 'worker.ts', playground.environment, secondLog());
}, 60_000);
afterAll(async () => {
  await second?.stop();
  await record?.close();
  await playground?.close();
});

const secondLog = (): string => join(playground.folder, 'worker-2.log');
const newestRun = async () => (await record.store.list(1))[0];
const stepsDone = async (): Promise<number> =>
  Object.values((await newestRun())?.outcomes ?? {}).filter(({ state }) => state === 'done' || state === 'in-place').length;

test('a bot that was restarted knows the buttons of before', { timeout: 60_000 }, async () => {
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval 20
    expect approvers: @bob
  `);
  await playground.bot.stop();
  await playground.bot.start();
  await playground.play(`
    bob: approve
    wait applying 20
    expect *Approved* by @bob
  `);
});

test('a worker that is told to stop in the middle of a deploy hands it over at once', { timeout: 60_000 }, async () => {
  await second.start();
  await vi.waitFor(async () => expect(await stepsDone()).toBeGreaterThan(15), { timeout: 30_000 });
  const startedMs = performance.now();
  await playground.worker.stop(20_000);
  await vi.waitFor(async () => expect(await readFile(secondLog(), 'utf8')).toContain('"phase started"'), { timeout: 10_000 });
  expect(performance.now() - startedMs, 'before the lease of a worker that died would have run out').toBeLessThan(3_000);
  expect(await newestRun()).toMatchObject({ state: 'applying' });
});

test('a deploy goes on while Slack takes nothing, and its thread catches up afterwards', { timeout: 120_000 }, async () => {
  const { slack } = playground;
  for (const method of ['chat.update', 'chat.postMessage']) slack.faults.always(method, { kind: 'http', status: 503 });
  await vi.waitFor(async () => expect(await newestRun()).toMatchObject({ state: 'succeeded' }), { timeout: 80_000 });
  expect(slack.transcript(CHANNEL)).not.toContain('succeeded');
  slack.faults.clear();
  await playground.play(`
    wait succeeded 30
    expect is running over 2 clusters
    expect 2 of 2 standbys streaming
  `);
  const [card] = slack.messages(CHANNEL);
  const ends = slack.thread(CHANNEL, card?.ts ?? '').filter(({ ts }) => slack.messageText(CHANNEL, ts).includes('is running over'));
  expect(ends).toHaveLength(1);
});

test('nothing was installed twice on the way', async () => {
  const hub = operatorClient(playground.fleet.connections[0]!, 'test');
  const releases = await hub.list({ apiVersion: 'v1', kind: 'Secret', labelSelector: 'owner=helm' });
  await hub.close();
  expect(releases.map(({ metadata }) => metadata.name).toSorted()).toEqual([
    'sh.helm.release.v1.kubedb.v1',
    'sh.helm.release.v1.kubeslice-controller.v1',
  ]);
});
