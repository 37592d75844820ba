import type { Redis } from 'ioredis';
import { isTerminal, move, type Actor, type Approval, type Rejection, type Run } from '../../domain/run.ts';
import type { Clock } from '../../ports/clock.ts';
import { runLease } from '../../ports/lease.ts';
import { StaleRevisionError, type ApprovalOutcome, type RunStore, type Shown } from '../../ports/run-store.ts';
import type { Keys } from './keys.ts';
import { APPROVE, CREATE, DELETE_IF, SAVE, TAKE_FLEET } from './scripts.ts';

interface RunStoreOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Clock;
  /** How long runs that ended are kept, in milliseconds; default 90 days. */
  readonly retentionMs?: number;
}

const DAY_MS = 86_400_000;
/** Slack delivers a command again within minutes if at all. */
const SEEN_MS = DAY_MS;
/** Entries kept of the audit stream, roughly. */
const AUDIT_LENGTH = 100_000;

export const redisRunStore = ({ redis, keys, clock, retentionMs = 90 * DAY_MS }: RunStoreOptions): RunStore => {
  const script = (text: string, scriptKeys: readonly string[], ...values: readonly (string | number)[]): Promise<unknown> =>
    redis.eval(text, scriptKeys.length, ...scriptKeys, ...values);
  const remember = (key: string, value: unknown): Promise<unknown> => redis.set(key, JSON.stringify(value), 'PX', retentionMs);

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
  const needed = async (id: string): Promise<Run> => {
    const run = await get(id);
    if (run === undefined) throw new Error(`run ${id} is not stored`);
    return run;
  };
  const save = async (run: Run): Promise<Run> => {
    const next = { ...run, revision: run.revision + 1 };
    const stored = await script(
      SAVE,
      [keys.run(run.id), keys.live, keys.fleet(run.fleet.name), keys.reportDue],
      run.id,
      run.revision,
      next.revision,
      JSON.stringify(next),
      isTerminal(run.state) ? 1 : 0,
      retentionMs,
      clock.now().getTime(),
    );
    if (stored !== 1) throw new StaleRevisionError(`run ${run.id} changed since revision ${run.revision}`);
    return next;
  };

  return {
    async create(run, idempotencyKey) {
      const nowMs = clock.now().getTime();
      const created = await script(
        CREATE,
        [keys.seen(idempotencyKey), keys.run(run.id), keys.runs, keys.live, keys.reportDue],
        run.id,
        JSON.stringify({ ...run, revision: 0 }),
        Date.parse(run.requestedAt),
        SEEN_MS,
        nowMs - retentionMs,
        nowMs,
      );
      return created === 1;
    },
    get,
    save,
    list: async (limit) => getAll(limit <= 0 ? [] : await redis.zrevrange(keys.runs, 0, limit - 1)),
    live: async () => getAll(await redis.smembers(keys.live)),
    async approve(id, approval): Promise<ApprovalOutcome> {
      for (;;) {
        const run = await needed(id);
        if (!awaits(run, approval)) return { kind: 'not-awaiting', run };
        const approved: Run = { ...move(run, 'applying'), approval, phase: 'apply', attempt: run.attempt + 1, revision: run.revision + 1 };
        const answer = await script(
          APPROVE,
          [keys.run(id), keys.live, keys.fleet(run.fleet.name), keys.reportDue],
          id,
          run.revision,
          approved.revision,
          JSON.stringify(approved),
          clock.now().getTime(),
        );
        if (answer === '') return { kind: 'approved', run: approved };
        if (answer === 'stale') continue;
        const holder = await get(String(answer));
        if (holder !== undefined) return { kind: 'fleet-held', holder };
      }
    },
    async reject(id, rejection: Rejection) {
      for (;;) {
        const run = await needed(id);
        if (run.state !== 'awaiting-approval') return { kind: 'not-awaiting', run };
        try {
          return { kind: 'rejected', run: await save({ ...move(run, 'rejected'), rejection, endedAt: rejection.at }) };
        } catch (error) {
          if (!(error instanceof StaleRevisionError)) throw error;
        }
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
      await redis.hset(keys.streaming(fleet, database), Object.fromEntries(pods.map((pod) => [pod, at])));
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
      await redis.xadd(keys.audit, 'MAXLEN', '~', AUDIT_LENGTH, '*', ...Object.entries(entry).flat());
    },
  };
};

/** The plan that was approved is still the one that waits, and its time has not passed. */
const awaits = (run: Run, approval: Approval): boolean =>
  run.state === 'awaiting-approval' && run.plan?.digest === approval.digest && (run.planExpiresAt === undefined || approval.at < run.planExpiresAt);

const withThread = (json: string | null | undefined, shownJson: string | null | undefined): Run | undefined => {
  const run = parsed(json) as Run | undefined;
  const shown = parsed(shownJson) as Shown | undefined;
  if (run === undefined || shown?.ts === undefined) return run;
  const { channel, ts, permalink } = shown;
  return { ...run, thread: { channel, ts, ...(permalink === undefined ? {} : { permalink }) } };
};

const parsed = (json: string | null | undefined): unknown => JSON.parse(json ?? 'null') ?? undefined;
