import type { Redis } from 'ioredis';
import { isTerminal, type Actor, type Run } from '../../domain/run.ts';
import type { Clock } from '../../ports/clock.ts';
import { runLease } from '../../ports/lease.ts';
import { StaleRevisionError, type ApprovalOutcome, type RunStore, type Shown } from '../../ports/run-store.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import type { Keys } from './keys.ts';
import { APPROVE, CREATE, DELETE_IF, SAVE, TAKE_FLEET } from './scripts.ts';

export interface RunStoreOptions {
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
/** Entries kept of the audit stream, roughly. */
const AUDIT_LENGTH = 100_000;

export const redisRunStore = ({ redis, keys, clock, redactor = createRedactor(), retentionMs = 90 * DAY_MS }: RunStoreOptions): RunStore => {
  const json = (value: unknown): string => JSON.stringify(redactor.value(value));
  /** Slack's address for the private answer is needed as it is; it lives for 30 minutes. */
  const runJson = ({ responseUrl, ...run }: Run): string =>
    JSON.stringify({ ...redactor.value(run), ...(responseUrl === undefined ? {} : { responseUrl }) });
  const script = (text: string, scriptKeys: readonly string[], ...values: readonly (string | number)[]): Promise<unknown> =>
    redis.eval(text, scriptKeys.length, ...scriptKeys, ...values);
  const remember = (key: string, value: unknown): Promise<unknown> => redis.set(key, json(value), 'PX', retentionMs);

  // Two plain commands: a pipeline costs the bot more than all else before an ack.
  const get = async (id: string): Promise<Run | undefined> =>
    withThread(...(await Promise.all([redis.hget(keys.run(id), 'json'), redis.get(keys.shown(id))])));
  const getAll = async (ids: readonly string[]): Promise<Run[]> => {
    if (ids.length === 0) return [];
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.hget(keys.run(id), 'json').get(keys.shown(id));
    const answers = ((await pipeline.exec()) ?? []).map(([error, value]) => {
      if (error !== null) throw error;
      return value as string | null;
    });
    return ids.flatMap((_, index) => withThread(answers[2 * index], answers[2 * index + 1]) ?? []);
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
      await remember(keys.cancel(id), by);
      await redis.publish(keys.cancelChannel, id);
    },
    cancelRequested: async (id) => parsed(await redis.get(keys.cancel(id))) as Actor | undefined,
    async clearCancel(id) {
      await redis.del(keys.cancel(id));
    },
    leased: async (id) => (await redis.exists(keys.lease(runLease(id)))) === 1,
    lastStreaming: (fleet, database) => redis.hgetall(keys.streaming(fleet, database)),
    async rememberStreaming(fleet, database, pods, at) {
      await redis.hset(keys.streaming(fleet, database), redactor.value(Object.fromEntries(pods.map((pod) => [pod, at]))));
    },
    async setWaiting(id, waiting) {
      await remember(keys.waiting(id), waiting);
    },
    waiting: async (id) => (parsed(await redis.get(keys.waiting(id))) ?? {}) as Record<string, string>,
    shown: async (id) => parsed(await redis.get(keys.shown(id))) as Shown | undefined,
    async setShown(id, shown) {
      await remember(keys.shown(id), shown);
    },
    async audit(entry) {
      await redis.xadd(keys.audit, 'MAXLEN', '~', AUDIT_LENGTH, '*', ...Object.entries(redactor.value(entry)).flat());
    },
  };
};

const stale = ({ id, revision }: Run): StaleRevisionError => new StaleRevisionError(`run ${id} changed since revision ${revision}`);

const withThread = (json: string | null | undefined, shownJson: string | null | undefined): Run | undefined => {
  const run = parsed(json) as Run | undefined;
  const shown = parsed(shownJson) as Shown | undefined;
  if (run === undefined || shown?.ts === undefined) return run;
  const { channel, ts, permalink } = shown;
  return { ...run, thread: { channel, ts, ...(permalink === undefined ? {} : { permalink }) } };
};

const parsed = (json: string | null | undefined): unknown => JSON.parse(json ?? 'null') ?? undefined;
