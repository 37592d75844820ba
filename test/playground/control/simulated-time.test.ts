import { expect, test } from 'vitest';
import { simulatedTime } from '../../../playground/control/simulated-time.ts';

const { signal } = new AbortController();

/** Keeps this process from every turn of its loop. */
const block = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end;);
};

test('delays are divided by the speed, and what is due earlier is over earlier, whatever was asked for first', async () => {
  const time = simulatedTime(1_000);
  const over: string[] = [];
  const startedMs = performance.now();
  const waits = [60_000, 5_000, 30_000].map((ms) => time.after(ms, signal).then(() => over.push(`${ms / 1_000} s`)));
  await Promise.all(waits);
  expect(over).toEqual(['5 s', '30 s', '60 s']);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(59);
});

test('a process that gets no turn does not find afterwards that much time has passed', async () => {
  const time = simulatedTime(60);
  const over: string[] = [];
  const graceOfOthers = time.after(40_000, signal).then(() => over.push('a grace period of 40 s'));
  block(2_000);
  // Two real seconds are 120 simulated ones; but what was to happen in between had no turn either.
  await time.after(6_000, signal).then(() => over.push('work of 6 s'));
  expect(over).toEqual(['work of 6 s']);
  await graceOfOthers;
});

test('a loop that is blocked again and again goes on more slowly, and goes on', async () => {
  const time = simulatedTime(60);
  let blocks = 0;
  const busy = setInterval(() => {
    block(100);
    blocks += 1;
  }, 1);
  await time.after(12_000, signal);
  clearInterval(busy);
  // 12 s are 200 ms of turns, of which each counts 25 ms at most: without that two blocks would do.
  expect(blocks).toBeGreaterThan(4);
});

test('what a fleet reckons from dates leaves the same gaps out', async () => {
  const time = simulatedTime(60);
  const end = new AbortController();
  const somebody = time.after(3_600_000, end.signal);
  const from = new Date();
  block(1_000);
  await time.after(600, signal);
  const to = new Date();
  expect(to.getTime() - from.getTime()).toBeGreaterThanOrEqual(1_000);
  expect(time.between(from, to)).toBeLessThan(30_000);
  expect(time.between(to, from)).toBe(0);
  end.abort();
  expect(await somebody).toBe(false);
});

test('a wait whose signal has ended, before or during it, says so at once', async () => {
  const time = simulatedTime(1);
  expect(await time.after(3_600_000, AbortSignal.abort())).toBe(false);
  const end = new AbortController();
  const waits = [time.after(3_600_000, end.signal), time.after(7_200_000, end.signal)];
  end.abort();
  expect(await Promise.all(waits)).toEqual([false, false]);
});
