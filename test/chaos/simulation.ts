import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../../src/ports/clock.ts';
import type { Dice } from '../security/secrets.ts';

/** A process of pgdist: it runs as long as events are delivered to it. */
export interface Process {
  /** 'worker-2' */
  readonly name: string;
  readonly role: 'bot' | 'worker';
  alive: boolean;
  /** Nothing is delivered to it before, virtual milliseconds. */
  frozenUntilMs: number;
  /** Of its wall clock. */
  wallOffsetMs: number;
}

/** Whose code runs now, and for which run. */
interface Place {
  readonly process: Process;
  readonly runId?: string;
}

interface Event {
  readonly atMs: number;
  readonly seq: number;
  readonly process: Process | undefined;
  act: (() => void | Promise<void>) | undefined;
}

/**
 * Time and order of everything that happens: one event after the other, each followed to its end before the next. What is real inside an event (a
 * command of Redis, a call of Slack) takes no virtual time; how long it seems to take is rolled. The same seed is the same story.
 */
export interface Simulation {
  readonly place: AsyncLocalStorage<Place>;
  readonly roll: Dice;
  nowMs(): number;
  wall(): Date;
  /** Does it so many milliseconds later, in the process if one is given and lives then. Returns how to forget it. */
  after(ms: number, act: () => void | Promise<void>, process?: Process): () => void;
  clock(process: Process): Clock;
  /** Goes on until the condition is true, asked each `everyMs`, or the time is over; false then. */
  runUntil(isOver: () => boolean | Promise<boolean>, everyMs: number, withinMs: number): Promise<boolean>;
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  chance(share: number): boolean;
  /** Equal for equal stories. */
  trace(): string;
  note(what: string): void;
  end(): void;
}

const START_MS = Date.parse('2026-11-22T14:00:00.000Z');

export const createSimulation = (roll: Dice): Simulation => {
  const place = new AsyncLocalStorage<Place>();
  const queue = eventQueue();
  let nowMs = 0;
  let seq = 0;
  let digest = 7;
  const note = (what: string): void => {
    for (let at = 0; at < what.length; at += 1) digest = (Math.imul(digest, 31) + what.charCodeAt(at)) | 0;
    digest = (Math.imul(digest, 31) + Math.round(nowMs * 1_000)) | 0;
  };
  const after: Simulation['after'] = (ms, act, process) => {
    seq += 1;
    const event: Event = { atMs: nowMs + Math.max(0, ms), seq, process, act };
    queue.push(event);
    return () => void (event.act = undefined);
  };
  const step = async (event: Event): Promise<void> => {
    const { process, act } = event;
    if (act === undefined || process?.alive === false) return;
    if (process !== undefined && process.frozenUntilMs > event.atMs) return queue.push({ ...event, atMs: process.frozenUntilMs });
    nowMs = Math.max(nowMs, event.atMs);
    await (process === undefined ? act() : place.run({ process }, act));
    // Whatever it set going comes to rest.
    for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
  };
  const sleep =
    (process: Process): Clock['sleep'] =>
    (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason as Error);
        const onAbort = (): void => {
          forget();
          reject(signal?.reason as Error);
        };
        const forget = after(
          ms,
          () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
          process,
        );
        signal?.addEventListener('abort', onAbort, { once: true });
      });
  const between = (least: number, most: number): number => least + roll() * (most - least);
  return {
    place,
    roll,
    nowMs: () => nowMs,
    wall: () => new Date(START_MS + nowMs),
    after,
    clock: (process) => ({
      now: () => new Date(START_MS + nowMs + process.wallOffsetMs),
      monotonicMs: () => nowMs,
      sleep: sleep(process),
    }),
    async runUntil(isOver, everyMs, withinMs) {
      const endMs = nowMs + withinMs;
      let lookMs = nowMs + everyMs;
      for (;;) {
        const next = queue.first();
        if (next === undefined || next.atMs >= lookMs) {
          nowMs = Math.max(nowMs, lookMs);
          if (await isOver()) return true;
          if (nowMs >= endMs) return false;
          lookMs = nowMs + everyMs;
          continue;
        }
        queue.pop();
        await step(next);
      }
    },
    between,
    pick: (list) => list[Math.floor(roll() * list.length)]!,
    chance: (share) => roll() < share,
    trace: () => (digest >>> 0).toString(16),
    note,
    end: () => queue.clear(),
  };
};

/** Events by instant, then by the order in which they were set. */
const eventQueue = () => {
  let heap: Event[] = [];
  const isBefore = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.seq < b.seq);
  const swap = (a: number, b: number): void => void ([heap[a], heap[b]] = [heap[b]!, heap[a]!]);
  return {
    first: (): Event | undefined => heap[0],
    clear: (): void => void (heap = []),
    push(event: Event): void {
      let at = heap.push(event) - 1;
      for (let up = (at - 1) >> 1; at > 0 && isBefore(heap[at]!, heap[up]!); at = up, up = (at - 1) >> 1) swap(at, up);
    },
    pop(): void {
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return;
      heap[0] = last;
      for (let at = 0; ;) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        let least = at;
        if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
        if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right;
        if (least === at) return;
        swap(at, least);
        at = least;
      }
    },
  };
};
