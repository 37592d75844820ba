import { RUN_LIMITS } from '../../domain/bounded.ts';
import type { Run } from '../../domain/run.ts';
import type { Log } from '../../ports/log.ts';
import { UnreadableRunError, type RunStore, type Shown } from '../../ports/run-store.ts';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { READ } from './run-scripts.ts';
import { storedRun, storedShown } from './stored-run.ts';
import { threadOf } from './thread-of.ts';

/** Bytes of what belongs to a run besides it: who cancels, what is waited for, what is shown. One short text for each step or reply. */
export const SIDE_BYTES = 512 * 2 ** 10;
/** Runs of which it is remembered that they were told. */
const MOST_TOLD = 1_000;
/** Runs that are read at once: each may be large. */
const MOST_AT_ONCE = 16;

interface RunReading extends Pick<RunStore, 'get'> {
  /** Without those that cannot be read. */
  getAll(ids: readonly string[]): Promise<Run[]>;
  /** The value beside a run; undefined when it is not there. Throws UnreadableRunError, also for what `fit` does not know. */
  recall<T>(key: string, what: string, fit: (value: unknown) => T | undefined): Promise<T | undefined>;
}

/** How runs are read: whatever is stored, and of any size. */
export const runReading = (redis: Redis, keys: Keys, log?: Pick<Log, 'error'>): RunReading => {
  const told = new Set<string>();
  const leaveOut = (runId: string, { message }: UnreadableRunError): [] => {
    if (told.size > MOST_TOLD) told.clear();
    if (!told.has(runId)) log?.error({ runId, reason: message }, 'stored run cannot be read, it is left alone');
    told.add(runId);
    return [];
  };
  const readArguments = (id: string) => [READ, 2, keys.run(id), keys.shown(id), RUN_LIMITS.runBytes, SIDE_BYTES] as const;
  const getSome = async (ids: readonly string[]): Promise<Run[]> => {
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.eval(...readArguments(id));
    const answers = (await pipeline.exec()) ?? [];
    return ids.flatMap((id, index) => {
      const [error, answer] = answers[index] ?? [null, undefined];
      try {
        return (error === null ? runIn(id, answer) : refused(`run ${id}`, error)) ?? [];
      } catch (unreadableRun) {
        if (unreadableRun instanceof UnreadableRunError) return leaveOut(id, unreadableRun);
        throw unreadableRun;
      }
    });
  };
  return {
    get: async (id) => runIn(id, await redis.eval(...readArguments(id)).catch((error: unknown) => refused(`run ${id}`, error as Error))),
    async getAll(ids) {
      const runs: Run[] = [];
      for (let from = 0; from < ids.length; from += MOST_AT_ONCE) runs.push(...(await getSome(ids.slice(from, from + MOST_AT_ONCE))));
      return runs;
    },
    async recall(key, what, fit) {
      const json = await redis.getrange(key, 0, SIDE_BYTES).catch((error: unknown) => refused(what, error as Error));
      if (Buffer.byteLength(json) > SIDE_BYTES) return unreadable(what, `more than ${SIDE_BYTES} bytes`);
      const value = parsed(json, what);
      return value === undefined ? undefined : (fit(value) ?? unreadable(what, 'something else'));
    },
  };
};

/** What READ answered. */
const runIn = (id: string, answer: unknown): Run | undefined => {
  const [json, shownJson, revision] = answer as readonly [string | number, string, string];
  if (typeof json === 'number') return unreadable(`run ${id}`, `${json} bytes`);
  const value = parsed(json, `run ${id}`);
  if (value === undefined) return undefined;
  // The text's own revision may differ where a hand wrote it: each write would then be refused, and tried again for ever.
  const run = /^\d{1,15}$/.test(revision) ? storedRun(id, value, Number(revision)) : 'revision';
  if (typeof run === 'string') return unreadable(`run ${id}`, `what this version of pgdist does not know (${run})`);
  const shown = shownIn(shownJson);
  return shown === undefined ? run : { ...run, thread: threadOf(shown, run.thread) };
};

/** A run is worked on also where it is not known what is shown of it. */
const shownIn = (json: string): Shown | undefined => {
  try {
    return storedShown(JSON.parse(json));
  } catch {
    return undefined;
  }
};

/** A key of another type is the fault of this run alone. */
const refused = (what: string, error: Error): never => {
  if (error.message.includes('WRONGTYPE')) return unreadable(what, 'another type of key');
  throw error;
};

const parsed = (json: string, what: string): unknown => {
  try {
    return json === '' ? undefined : (JSON.parse(json) as unknown);
  } catch {
    return unreadable(what, 'no JSON');
  }
};

const unreadable = (what: string, why: string): never => {
  throw new UnreadableRunError(`${what} is stored as ${why} and cannot be read: delete its key from Redis`);
};
