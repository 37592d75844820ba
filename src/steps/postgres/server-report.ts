import { z } from 'zod';
import { jsonOrNothing } from '../../kube-api/bounded-json.ts';
import type { ServerReport } from '../../domain/replication-report.ts';

const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);

/** Characters of a name, a state or an instant; PostgreSQL's own names have 63. */
const Short = z.string().max(255);
/** pg_lsn as PostgreSQL prints it. */
const Lsn = z.string().regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i);
/** Two LSNs are at most 2^64 apart, in either direction: a standby of a standby may be ahead. */
const Distance = z
  .number()
  .min(-(2 ** 64))
  .max(2 ** 64);
/** Of bytes, connections, versions: bigint ends at 2^63. */
const Count = z
  .number()
  .min(0)
  .max(2 ** 63);
/** Told by two clocks, so it may be negative; intervals end at 178 million years. */
const Seconds = z.number().min(-6e15).max(6e15);
/** Names of synchronous standbys: a setting that may list all of them. */
const LONGEST_SETTING = 4_096;
/** Rows of a view: max_wal_senders and max_replication_slots are 10 by default and never near it. */
const MOST_ROWS = 1_000;

const Answer = z.object({
  v: Count,
  rec: z.boolean(),
  sysid: Short,
  tli: optional(z.int().max(2 ** 32)),
  lsn: optional(Lsn),
  recv: optional(Lsn),
  replay: optional(Lsn),
  paused: optional(z.boolean()),
  receiver: optional(z.object({ status: optional(Short) })),
  standbys: z
    .array(
      z.object({
        app: Short,
        addr: optional(Short),
        state: Short,
        sync: Short,
        replay_bytes: optional(Distance),
        replay_s: optional(Seconds),
        reply_age_s: optional(Seconds),
      }),
    )
    .max(MOST_ROWS),
  slots: z.array(z.object({ name: Short, active: z.boolean(), wal_status: optional(Short), retained_bytes: optional(Distance) })).max(MOST_ROWS),
  basebackups: z.array(z.object({ phase: Short, done: optional(Count), total: optional(Count) })).max(MOST_ROWS),
  archiver: z.object({ mode: Short, noop: z.boolean(), last_ok: optional(Short), last_fail: optional(Short) }),
  set: z.object({ sync_names: z.string().max(LONGEST_SETTING), max_conn: Count }),
  conns: Count,
  sync_waiters: Count,
  bytes: Count,
});

/** Reads the one JSON row that REPLICATION_SQL returns. Throws when it is anything else. */
export const parseServerReport = (text: string): ServerReport => {
  const seen = Answer.parse(jsonOrNothing(text));
  return withoutUndefined({
    version: seen.v,
    inRecovery: seen.rec,
    systemId: seen.sysid,
    timeline: seen.tli,
    lsn: seen.lsn,
    receivedLsn: seen.recv,
    replayedLsn: seen.replay,
    replayPaused: seen.paused,
    receiver: seen.receiver?.status,
    standbys: seen.standbys.map((standby) => ({
      app: standby.app,
      address: standby.addr?.replace(/\/\d+$/, ''),
      state: standby.state,
      sync: standby.sync,
      replayLagBytes: standby.replay_bytes,
      replayDelayMs: standby.replay_s === undefined ? undefined : Math.round(standby.replay_s * 1000 * 1000) / 1000,
      replyAgeMs: standby.reply_age_s === undefined ? undefined : Math.round(standby.reply_age_s * 1000),
    })),
    slots: seen.slots.map((slot) => ({ name: slot.name, active: slot.active, walStatus: slot.wal_status, retainedBytes: slot.retained_bytes })),
    baseBackups: seen.basebackups.map(({ phase, done, total }) => ({ phase, doneBytes: done, totalBytes: total })),
    archiver: { mode: seen.archiver.mode, noop: seen.archiver.noop, lastOk: seen.archiver.last_ok, lastFailure: seen.archiver.last_fail },
    settings: { syncNames: seen.set.sync_names, maxConnections: seen.set.max_conn },
    connections: seen.conns,
    syncWaiters: seen.sync_waiters,
    bytes: seen.bytes,
  });
};

/** Absent keys instead of undefined ones, as exactOptionalPropertyTypes wants them. */
const withoutUndefined = (value: unknown): ServerReport => JSON.parse(JSON.stringify(value)) as ServerReport;
