import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Absence } from '../../../src/domain/workers.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { applying, at, awaiting, run, waiting } from './fixtures.ts';
import { callsOf, recently, threadBench } from './thread-bench.ts';
import { CHANNEL, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

const absence: Absence = { since: at('14:09:11'), noticedAt: at('14:09:14'), namespace: 'pgdist' };
const transcript = () => slack.transcript(CHANNEL);
const said = (text: string): number => transcript().split(text).length - 1;

test('a run under way is told once as worked on by nobody, and the word is taken back by whoever shows it next', async () => {
  const bench = threadBench(slack, { now: at('14:08:10') });
  const asked = recently(applying);
  await bench.show(asked, waiting);
  await bench.show(asked, waiting, absence);
  expect(transcript()).toContain('*nobody works on it* (applying)');
  expect(transcript()).not.toContain('◐');
  expect(said('Nobody works on it.')).toBe(1);
  expect(transcript()).toContain('kubectl -n pgdist get pods -l app.kubernetes.io/component=worker');
  const calls = slack.calls.length;
  await bench.show(asked, waiting, absence);
  bench.restart();
  await bench.show(asked, waiting, absence);
  expect(slack.calls.length).toBe(calls);
  await bench.show(asked, waiting);
  expect(transcript()).toContain('*applying* · step 6 of 11');
  expect(transcript()).toContain('◐');
  expect(said('Nobody works on it.')).toBe(0);
  expect(said('A worker is alive again: run `r7k2` goes on. No worker was alive from')).toBe(1);
  const after = slack.calls.length;
  await bench.show(asked, waiting);
  expect(slack.calls.length).toBe(after);
});

test('a card that is first posted in the absence says it, and nothing is said a second time below it', async () => {
  const bench = threadBench(slack);
  await bench.show(recently(run), {}, absence);
  expect(transcript()).toContain('*nobody works on it* (queued)');
  expect(callsOf(slack, 'chat.postMessage')).toBe(1);
  await bench.show(recently(run));
  expect(transcript()).toContain('*queued*');
  expect(callsOf(slack, 'chat.postMessage')).toBe(1);
});

test.each([1, 2, 3, 4])('whoever dies before write %i of telling it, the next one tells it once and takes it back', async (dies) => {
  const bench = threadBench(slack);
  const asked = recently(applying);
  await bench.show(asked, waiting);
  bench.failWrites((write) => write >= dies);
  await bench.show(asked, waiting, absence).catch(() => undefined);
  bench.failWrites(() => false);
  bench.restart();
  await bench.show(asked, waiting, absence);
  expect(said('Nobody works on it.')).toBe(1);
  await bench.show(asked, waiting);
  expect(said('Nobody works on it.')).toBe(0);
});

test('a word whose post was begun by a process that died is found and taken back by a worker', async () => {
  const bench = threadBench(slack);
  const asked = recently(applying);
  await bench.show(asked, waiting);
  // The card's edit, the beginning of the post; its end is never stored.
  bench.failWrites((write) => write >= 3);
  await bench.show(asked, waiting, absence).catch(() => undefined);
  bench.failWrites(() => false);
  bench.restart();
  await bench.show(asked, waiting);
  expect(said('Nobody works on it.')).toBe(0);
  expect(said('A worker is alive again')).toBeLessThanOrEqual(1);
});

test('what waits for a person needs no worker, and a run that ended meanwhile is told as that', async () => {
  const bench = threadBench(slack);
  await bench.show(recently(awaiting), {}, absence);
  expect(transcript()).toContain('*waiting for approval*');
  expect(said('obody works on it')).toBe(0);
  const other = threadBench(slack);
  const asked = recently({ ...applying, id: 'r2' });
  await other.show(asked, waiting);
  await other.show(asked, waiting, absence);
  await other.show({ ...asked, state: 'cancelled', endedAt: at('14:10') }, waiting, absence);
  expect(transcript()).toContain('Run `r2` has ended by now.');
});

test('a second absence is told anew, and the word of the first is taken back', async () => {
  const bench = threadBench(slack);
  const asked = recently(applying);
  await bench.show(asked, waiting);
  await bench.show(asked, waiting, absence);
  await bench.show(asked, waiting, { ...absence, since: at('14:20:00'), noticedAt: at('14:20:03') });
  expect(said('Nobody works on it.')).toBe(1);
  expect(said('No worker was alive from')).toBe(1);
});

test('who asked for a status is told in private, once, unless the acknowledgement told it', async () => {
  const bench = threadBench(slack);
  const early = { ...run, kind: 'status', requestedAt: at('14:09:12') } as const;
  await bench.show(early, {}, absence);
  await bench.show(early, {}, absence);
  expect(slack.ephemerals('U0ALICE')).toHaveLength(1);
  await threadBench(slack).show({ ...early, id: 'r3', requestedAt: at('14:09:15') }, {}, absence);
  expect(slack.ephemerals('U0ALICE')).toHaveLength(1);
});
