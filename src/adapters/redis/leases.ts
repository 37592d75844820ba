import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../../ports/clock.ts';
import { LeaseLostError, type Leases, type WorkerLease } from '../../ports/lease.ts';
import type { Keys } from './keys.ts';
import { DELETE_IF, RENEW_LEASE, TAKE_LEASE } from './scripts.ts';

/** A dead worker's run is free after this: as short as a Redis that is away for a second allows. */
const LEASE_MS = 1_500;
/** Held to be lost this long before Redis gives it to somebody else, so that a call, and a tool, ends in between. */
const MARGIN_MS = 200;

/** Leases in Redis: 1.5 s, renewed six times in that. Time is measured from before the command was sent, by the clock that only grows. */
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
}): Leases => ({
  async take(name) {
    const key = keys.lease(name);
    const token = randomUUID();
    const askedMs = clock.monotonicMs();
    const epoch = Number(await redis.eval(TAKE_LEASE, 2, key, keys.epochs, token, durationMs));
    if (epoch === 0) return undefined;
    const renew = async (): Promise<Renewal> => (await redis.eval(RENEW_LEASE, 1, key, token, durationMs)) as Renewal;
    const give = async (): Promise<void> => void (await redis.eval(DELETE_IF, 1, key, token));
    return held({ name, epoch, clock, durationMs, untilMs: askedMs + durationMs - MARGIN_MS, renew, give });
  },
});

/** gone: nobody has it, so its time ran out unseen, or Redis lost what it stored. */
type Renewal = 'renewed' | 'another' | 'gone';

interface Holding {
  readonly name: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly durationMs: number;
  readonly untilMs: number;
  readonly renew: () => Promise<Renewal>;
  readonly give: () => Promise<void>;
}

const held = ({ name, epoch, clock, durationMs, untilMs, renew, give }: Holding): WorkerLease => {
  const lost = new AbortController();
  const ended = new AbortController();
  let heldUntilMs = untilMs;
  const lose = (why: string): void => {
    if (!ended.signal.aborted) lost.abort(new LeaseLostError(`lease ${name}: ${why}`));
    ended.abort();
  };

  const renewals = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(durationMs / 6, ended.signal);
      const askedMs = clock.monotonicMs();
      // Redis being away is no loss yet: the watchdog decides when the time is up.
      const renewed = await renew().catch(() => undefined);
      if (renewed === 'another') return lose('another worker holds it');
      if (renewed === 'gone') return lose('Redis has it no more');
      if (renewed === 'renewed') heldUntilMs = askedMs + durationMs - MARGIN_MS;
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
