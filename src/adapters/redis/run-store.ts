import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RUN_LIMITS } from '../../domain/bounded.ts';
import { isTerminal, type Actor, type Run } from '../../domain/run.ts';
import { lookAtMs, waitsForDatabase } from '../../domain/run-moves.ts';
import type { Clock } from '../../ports/clock.ts';
import { LeaseLostError, runLease } from '../../ports/lease.ts';
import type { Log } from '../../ports/log.ts';
import { RunTooLargeError, StaleRevisionError, type ApprovalOutcome, type Creation, type RunStore, type Shown } from '../../ports/run-store.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { redisAuditLog } from './audit-log.ts';
import type { Keys } from './keys.ts';
import { redisLocks } from './lock-store.ts';
import { runReading, SIDE_BYTES } from './run-reading.ts';
import { APPROVE, CREATE, LOOK_AT_ALL, LOOK_LATER, REOPEN, REQUEST_CANCEL, RESTORE, SAVE, TAKE_FLEET } from './run-scripts.ts';
import { DELETE_IF, ENDED_FORGOTTEN, KEEP_INSTALLATION, SET_SHOWN } from './scripts.ts';
import { redisStarts } from './starts.ts';
import { storedActor, storedShown, storedWaiting } from './stored-run.ts';

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
const MOST_THREADS = 1_000;
const BUNDLE_MS = 2 * 3_600_000;
/** Slack delivers a command again within minutes if at all. */
const SEEN_MS = DAY_MS;
/** How often runs are looked for that a former pgdist stored without saying when to look at them. */
const LOOK_AT_ALL_MS = 30_000;

export const redisRunStore = ({ redis, keys, clock, redactor = createRedactor(), log, retentionMs = 90 * DAY_MS }: RunStoreOptions): RunStore => {
  const { get, getAll, recall } = runReading(redis, keys, log);
  /** Slack's address for the private answer is needed as it is; it lives for 30 minutes. */
  const runJson = ({ responseUrl, ...run }: Run): string =>
    jsonWithin(RUN_LIMITS.runBytes, `run ${run.id}`, { ...redactor.value(run), ...(responseUrl === undefined ? {} : { responseUrl }) });
  const script = (text: string, scriptKeys: readonly string[], ...values: readonly (string | number)[]): Promise<unknown> =>
    redis.eval(text, scriptKeys.length, ...scriptKeys, ...values);
  const remember = async (key: string, what: string, value: unknown): Promise<unknown> =>
    redis.set(key, jsonWithin(SIDE_BYTES, what, redactor.value(value)), 'PX', retentionMs);
  const cancelJson = (id: string, by: Actor): string => jsonWithin(SIDE_BYTES, `cancel of run ${id}`, redactor.value(by));
  /** ARGV of every write that compares on the revision, and the run as it then is. */
  const write = (run: Run): { readonly next: Run; readonly values: readonly (string | number)[] } => {
    const next = { ...run, revision: run.revision + 1 };
    return { next, values: [run.id, run.revision, next.revision, runJson(next), randomUUID(), clock.now().getTime(), lookAtMs(next)] };
  };
  const waitingKey = (run: Run): string => keys.waitingToDeploy(run.fleet.name, run.database.name);
  /** Of a database one run deploys, and one waits for that. */
  const deployingKey = (run: Run): string => (waitsForDatabase(run) ? waitingKey(run) : keys.deploying(run.fleet.name, run.database.name));
  const deploys = ({ kind }: Run): number => (kind === 'deploy' ? 1 : 0);
  const reopen = async (run: Run, cancel: Actor | undefined): ReturnType<RunStore['reopen']> => {
    const { next, values } = write(run);
    const settled = cancel === undefined ? '' : cancelJson(run.id, cancel);
    const [kind, holder] = (await script(
      REOPEN,
      [keys.run(run.id), keys.live, keys.reportDue, keys.look, deployingKey(run), keys.cancel(run.id), waitingKey(run)],
      ...values,
      deploys(run),
      settled,
    )) as [string, string?];
    if (kind === 'stale') throw stale(run);
    return kind === 'reopened' ? { kind, run: next } : heldBy(run, holder ?? '', () => reopen(run, cancel));
  };
  /** The run that is before this one at the database. One whose key is gone, that nobody can read, or whose turn came, is not: then it is asked for again. */
  const heldBy = async <T>(run: Run, id: string, again: () => Promise<T>): Promise<T | { kind: 'database-held'; holder: Run }> => {
    const [holder] = await getAll([id]);
    if (holder !== undefined && waitsForDatabase(holder) === waitsForDatabase(run)) return { kind: 'database-held', holder };
    await script(DELETE_IF, [deployingKey(run)], id);
    return again();
  };
  const create = async (run: Run, idempotencyKey: string): Promise<Creation> => {
    const nowMs = clock.now().getTime();
    const [kind, holder] = (await script(
      CREATE,
      [keys.seen(idempotencyKey), keys.run(run.id), keys.runs, keys.live, keys.reportDue, keys.look, deployingKey(run), keys.life],
      run.id,
      runJson({ ...run, revision: 0 }),
      Date.parse(run.requestedAt),
      SEEN_MS,
      nowMs - retentionMs,
      nowMs,
      lookAtMs(run),
      deploys(run),
    )) as [string, string?];
    return kind === 'created' || kind === 'seen' ? { kind } : heldBy(run, holder ?? '', () => create(run, idempotencyKey));
  };
  const starts = redisStarts({ redis, keys });
  const shownOf = (id: string): Promise<Shown | undefined> => recall(keys.shown(id), `what is shown of run ${id}`, storedShown);
  let lookedAtAllMs = -Infinity;
  /** Cards whose run is stored by their place. */
  const threads = new Set<string>();

  return {
    create,
    startedBy: async (idempotencyKey) => (await redis.get(keys.seen(idempotencyKey))) ?? undefined,
    get,
    async save(run) {
      const { next, values } = write(run);
      const stored = await script(
        SAVE,
        [keys.run(run.id), keys.live, keys.reportDue, keys.look, keys.fleet(run.fleet.name), deployingKey(run), waitingKey(run)],
        ...values,
        isTerminal(run.state) ? 1 : 0,
        retentionMs,
        deploys(run),
      );
      if (stored !== 1) throw stale(run);
      return next;
    },
    reopen,
    async restore(run, shown) {
      const stored = await script(
        RESTORE,
        [keys.run(run.id), keys.live, keys.reportDue, keys.look, keys.fleet(run.fleet.name), deployingKey(run), keys.runs, keys.shown(run.id)],
        run.id,
        run.revision,
        runJson(run),
        clock.now().getTime(),
        Date.parse(run.requestedAt),
        jsonWithin(SIDE_BYTES, `what is shown of run ${run.id}`, redactor.value(shown)),
        retentionMs,
        run.phase === 'apply' ? 1 : 0,
        deploys(run),
      );
      return stored === 1;
    },
    async keepInstallation(id) {
      const start = await starts.current();
      const [wasMissing, life, ended] = (await script(KEEP_INSTALLATION, [keys.installation, keys.life], id, randomUUID())) as [
        number,
        string,
        string | null,
      ];
      return { wasMissing: wasMissing === 1, life: { id: life, start }, areForgottenEnded: ended === String(start) };
    },
    endedForgotten: async ({ id, start }) => void (await script(ENDED_FORGOTTEN, [keys.life], id, start)),
    list: async (limit) => getAll(limit <= 0 ? [] : await redis.zrevrange(keys.runs, 0, limit - 1)),
    live: async () => getAll(await redis.smembers(keys.live)),
    async toLookAt(now) {
      if (clock.monotonicMs() - lookedAtAllMs >= LOOK_AT_ALL_MS) {
        await script(LOOK_AT_ALL, [keys.live, keys.look]);
        lookedAtAllMs = clock.monotonicMs();
      }
      return getAll(await redis.zrangebyscore(keys.look, '-inf', now.getTime()));
    },
    async lookLater(run) {
      await script(LOOK_LATER, [keys.look, keys.cancel(run.id)], run.id, lookAtMs(run));
    },
    async approve(run): Promise<ApprovalOutcome> {
      const { next, values } = write(run);
      for (;;) {
        const answer = await script(APPROVE, [keys.run(run.id), keys.live, keys.reportDue, keys.look, keys.fleet(run.fleet.name)], ...values);
        if (answer === '') return { kind: 'approved', run: next };
        if (answer === 'stale') throw stale(run);
        const holder = await get(String(answer));
        if (holder !== undefined) return { kind: 'fleet-held', holder };
        // Its key is gone: nothing is live of it.
        await redis.srem(keys.live, String(answer));
        await redis.zrem(keys.look, String(answer));
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
      await script(REQUEST_CANCEL, [keys.cancel(id), keys.look], cancelJson(id, by), retentionMs, id);
      await redis.publish(keys.cancelChannel, id);
    },
    cancelRequested: async (id) => recall(keys.cancel(id), `cancel of run ${id}`, storedActor),
    // Negative where there is no such key.
    leaseLeftMs: async (id) => Math.max(0, await redis.pttl(keys.lease(runLease(id)))),
    lastStreaming: (fleet, database) => redis.hgetall(keys.streaming(fleet, database)),
    async rememberStreaming(fleet, database, pods, at) {
      await redis.hset(keys.streaming(fleet, database), redactor.value(Object.fromEntries(pods.map((pod) => [pod, at]))));
    },
    async setWaiting(id, waiting) {
      await remember(keys.waiting(id), `what run ${id} waits for`, waiting);
    },
    waiting: async (id) => (await recall(keys.waiting(id), `what run ${id} waits for`, storedWaiting)) ?? {},
    shown: shownOf,
    async shownSoFar(id, { channel, run }) {
      const stored = await shownOf(id);
      const since = stored ?? (run === undefined ? undefined : { start: Number((await redis.hget(keys.run(run), 'start')) ?? 1) });
      const kept = since === undefined ? undefined : (since.start ?? 1);
      // Asked last: what was read before it is of this start or of an earlier one.
      const start = await starts.current();
      const shown: Shown = { ...(stored ?? { channel, replies: {} }), start };
      const now = clock.now().toISOString();
      if (kept === undefined || kept === start) return shown;
      // What the card says is not known either.
      const { cardHash: _, ...known } = shown;
      return { ...known, isRestored: true, restoredAt: now, unsureAt: now };
    },
    ofThread: async (channel, ts) => (await redis.get(keys.thread(channel, ts))) ?? undefined,
    async setShown(id, shown, epoch = 0) {
      const json = jsonWithin(SIDE_BYTES, `what is shown of run ${id}`, redactor.value(shown));
      if ((await script(SET_SHOWN, [keys.shown(id), keys.shownEpoch(id)], json, retentionMs, epoch)) !== 1) throw shownByOther(id);
      const { channel, ts } = shown;
      if (ts === undefined || threads.has(`${channel} ${ts}`)) return;
      await redis.set(keys.thread(channel, ts), id, 'PX', retentionMs);
      if (threads.size >= MOST_THREADS) threads.clear();
      threads.add(`${channel} ${ts}`);
    },
    async keepBundle(id, bytes) {
      await redis.set(keys.bundle(id), Buffer.from(bytes), 'PX', BUNDLE_MS);
    },
    bundle: async (id) => (await redis.getBuffer(keys.bundle(id))) ?? undefined,
    ...redisLocks({ redis, keys, redactor }),
    ...redisAuditLog({ redis, keys, redactor }),
  };
};

const stale = ({ id, revision }: Run): StaleRevisionError => new StaleRevisionError(`run ${id} changed since revision ${revision}`);

const shownByOther = (id: string): LeaseLostError => new LeaseLostError(`run ${id} is shown by a later holder of its lease`);

const jsonWithin = (mostBytes: number, what: string, value: unknown): string => {
  const json = JSON.stringify(value);
  const bytes = Buffer.byteLength(json);
  if (bytes > mostBytes) throw new RunTooLargeError(`${what} has ${bytes} bytes, more than the ${mostBytes} that are stored`);
  return json;
};
