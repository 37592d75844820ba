import { expect, test } from 'vitest';
import { isTerminal, mayStart, move, MOVES, TERMINAL_STATES, type Run, type RunState } from '../../src/domain/run.ts';

const run = (state: RunState): Run => ({ id: 'r1', state }) as Run;

test('a run cannot move where the table does not lead', () => {
  expect(move(run('awaiting-approval'), 'applying').state).toBe('applying');
  expect(() => move(run('succeeded'), 'applying')).toThrow('run r1 cannot move from succeeded to applying');
});

test('only a retry leads out of an end, and it leads to the queue', () => {
  for (const state of TERMINAL_STATES) expect(MOVES[state].filter((to) => to !== 'queued')).toEqual([]);
});

test('every live state can be cancelled', () => {
  const live = (Object.keys(MOVES) as RunState[]).filter((state) => !isTerminal(state) && state !== 'cancelling');
  for (const state of live) expect(MOVES[state]).toContain('cancelling');
});

test('a run whose asker was never told yes may start only until the time to tell them is over by any clock', () => {
  const waiting: Run = { ...run('queued'), acceptBy: '2026-11-22T14:00:01.000Z' };
  expect(mayStart(waiting, new Date('2026-11-22T14:00:05.999Z'))).toBe(true);
  expect(mayStart(waiting, new Date('2026-11-22T14:00:06.000Z'))).toBe(false);
  expect(mayStart(run('queued'), new Date())).toBe(true);
});
