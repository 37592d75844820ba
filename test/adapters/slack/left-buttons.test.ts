import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import type { Run } from '../../../src/domain/run.ts';
import { at, awaiting, failed } from './fixtures.ts';
import { threadBench } from './thread-bench.ts';
import { CHANNEL, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

const shown = () => slack.messages(CHANNEL).flatMap(({ ts }) => slack.thread(CHANNEL, ts));
/** Buttons of all messages, by their words. */
const buttons = (): string[] =>
  [...JSON.stringify(shown().map(({ blocks }) => blocks)).matchAll(/"action_id":"([a-z-]+)"/g)].map(([, id = '']) => id);

const rejection = { by: { userId: 'U0BOB', teamId: 'T0HOME' }, at: at('14:06') };
const rejected: Run = { ...awaiting, state: 'rejected', rejection, endedAt: at('14:06'), attempt: awaiting.attempt + 1 };

test('the end of a run loses its buttons once somebody has it done again, keeps its words, and says by whom', async () => {
  const bench = threadBench(slack);
  await bench.show(failed);
  expect(buttons()).toContain('retry');
  const { failure: _, endedAt: __, ...rest } = failed;
  const again: Run = { ...rest, state: 'queued', retries: 1, retriedBy: rejection.by, attempt: failed.attempt + 1, outcomes: {} };
  await bench.show(again);
  expect(buttons()).toEqual(['cancel']);
  const words = shown().map(({ text }) => text);
  expect(words.join('\n')).toContain('Next: Retry');
  expect(words.join('\n')).toContain('<@U0BOB> had it done again: what came of that stands below.');
  const calls = slack.calls.length;
  await bench.show(again);
  expect(slack.calls.slice(calls)).toEqual([]);
});

test('buttons that an edit of before brings back, since Slack was late with it, are taken away again', async () => {
  const bench = threadBench(slack, { now: new Date().toISOString() });
  await bench.show(awaiting);
  const [plan] = shown().filter(({ blocks }) => JSON.stringify(blocks).includes('"approve"'));
  slack.faults.next('chat.update', { kind: 'drop' });
  await bench.show(rejected);
  await bench.show(rejected);
  expect(buttons()).toEqual([]);
  // What was sent before and had no answer is carried out now.
  await fetch(`${slack.apiUrl}chat.update`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${slack.botToken}` },
    body: JSON.stringify({ channel: CHANNEL, ts: plan?.ts, text: plan?.text, blocks: plan?.blocks }),
  });
  expect(buttons()).toContain('approve');
  await bench.showFor(rejected, 60_000);
  expect(buttons()).toEqual([]);
  expect(bench.stored().unsureAt).toBeUndefined();
});

test('where pgdist may not read, the run is shown all the same', async () => {
  const bench = threadBench(slack);
  await bench.show(failed);
  slack.faults.always('conversations.replies', { kind: 'error', error: 'missing_scope' });
  const { failure: _, endedAt: __, ...rest } = failed;
  await bench.show({ ...rest, state: 'queued', retries: 1, attempt: failed.attempt + 1, outcomes: {} });
  expect(buttons()).toContain('cancel');
});
