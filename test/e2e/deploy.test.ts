import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import { operatorClient, type OperatorClient } from '../../playground/control/kit.ts';
import { CHANNEL } from '../../playground/people.ts';
import { pgdistProcess, type PgdistProcess } from '../../playground/processes.ts';
import { CONTROLLERS, isHeld, seen } from '../support/seen.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, writesOf, type TestPlayground } from '../support/playground.ts';
import { eventually, patienceMs } from '../support/eventually.ts';

const RELEASES = { apiVersion: 'v1', kind: 'Secret', labelSelector: 'owner=helm' };

let playground: TestPlayground;
let record: OpenRedis;
let hub: OperatorClient;
let second: PgdistProcess;
/** Resolves when helm has begun to install. */
let installing: Promise<void>;
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  record = recordOf(playground);
  second = pgdistProcess('worker', 'worker.ts', playground.environment, secondLog());
  hub = operatorClient(playground.fleet.connections[0]!, 'test');
  installing = seen(hub, RELEASES, ({ metadata }) => metadata.labels?.['status'] === 'pending-install');
});
afterAll(async () => {
  await second?.stop();
  await hub?.close();
  await record?.close();
  await playground?.close();
});

const firstLog = (): string => join(playground.folder, 'worker.log');
const secondLog = (): string => join(playground.folder, 'worker-2.log');
const newestRun = async () => (await record.store.list(1))[0];
const phasesBegunIn = async (log: string): Promise<number> => (await readFile(log, 'utf8')).split('"phase started"').length - 1;

test('a bot that was restarted knows the buttons of before', async () => {
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
    alice: approve
    expect-private alice may not approve
  `);
  await playground.bot.stop();
  await playground.bot.start();
  await playground.play(`
    bob: approve
    wait applying
    expect *Approved* by @bob
  `);
});

test('a worker that is told to stop while helm installs lets it finish and hands the deploy over', async () => {
  await second.start();
  await installing;
  await playground.worker.stop(patienceMs());
  expect(await readFile(firstLog(), 'utf8')).toContain('"stopped"');
  await eventually(async () => expect(await phasesBegunIn(secondLog())).toBe(1));
  expect((await hub.list(RELEASES)).map(({ metadata }) => metadata.labels?.['status'])).toEqual(['deployed']);
  expect(await newestRun()).toMatchObject({ state: 'applying' });
});

test('a worker that is killed while it holds what it must give back is followed by one that gives it back', async () => {
  await seen(hub, CONTROLLERS, isHeld);
  await second.kill();
  const before = await phasesBegunIn(firstLog());
  await playground.worker.start();
  await eventually(async () => expect(await phasesBegunIn(firstLog())).toBe(before + 1));
  expect(await newestRun()).toMatchObject({ state: 'applying' });
});

test('a deploy goes on while Slack takes nothing, and its thread catches up afterwards', async () => {
  const { slack } = playground;
  for (const method of ['chat.update', 'chat.postMessage']) slack.faults.always(method, { kind: 'http', status: 503 });
  await eventually(async () => expect(await newestRun()).toMatchObject({ state: 'succeeded' }));
  expect(slack.transcript(CHANNEL)).not.toContain('succeeded');
  slack.faults.clear();
  await playground.play(`
    wait succeeded
    expect is running over 2 clusters
    expect primary postgres-0 on demo-controller
    expect 2 of 2 standbys streaming
  `);
  const [card] = slack.messages(CHANNEL);
  const ends = slack.thread(CHANNEL, card?.ts ?? '').filter(({ ts }) => slack.messageText(CHANNEL, ts).includes('is running over'));
  expect(ends).toHaveLength(1);
});

test('nothing was installed twice on the way', async () => {
  const releases = await hub.list(RELEASES);
  expect(releases.map(({ metadata }) => metadata.name).toSorted()).toEqual([
    'sh.helm.release.v1.kubedb.v1',
    'sh.helm.release.v1.kubeslice-controller.v1',
  ]);
});

test('a second click on a decided plan is answered privately', async () => {
  const { slack } = playground;
  const card = slack.messages(CHANNEL)[0]!;
  const planned = slack.thread(CHANNEL, card.ts).find((message) => JSON.stringify(message.blocks).includes('Plan for'))!;
  await slack.actor('U0BOB').click(CHANNEL, planned.ts, 'approve');
  await playground.play('expect-private bob already approved');
});

test('status tells which standby is missing although the Postgres object still says Ready', async () => {
  await playground.insist(`
    alice: /pgdist status postgres
    expect postgres is healthy
  `);
  await playground.play('fleet: stop postgres-1');
  await playground.insist(`
    alice: /pgdist status postgres
    expect 1 of 2 standbys is missing
    expect postgres-1
  `);
  await playground.play('fleet: start postgres-1');
});

test('deploying what is in place asks nobody and changes nothing', async () => {
  const before = writesOf(playground).length;
  await playground.play(`
    alice: /pgdist deploy postgres
    wait succeeded
    expect nothing to do
  `);
  expect(writesOf(playground)).toHaveLength(before);
});

test('verify proves the whole procedure', async () => {
  await playground.insist(`
    alice: /pgdist verify postgres
    wait is healthy
  `);
});
