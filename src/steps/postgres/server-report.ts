import { z } from 'zod';
import { jsonOrNothing } from '../../kube-api/bounded-json.ts';
import type { ServerReport } from '../../domain/replication-report.ts';

const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);

/** Characters of a name, a state, an LSN (at most 17) or an instant; PostgreSQL's own names have 63. */
const Short = z.string().max(255);
/** Names of synchronous standbys: a setting that may list all of them. */
const LONGEST_SETTING = 4_096;
/** Rows of a view: max_wal_senders and max_replication_slots are 10 by default and never near it. */
const MOST_ROWS = 1_000;

const Answer = z.object({
  v: z.number(),
  rec: z.boolean(),
  sysid: Short,
  tli: optional(z.number()),
  lsn: optional(Short),
  recv: optional(Short),
  replay: optional(Short),
  paused: optional(z.boolean()),
  receiver: optional(z.object({ status: optional(Short) })),
  standbys: z
    .array(
      z.object({
        app: Short,
        addr: optional(Short),
        state: Short,
        sync: Short,
        replay_bytes: optional(z.number()),
        replay_s: optional(z.number()),
        reply_age_s: optional(z.number()),
      }),
    )
    .max(MOST_ROWS),
  slots: z.array(z.object({ name: Short, active: z.boolean(), wal_status: optional(Short), retained_bytes: optional(z.number()) })).max(MOST_ROWS),
  basebackups: z.array(z.object({ phase: Short, done: optional(z.number()), total: optional(z.number()) })).max(MOST_ROWS),
  archiver: z.object({ mode: Short, noop: z.boolean(), last_ok: optional(Short), last_fail: optional(Short) }),
  set: z.object({ sync_names: z.string().max(LONGEST_SETTING), max_conn: z.number() }),
  conns: z.number(),
  sync_waiters: z.number(),
  bytes: z.number(),
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
