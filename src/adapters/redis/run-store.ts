import type { Redis } from 'ioredis';
import { RUN_LIMITS } from '../../domain/bounded.ts';
import { isTerminal, type Actor, type Run } from '../../domain/run.ts';
import type { Clock } from '../../ports/clock.ts';
import { runLease } from '../../ports/lease.ts';
import { RunTooLargeError, StaleRevisionError, UnreadableRunError, type ApprovalOutcome, type RunStore, type Shown } from '../../ports/run-store.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { redisAuditLog } from './audit-log.ts';
import type { Keys } from './keys.ts';
import { APPROVE, CREATE, DELETE_IF, READ, SAVE, TAKE_FLEET } from './scripts.ts';

interface RunStoreOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Clock;
  /** Goes over everything that is written. */
  readonly redactor?: Redactor;
  /** How long runs that ended are kept, in milliseconds; default 90 days. */
  readonly retentionMs?: number;
}

const DAY_MS = 86_400_000;
/** Slack delivers a command again within minutes if at all. */
const SEEN_MS = DAY_MS;
/** Bytes of what belongs to a run besides it: who cancels, what is waited for, what is shown. One short text for each step or reply. */
const SIDE_BYTES = 512 * 2 ** 10;

export const redisRunStore = ({ redis, keys, clock, redactor = createRedactor(), retentionMs = 90 * DAY_MS }: RunStoreOptions): RunStore => {
  /** Slack's address for the private answer is needed as it is; it lives for 30 minutes. */
  const runJson = ({ responseUrl, ...run }: Run): string =>
    jsonWithin(RUN_LIMITS.runBytes, `run ${run.id}`, { ...redactor.value(run), ...(responseUrl === undefined ? {} : { responseUrl }) });
  const script = (text: string, scriptKeys: readonly string[], ...values: readonly (string | number)[]): Promise<unknown> =>
    redis.eval(text, scriptKeys.length, ...scriptKeys, ...values);
  const remember = async (key: string, what: string, value: unknown): Promise<unknown> =>
    redis.set(key, jsonWithin(SIDE_BYTES, what, redactor.value(value)), 'PX', retentionMs);
  /** The value beside a run; undefined when it is not there. Throws UnreadableRunError. */
  const recall = async (key: string, what: string): Promise<unknown> => {
    const json = await redis.getrange(key, 0, SIDE_BYTES);
    return Buffer.byteLength(json) > SIDE_BYTES ? unreadable(what, `more than ${SIDE_BYTES} bytes`) : parsed(json, what);
  };

  const readArguments = (id: string) => [READ, 2, keys.run(id), keys.shown(id), RUN_LIMITS.runBytes, SIDE_BYTES] as const;
  const get = async (id: string): Promise<Run | undefined> => runIn(id, await redis.eval(...readArguments(id)));
  const getAll = async (ids: readonly string[]): Promise<Run[]> => {
    if (ids.length === 0) return [];
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.eval(...readArguments(id));
    const answers = (await pipeline.exec()) ?? [];
    return ids.flatMap((id, index) => {
      const [error, answer] = answers[index] ?? [null, undefined];
      if (error !== null) throw error;
      try {
        return runIn(id, answer) ?? [];
      } catch (unreadableRun) {
        if (unreadableRun instanceof UnreadableRunError) return [];
        throw unreadableRun;
      }
    });
  };
  const save = async (run: Run): Promise<Run> => {
    const next = { ...run, revision: run.revision + 1 };
    const stored = await script(
      SAVE,
      [keys.run(run.id), keys.live, keys.fleet(run.fleet.name), keys.reportDue],
      run.id,
      run.revision,
      next.revision,
      runJson(next),
      isTerminal(run.state) ? 1 : 0,
      retentionMs,
      clock.now().getTime(),
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
      await remember(keys.cancel(id), `cancel of run ${id}`, by);
      await redis.publish(keys.cancelChannel, id);
    },
    cancelRequested: async (id) => (await recall(keys.cancel(id), `cancel of run ${id}`)) as Actor | undefined,
    async clearCancel(id) {
      await redis.del(keys.cancel(id));
    },
    leased: async (id) => (await redis.exists(keys.lease(runLease(id)))) === 1,
    lastStreaming: (fleet, database) => redis.hgetall(keys.streaming(fleet, database)),
    async rememberStreaming(fleet, database, pods, at) {
      await redis.hset(keys.streaming(fleet, database), redactor.value(Object.fromEntries(pods.map((pod) => [pod, at]))));
    },
    async setWaiting(id, waiting) {
      await remember(keys.waiting(id), `what run ${id} waits for`, waiting);
    },
    waiting: async (id) => ((await recall(keys.waiting(id), `what run ${id} waits for`)) ?? {}) as Record<string, string>,
    shown: async (id) => (await recall(keys.shown(id), `what is shown of run ${id}`)) as Shown | undefined,
    async setShown(id, shown) {
      await remember(keys.shown(id), `what is shown of run ${id}`, shown);
    },
    ...redisAuditLog({ redis, keys, redactor }),
  };
};

const stale = ({ id, revision }: Run): StaleRevisionError => new StaleRevisionError(`run ${id} changed since revision ${revision}`);

/** What READ answered. */
const runIn = (id: string, answer: unknown): Run | undefined => {
  const [json, shownJson] = answer as readonly [string | number, string];
  if (typeof json === 'number') return unreadable(`run ${id}`, `${json} bytes`);
  const run = parsed(json, `run ${id}`) as Run | undefined;
  const shown = parsed(shownJson, `what is shown of run ${id}`) as Shown | undefined;
  if (run === undefined || shown?.ts === undefined) return run;
  const { channel, ts, permalink } = shown;
  return { ...run, thread: { channel, ts, ...(permalink === undefined ? {} : { permalink }) } };
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
