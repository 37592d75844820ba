import type { Redis } from 'ioredis';
import { RUN_LIMITS } from '../../domain/bounded.ts';
import { isTerminal, type Actor, type Run } from '../../domain/run.ts';
import type { Clock } from '../../ports/clock.ts';
import { runLease } from '../../ports/lease.ts';
import type { Log } from '../../ports/log.ts';
import { threadOf } from './thread-of.ts';
import { RunTooLargeError, StaleRevisionError, UnreadableRunError, type ApprovalOutcome, type RunStore, type Shown } from '../../ports/run-store.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { redisAuditLog } from './audit-log.ts';
import type { Keys } from './keys.ts';
import { APPROVE, CREATE, DELETE_IF, READ, SAVE, TAKE_FLEET } from './scripts.ts';
import { storedActor, storedRun, storedShown, storedWaiting } from './stored-run.ts';

interface RunStoreOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Clock;
  /** Goes over everything that is written. */
  readonly redactor?: Redactor;
  /** Told once of each run that cannot be read. */
  readonly log?: Pick<Log, 'error'>;
  /** How long runs that ended are kept, in milliseconds; default 90 days. */
  readonly retentionMs?: number;
}

const DAY_MS = 86_400_000;
/** Slack delivers a command again within minutes if at all. */
const SEEN_MS = DAY_MS;
/** Bytes of what belongs to a run besides it: who cancels, what is waited for, what is shown. One short text for each step or reply. */
const SIDE_BYTES = 512 * 2 ** 10;
/** Runs of which it is remembered that they were told. */
const MOST_TOLD = 1_000;

export const redisRunStore = ({ redis, keys, clock, redactor = createRedactor(), log, retentionMs = 90 * DAY_MS }: RunStoreOptions): RunStore => {
  const told = new Set<string>();
  const leaveOut = (runId: string, { message }: UnreadableRunError): [] => {
    if (told.size > MOST_TOLD) told.clear();
    if (!told.has(runId)) log?.error({ runId, reason: message }, 'stored run cannot be read, it is left alone');
    told.add(runId);
    return [];
  };
  /** Slack's address for the private answer is needed as it is; it lives for 30 minutes. */
  const runJson = ({ responseUrl, ...run }: Run): string =>
    jsonWithin(RUN_LIMITS.runBytes, `run ${run.id}`, { ...redactor.value(run), ...(responseUrl === undefined ? {} : { responseUrl }) });
  const script = (text: string, scriptKeys: readonly string[], ...values: readonly (string | number)[]): Promise<unknown> =>
    redis.eval(text, scriptKeys.length, ...scriptKeys, ...values);
  const remember = async (key: string, what: string, value: unknown): Promise<unknown> =>
    redis.set(key, jsonWithin(SIDE_BYTES, what, redactor.value(value)), 'PX', retentionMs);
  /** The value beside a run; undefined when it is not there. Throws UnreadableRunError, also for what `fit` does not know. */
  const recall = async <T>(key: string, what: string, fit: (value: unknown) => T | undefined): Promise<T | undefined> => {
    const json = await redis.getrange(key, 0, SIDE_BYTES).catch((error: unknown) => refused(what, error as Error));
    if (Buffer.byteLength(json) > SIDE_BYTES) return unreadable(what, `more than ${SIDE_BYTES} bytes`);
    const value = parsed(json, what);
    return value === undefined ? undefined : (fit(value) ?? unreadable(what, 'something else'));
  };

  const readArguments = (id: string) => [READ, 2, keys.run(id), keys.shown(id), RUN_LIMITS.runBytes, SIDE_BYTES] as const;
  const get = async (id: string): Promise<Run | undefined> =>
    runIn(id, await redis.eval(...readArguments(id)).catch((error: unknown) => refused(`run ${id}`, error as Error)));
  const getAll = async (ids: readonly string[]): Promise<Run[]> => {
    if (ids.length === 0) return [];
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
  const cancelJson = (id: string, by: Actor): string => jsonWithin(SIDE_BYTES, `cancel of run ${id}`, redactor.value(by));
  const save: RunStore['save'] = async (run, settled) => {
    const next = { ...run, revision: run.revision + 1 };
    const stored = await script(
      SAVE,
      [keys.run(run.id), keys.live, keys.fleet(run.fleet.name), keys.reportDue, keys.cancel(run.id)],
      run.id,
      run.revision,
      next.revision,
      runJson(next),
      isTerminal(run.state) ? 1 : 0,
      retentionMs,
      clock.now().getTime(),
      settled === undefined ? 0 : 1,
      settled?.cancel === undefined ? '' : cancelJson(run.id, settled.cancel),
    );
    if (stored !== 1) throw stale(run);
    return next;
  };

  return {
    async create(run, idempotencyKey) {
      const nowMs = clock.now().getTime();
      const created = await script(
        CREATE,
        [keys.seen(idempotencyKey), keys.run(run.id), keys.runs, keys.live, keys.reportDue],
        run.id,
        runJson({ ...run, revision: 0 }),
        Date.parse(run.requestedAt),
        SEEN_MS,
        nowMs - retentionMs,
        nowMs,
      );
      return created === 1;
    },
    startedBy: async (idempotencyKey) => (await redis.get(keys.seen(idempotencyKey))) ?? undefined,
    get,
    save,
    list: async (limit) => getAll(limit <= 0 ? [] : await redis.zrevrange(keys.runs, 0, limit - 1)),
    live: async () => getAll(await redis.smembers(keys.live)),
    async approve(run): Promise<ApprovalOutcome> {
      const approved = { ...run, revision: run.revision + 1 };
      for (;;) {
        const answer = await script(
          APPROVE,
          [keys.run(run.id), keys.live, keys.fleet(run.fleet.name), keys.reportDue],
          run.id,
          run.revision,
          approved.revision,
          runJson(approved),
          clock.now().getTime(),
        );
        if (answer === '') return { kind: 'approved', run: approved };
        if (answer === 'stale') throw stale(run);
        const holder = await get(String(answer));
        if (holder !== undefined) return { kind: 'fleet-held', holder };
        // Its key is gone: nothing is live of it.
        await redis.srem(keys.live, String(answer));
      }
    },
    async takeFleet(run) {
      const holder = String(await script(TAKE_FLEET, [keys.live, keys.fleet(run.fleet.name)], run.id));
      return holder === '' ? undefined : get(holder);
    },
    async releaseFleet(run) {
      await script(DELETE_IF, [keys.fleet(run.fleet.name)], run.id);
    },
    async requestCancel(id, by: Actor) {
      await redis.set(keys.cancel(id), cancelJson(id, by), 'PX', retentionMs);
      await redis.publish(keys.cancelChannel, id);
    },
    cancelRequested: async (id) => recall(keys.cancel(id), `cancel of run ${id}`, storedActor),
    leased: async (id) => (await redis.exists(keys.lease(runLease(id)))) === 1,
    lastStreaming: (fleet, database) => redis.hgetall(keys.streaming(fleet, database)),
    async rememberStreaming(fleet, database, pods, at) {
      await redis.hset(keys.streaming(fleet, database), redactor.value(Object.fromEntries(pods.map((pod) => [pod, at]))));
    },
    async setWaiting(id, waiting) {
      await remember(keys.waiting(id), `what run ${id} waits for`, waiting);
    },
    waiting: async (id) => (await recall(keys.waiting(id), `what run ${id} waits for`, storedWaiting)) ?? {},
    shown: async (id) => recall(keys.shown(id), `what is shown of run ${id}`, storedShown),
    async setShown(id, shown) {
      await remember(keys.shown(id), `what is shown of run ${id}`, shown);
    },
    ...redisAuditLog({ redis, keys, redactor }),
  };
};

const stale = ({ id, revision }: Run): StaleRevisionError => new StaleRevisionError(`run ${id} changed since revision ${revision}`);

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

const jsonWithin = (mostBytes: number, what: string, value: unknown): string => {
  const json = JSON.stringify(value);
  const bytes = Buffer.byteLength(json);
  if (bytes > mostBytes) throw new RunTooLargeError(`${what} has ${bytes} bytes, more than the ${mostBytes} that are stored`);
  return json;
};
