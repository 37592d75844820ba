import { expect, test } from 'vitest';
import { exitCodeOf, told } from '../../src/cli/ending.ts';
import { UsageError } from '../../src/cli/options.ts';
import { NotKnownError, UserError } from '../../src/domain/problem.ts';
import type { Answer, Run } from '../../src/domain/run.ts';
import { told as sentence } from '../../src/domain/text.ts';
import { queuedRun } from '../support/stored-run.ts';

const going = new AbortController().signal;
const run = (changes: Partial<Run>): { kind: 'run'; run: Run } => ({ kind: 'run', run: queuedRun('r1', changes) });
const answer = (healthy: boolean): Answer => ({ healthy, verdicts: [] });

test.each([
  ['a deploy that succeeded', run({ state: 'succeeded' }), 'deploy', 0],
  ['a plan that waits for approval', run({ state: 'awaiting-approval' }), 'plan', 0],
  ['a deploy that goes on', run({ state: 'applying' }), 'approve', 0],
  ['a blocked plan', run({ state: 'blocked' }), 'plan', 1],
  ['a rejected plan that somebody waited for', run({ state: 'rejected' }), 'runs', 1],
  ['a plan that was rejected by this very command', run({ state: 'rejected' }), 'reject', 0],
  ['a run that was cancelled by this very command', run({ state: 'cancelled' }), 'cancel', 0],
  ['a database that is well', run({ kind: 'status', state: 'succeeded', answer: answer(true) }), 'status', 0],
  ['a database that is not', run({ kind: 'status', state: 'succeeded', answer: answer(false) }), 'status', 1],
])('%s', (_, outcome, verb, code) => {
  expect(exitCodeOf(outcome, verb)).toBe(code);
});

test.each([
  [new UserError(sentence`Nothing was done. \`/pgdist runs\` lists them.`), 4, 'Nothing was done. `pgdist runs` lists them.'],
  [new NotKnownError(sentence`It is not known.`), 3, 'It is not known.'],
  [new UsageError('Say which run'), 2, 'Say which run'],
  [new Error('connect ECONNREFUSED redis://:hunter2secret@redis:6379'), 3, 'connect ECONNREFUSED redis://:(hidden)@redis:6379'],
])('%s', (error, code, text) => {
  expect(told(error, going)).toEqual({ code, sentence: text });
});

test('an interrupt ends with 130 and says that what was asked for goes on', () => {
  expect(told(new Error('interrupted'), AbortSignal.abort(new Error('interrupted')))).toMatchObject({
    code: 130,
    sentence: expect.stringContaining('goes on'),
  });
});
