import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import { CHANNEL } from '../../playground/people.ts';
import { pgdistProcess, type PgdistProcess } from '../../playground/processes.ts';
import { eventually } from '../support/eventually.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
let record: OpenRedis;
let second: PgdistProcess;
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  record = recordOf(playground);
  second = pgdistProcess('worker', 'worker.ts', playground.environment, join(playground.folder, 'worker-2.log'));
  await second.start();
});
afterAll(async () => {
  await second?.stop();
  await record?.close();
  await playground?.close();
});

const transcript = (): string => playground.slack.transcript(CHANNEL);
const shows = (text: string): Promise<void> => eventually(() => expect(transcript()).toContain(text));

test('one worker of two that dies is missed by nobody', async () => {
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
    bob: approve
    wait applying
  `);
  await second.kill();
  await shows('*applying* · step');
  expect(transcript()).not.toContain('No worker');
});

test('when the last worker dies in a deploy, the card spins no more and the thread says since when, what becomes of the run and what to do', async () => {
  await playground.play('fleet: break worker-killed');
  await shows('*nobody works on it* (applying)');
  await shows('Nobody works on it.* No worker has been alive since');
  expect(transcript()).not.toContain('◐');
  expect(transcript()).toContain('is kept and goes on when one starts; pgdist changes nothing until then.');
});

test('whoever asks meanwhile is told with the acknowledgement, and the list of runs says it', async () => {
  await playground.play(`
    alice: /pgdist status postgres
    expect-private alice is accepted and waits
    expect-private alice No worker has been alive since
    bob: /pgdist runs
    expect-private bob No worker has been alive since
  `);
});

test('what is decided meanwhile is seen, although no worker shows it', async () => {
  await playground.play(`
    bob: /pgdist verify postgres
    expect-private bob is accepted and waits
  `);
  await shows('`Verify postgres on demo` — *nobody works on it* (queued)');
  await playground.play(`
    bob: Cancel
    wait cancelled
  `);
});

test('a worker that starts takes the word back, gives the answer that was waited for, and goes on with the deploy to its end', async () => {
  await playground.play('fleet: mend worker-killed');
  await shows('A worker is alive again: run');
  await shows('[Verify] [Ask again]');
  await shows('*applying* · step');
  await eventually(() => expect(transcript()).not.toContain('obody works on it'));
  expect(transcript().split('No worker was alive from').length - 1).toBe(1);
  await playground.play(`
    alice: /pgdist cancel ${(await record.store.live()).find(({ kind }) => kind === 'deploy')?.id}
    expect-private alice is stopping
  `);
  await shows('`Deploy postgres on demo` — *cancelled* by @alice');
});
