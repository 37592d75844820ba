import { expect, test } from 'vitest';
import { runCheckup } from '../../src/checkup/run-checkup.ts';
import { exitCodeOf, rowsOf } from '../../src/domain/checkup.ts';
import { systemClock } from '../support/system-clock.ts';

const redis = rowsOf('redis');
const slack = rowsOf('slack');

test('rows come in the order of areas, whichever check ends first', async () => {
  const rows = await runCheckup(
    [
      { area: 'redis', look: async () => [redis.well('first done')] },
      { area: 'slack', look: async () => [slack.well('told first')] },
    ],
    systemClock,
  );
  expect(rows.map(({ says }) => says)).toEqual(['told first', 'first done']);
});

test('a check that does not end is told as not known and its signal aborted; one that throws is told with its reason', async () => {
  let aborted = false;
  const clock = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 1000, signal) };
  const rows = await runCheckup(
    [
      { area: 'slack', look: (signal) => new Promise(() => signal.addEventListener('abort', () => (aborted = true))) },
      { area: 'redis', look: () => Promise.reject(new Error('out of order')) },
    ],
    clock,
    20_000,
  );
  expect(rows).toEqual([slack.unknown('nothing is known of it: no answer within 20 s'), redis.unknown('nothing is known of it: out of order')]);
  expect(aborted).toBe(true);
});

test.each([
  [[redis.well(''), redis.warning(''), redis.leftOut('')], 0],
  [[redis.well(''), redis.unknown('')], 3],
  [[redis.unknown(''), redis.fault('')], 1],
])('of %j the exit code is %i', (rows, code) => {
  expect(exitCodeOf(rows)).toBe(code);
});
