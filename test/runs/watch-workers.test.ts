import { expect, test } from 'vitest';
import type { Heard } from '../../src/ports/worker-beats.ts';
import { watchWorkers } from '../../src/runs/watch-workers.ts';
import { manualClock } from '../support/manual-clock.ts';
import { quietLog } from '../support/quiet-log.ts';

const SINCE = '2026-11-22T13:59:00.000Z';
const ALIVE: Heard = { alive: true, lastAt: SINCE };
const DEAD: Heard = { alive: false, lastAt: SINCE };

/** A bot that listens to what `heard` answers now; undefined: the store is away. */
const listening = async (heard: Heard | undefined) => {
  const clock = manualClock();
  const world = { heard };
  const workers = watchWorkers({
    beats: { heard: () => (world.heard === undefined ? Promise.reject(new Error('away')) : Promise.resolve(world.heard)) },
    clock,
    log: quietLog,
    namespace: 'pgdist',
  });
  const stop = new AbortController();
  void workers.watch(stop.signal);
  await clock.advance(0);
  return { clock, world, known: workers.known, stop };
};

test('a worker that is heard is alive at once', async () => {
  const { known } = await listening(ALIVE);
  expect(known()).toEqual({ kind: 'alive' });
});

test('a bot that just began does not know that nobody is alive, and knows it soon', async () => {
  const { clock, known } = await listening(DEAD);
  await clock.advance(2_000);
  expect(known()).toEqual({ kind: 'not-known' });
  await clock.advance(1_600);
  expect(known()).toEqual({ kind: 'none', since: SINCE, noticedAt: '2026-11-22T14:00:03.000Z', namespace: 'pgdist' });
});

test('a worker that dies while the bot listens is gone at the next look, and one that starts is there at the next', async () => {
  const { clock, world, known } = await listening(ALIVE);
  await clock.advance(60_000);
  world.heard = DEAD;
  await clock.advance(400);
  expect(known()).toMatchObject({ kind: 'none', since: SINCE });
  world.heard = ALIVE;
  await clock.advance(400);
  expect(known()).toEqual({ kind: 'alive' });
});

test('after a store that was away it is not known, until the workers had time to be heard again', async () => {
  const { clock, world, known } = await listening(ALIVE);
  await clock.advance(60_000);
  world.heard = undefined;
  await clock.advance(30_000);
  expect(known()).toEqual({ kind: 'not-known' });
  world.heard = DEAD;
  await clock.advance(2_700);
  expect(known()).toEqual({ kind: 'not-known' });
  world.heard = ALIVE;
  await clock.advance(400);
  expect(known()).toEqual({ kind: 'alive' });
});

test('a store that lost what it held is not taken for one whose workers are gone', async () => {
  const { clock, world, known } = await listening(ALIVE);
  await clock.advance(60_000);
  world.heard = { alive: false };
  await clock.advance(400);
  expect(known()).toEqual({ kind: 'not-known' });
  await clock.advance(4_000);
  expect(known()).toMatchObject({ kind: 'none' });
  expect(known()).not.toHaveProperty('since');
});

test('a process that stood still knows nothing of the time in between', async () => {
  let nowMs = 0;
  let wake: () => void = () => undefined;
  const workers = watchWorkers({
    beats: { heard: () => Promise.resolve(DEAD) },
    clock: { now: () => new Date(nowMs), monotonicMs: () => nowMs, sleep: () => new Promise((resolve) => void (wake = resolve)) },
    log: quietLog,
  });
  void workers.watch(new AbortController().signal);
  const turn = async (ms: number): Promise<void> => {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    nowMs += ms;
    wake();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  };
  for (let at = 0; at < 10; at += 1) await turn(400);
  expect(workers.known()).toMatchObject({ kind: 'none' });
  await turn(60_000);
  expect(workers.known()).toEqual({ kind: 'not-known' });
});

test('what was heard last counts no longer than somebody listens', async () => {
  const { clock, known, stop } = await listening(ALIVE);
  stop.abort();
  await clock.advance(5_000);
  expect(known()).toEqual({ kind: 'not-known' });
});
