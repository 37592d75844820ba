import type { Redis } from 'ioredis';
import type { Clock } from '../../ports/clock.ts';
import { COMMAND_TIMEOUT_MS, type RedisConnections } from './connection.ts';
import { examine, type Examination } from './readiness.ts';
import { redisFault } from './redis-fault.ts';
import { channelFault } from './rights.ts';

/** A Redis that answers later than this is as good as away; one that answers sooner is told as slow. */
const PATIENCE_MS = 5_000;
/** A connection on which nobody writes hears by this of a failover. */
const PULSE_EACH_MS = 2_000;
const PULSE_LIVES_MS = 60_000;

export interface RedisHealth {
  /** Looks at everything once; a Redis that does not answer is a fault, too. Never rejects. */
  examine(requirements: { readonly requirePersistence: boolean }): Promise<Examination & { readonly tookMs: number }>;
  /** For readiness: answers in a second, whatever Redis does. One sentence for each fault. */
  faults(requirements: { readonly requirePersistence: boolean }): Promise<string[]>;
  /** Writes now and then on each of the connections until the signal, so that one that leads to a replica is noticed. */
  watch(writers: readonly Redis[], signal: AbortSignal): Promise<void>;
  close(): void;
}

export const redisHealth = ({
  connections,
  prefix,
  pulseKey,
  clock,
}: {
  readonly connections: RedisConnections;
  readonly prefix: string;
  readonly pulseKey: string;
  readonly clock: Clock;
}): RedisHealth => {
  const { place } = connections;
  const redis = connections.looking('check', PATIENCE_MS);
  const ended = new AbortController();
  let looking: Promise<Examination & { tookMs: number }> | undefined;
  let lastMs: number | undefined;

  const look = async (requirePersistence: boolean): Promise<Examination & { tookMs: number }> => {
    const sinceMs = clock.monotonicMs();
    const seen = await seenBy(requirePersistence);
    const tookMs = clock.monotonicMs() - sinceMs;
    lastMs = tookMs;
    if (seen.faults.some(({ replica }) => replica === true)) connections.renew('it says that it is a replica');
    const files = connections.fileFaults().map((text) => ({ kind: 'setting' as const, text }));
    return { ...seen, faults: [...files, ...seen.faults], tookMs };
  };
  const seenBy = async (requirePersistence: boolean): Promise<Examination> => {
    try {
      await opened(redis, () => connections.troubleOf(redis));
      return await examine(redis, { requirePersistence, prefix, place });
    } catch (error) {
      return { faults: [redisFault(isOpen(redis) ? error : (connections.troubleOf(redis) ?? error), place)], unknown: [] };
    }
  };
  const lookOnce = (requirePersistence: boolean) => (looking ??= look(requirePersistence).finally(() => (looking = undefined)));
  const after = (ms: number, signal: AbortSignal): Promise<void> => clock.sleep(ms, signal).catch(() => undefined);

  return {
    async examine({ requirePersistence }) {
      const seen = await lookOnce(requirePersistence);
      if (seen.faults.length > 0) return seen;
      return { ...seen, faults: await channelFault(() => connections.command('check-cancels', PATIENCE_MS), prefix, place) };
    },
    async faults({ requirePersistence }) {
      const over = new AbortController();
      const late = after(COMMAND_TIMEOUT_MS, AbortSignal.any([over.signal, ended.signal])).then(() => undefined);
      try {
        const seen = await Promise.race([lookOnce(requirePersistence), late]);
        return seen?.faults.map(({ text }) => text) ?? [slowText(place.at, lastMs)];
      } finally {
        over.abort(OVER);
      }
    },
    async watch(writers, signal) {
      const until = AbortSignal.any([signal, ended.signal]);
      while (!until.aborted) {
        await Promise.allSettled(writers.map((writer) => writer.set(pulseKey, 'x', 'PX', PULSE_LIVES_MS)));
        await after(PULSE_EACH_MS, until);
      }
    },
    close() {
      ended.abort(OVER);
      redis.disconnect();
    },
  };
};

/** Made once: an abort without a reason makes an exception with a stack each time. */
const OVER = new Error('it is over');

/** As it is told and logged. */
const slowText = (at: string, tookMs: number | undefined): string =>
  `Redis at ${at} is slow: no answer in ${COMMAND_TIMEOUT_MS} ms${tookMs === undefined || tookMs <= COMMAND_TIMEOUT_MS ? '' : `, the last one took ${Math.round(tookMs)} ms`}`;

/** Resolves once the connection is open; rejects with what keeps it from that. */
const opened = async (redis: Redis, trouble: () => Error | undefined): Promise<void> => {
  if (isOpen(redis)) return;
  const known = trouble();
  if (known !== undefined) throw known;
  await new Promise<void>((resolve, reject) => {
    const done = (act: () => void): void => {
      clearTimeout(late);
      redis.off('ready', ready).off('error', failed).off('end', ended);
      act();
    };
    const failed = (error: Error): void => done(() => reject(error));
    const ended = (): void => failed(new Error('Connection is closed.'));
    const ready = (): void => (isOpen(redis) ? done(resolve) : undefined);
    const late = setTimeout(() => failed(new Error('Redis connection timed out')), PATIENCE_MS);
    redis.on('ready', ready).on('error', failed).on('end', ended);
  });
};

/** One that is about to be opened again is called ready until it is closed. */
const isOpen = ({ status, stream }: Redis): boolean => status === 'ready' && stream.writable;
