import { rowsOf, type CheckupRow } from '../../domain/checkup.ts';
import type { OpenRedis } from './index.ts';

/** Longer than this for a few questions makes people wait: bots refuse what they cannot store within it. */
const SLOW_MS = 800;

/** Role, policy, rights and latency of Redis, as bot and worker look at them before they begin. */
export const lookAtRedis = async (redis: Pick<OpenRedis, 'examine'>, requirePersistence: boolean): Promise<CheckupRow[]> => {
  const row = rowsOf('redis');
  const { faults, unknown, tookMs } = await redis.examine({ requirePersistence });
  const took = `${Math.round(tookMs)} ms for all questions`;
  if (faults.length > 0) return faults.map(({ text }) => row.fault(text));
  return [
    ...(unknown.length === 0 ? [row.well('one master, settings and rights are as pgdist needs them')] : unknown.map((text) => row.unknown(text))),
    tookMs > SLOW_MS
      ? row.warning(`Redis is slow: ${took}`, 'Bring it nearer, or give it a machine that is less busy.')
      : row.well(`Redis answers (${took})`),
  ];
};

/** A worker takes what waits at once; what is queued beyond its hands waits for a phase to end. */
const WAITS_LONG_MS = 60_000;

export const lookAtQueue = async ({ queue }: Pick<OpenRedis, 'queue'>): Promise<CheckupRow[]> => {
  const row = rowsOf('queue');
  const waiting = await queue.oldest();
  if (waiting.length === 0) return [row.well('nothing waits')];
  return waiting.map(({ queue: name, fleet, waitsMs }) => {
    const says = `the oldest job of queue ${name} waits for ${Math.round(waitsMs / 1000)} s`;
    const remedy = 'See that workers are alive, and start more of them if they are all at work.';
    return { ...(waitsMs > WAITS_LONG_MS ? row.fault(says, remedy) : row.well(says)), ...(fleet === undefined ? {} : { fleet }) };
  });
};

/** So many of the newest runs are looked through. */
const LOOKED_THROUGH = 200;

/** Fleets that are remembered and not configured, as after one was given another name: nothing that was put against deploys there counts any more. */
export const lookForFormerFleets = async ({ store }: Pick<OpenRedis, 'store'>, fleets: readonly string[]): Promise<CheckupRow[]> => {
  const row = rowsOf('redis');
  const runs = await store.list(LOOKED_THROUGH);
  const former = [...new Set(runs.map(({ fleet }) => fleet.name))].filter((name) => !fleets.includes(name));
  return former.map((name) =>
    row.warning(
      `Redis has runs of fleet ${name}, which pgdist.yaml does not have: its locks, mutes and last verdicts count for no other fleet`,
      `Give the fleet the name ${name} if it was renamed, or lock and mute its databases anew (pgdist lock, pgdist mute).`,
    ),
  );
};

export const lookAtWorkers = async ({ beats }: Pick<OpenRedis, 'beats'>): Promise<CheckupRow[]> => {
  const row = rowsOf('workers');
  const { alive, lastAt } = await beats.heard();
  if (alive) return [row.well('a worker is alive')];
  const since = lastAt === undefined ? 'none was heard yet' : `the last one was heard at ${lastAt}`;
  return [row.fault(`no worker is alive: ${since}`, 'Start one (pgdist worker); what keeps it from starting is the last line of its log.')];
};
