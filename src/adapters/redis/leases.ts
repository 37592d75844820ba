import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../../ports/clock.ts';
import { LeaseLostError, type Leases, type WorkerLease } from '../../ports/lease.ts';
import type { Keys } from './keys.ts';
import { slowness, type Slowness } from './slowness.ts';
import { DELETE_IF, RENEW_LEASE, TAKE_LEASE } from './scripts.ts';

/** A dead worker's run is free after this: as short as a Redis that is away for a second allows. */
const LEASE_MS = 1_500;
/** Held to be lost this long before Redis gives it to somebody else, so that a call, and a tool, ends in between. */
const MARGIN_MS = 200;

/**
 * Leases in Redis: 1.5 s, renewed six times in that, and up to 5.2 s for a process that gets its turns late, or its answers. Time is
 * measured from before the command was sent, by the clock that only grows.
 */
export const redisLeases = ({
  redis,
  keys,
  clock,
  durationMs = LEASE_MS,
}: {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly durationMs?: number;
}): Leases => {
  const slow = slowness(() => clock.monotonicMs());
  const lengthMs = (): number => Math.round(durationMs + 2 * Math.max(0, slow.lateMs() - USUAL_MS));
  const timed = async <T>(work: (ms: number) => Promise<T>): Promise<{ readonly answer: T; readonly untilMs: number }> => {
    const forMs = lengthMs();
    const askedMs = clock.monotonicMs();
    const answer = await work(forMs);
    slow.seen(clock.monotonicMs() - askedMs);
    return { answer, untilMs: askedMs + forMs - MARGIN_MS };
  };
  return {
    async take(name) {
      const key = keys.lease(name);
      const token = randomUUID();
      const { answer, untilMs } = await timed((ms) => redis.eval(TAKE_LEASE, 2, key, keys.epochs, token, ms));
      const epoch = Number(answer);
      if (epoch === 0) return undefined;
      const renew = () => timed(async (ms) => (await redis.eval(RENEW_LEASE, 1, key, token, ms)) as Renewal);
      const give = async (): Promise<void> => void (await redis.eval(DELETE_IF, 1, key, token));
      return held({ name, epoch, clock, everyMs: durationMs / 6, untilMs, slow, renew, give });
    },
  };
};

/** Later than this something is slow. */
const USUAL_MS = 150;

/** gone: nobody has it, so its time ran out unseen, or Redis lost what it stored. */
type Renewal = 'renewed' | 'another' | 'gone';

interface Holding {
  readonly name: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly everyMs: number;
  readonly untilMs: number;
  readonly slow: Slowness;
  readonly renew: () => Promise<{ readonly answer: Renewal; readonly untilMs: number }>;
  readonly give: () => Promise<void>;
}

const held = ({ name, epoch, clock, everyMs, untilMs, slow, renew, give }: Holding): WorkerLease => {
  const lost = new AbortController();
  const ended = new AbortController();
  let heldUntilMs = untilMs;
  const lose = (why: string, wasForgotten = false): void => {
    if (!ended.signal.aborted) lost.abort(new LeaseLostError(`lease ${name}: ${why}`, { wasForgotten }));
    ended.abort();
  };

  const renewals = async (): Promise<void> => {
    for (;;) {
      const dueMs = clock.monotonicMs() + everyMs;
      await clock.sleep(everyMs, ended.signal);
      slow.seen(clock.monotonicMs() - dueMs);
      // Redis being away is no loss yet: the watchdog decides when the time is up.
      const renewed = await renew().catch(() => undefined);
      if (renewed?.answer === 'another') return lose('another worker holds it');
      if (renewed?.answer === 'gone') return lose('Redis has it no more', clock.monotonicMs() < heldUntilMs);
      if (renewed !== undefined) heldUntilMs = renewed.untilMs;
    }
  };
  const watchdog = async (): Promise<void> => {
    for (;;) {
      const leftMs = heldUntilMs - clock.monotonicMs();
      if (leftMs <= 0) return lose('it could not be renewed in time');
      await clock.sleep(leftMs, ended.signal);
    }
  };
  const untilEnded = (work: Promise<void>): void => void work.catch(() => undefined);
  untilEnded(renewals());
  untilEnded(watchdog());

  return {
    epoch,
    signal: lost.signal,
    leftMs: () => (ended.signal.aborted ? 0 : Math.max(0, heldUntilMs - clock.monotonicMs())),
    assertHeld() {
      lost.signal.throwIfAborted();
      if (clock.monotonicMs() < heldUntilMs && !ended.signal.aborted) return;
      lose('its time is over');
      throw new LeaseLostError(`lease ${name}: its time is over`);
    },
    async release() {
      ended.abort();
      await give().catch(() => undefined);
    },
  };
};
