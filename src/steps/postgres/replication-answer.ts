import { z } from 'zod';
import type { ServerAnswer } from '../../domain/replication-answer.ts';

const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);

const Answer = z.object({
  v: z.number(),
  rec: z.boolean(),
  sysid: z.string(),
  tli: optional(z.number()),
  lsn: optional(z.string()),
  recv: optional(z.string()),
  replay: optional(z.string()),
  paused: optional(z.boolean()),
  receiver: optional(z.object({ status: optional(z.string()) })),
  standbys: z.array(
    z.object({
      app: z.string(),
      addr: optional(z.string()),
      state: z.string(),
      sync: z.string(),
      replay_bytes: optional(z.number()),
      replay_s: optional(z.number()),
      reply_age_s: optional(z.number()),
    }),
  ),
  slots: z.array(z.object({ name: z.string(), active: z.boolean(), wal_status: optional(z.string()), retained_bytes: optional(z.number()) })),
  basebackups: z.array(z.object({ phase: z.string(), done: optional(z.number()), total: optional(z.number()) })),
  archiver: z.object({ mode: z.string(), noop: z.boolean(), last_ok: optional(z.string()), last_fail: optional(z.string()) }),
  set: z.object({ sync_names: z.string(), max_conn: z.number() }),
  conns: z.number(),
  sync_waiters: z.number(),
  bytes: z.number(),
});

/** Reads the one JSON row that REPLICATION_SQL returns. Throws when it is anything else. */
export const parseReplicationAnswer = (text: string): ServerAnswer => {
  const seen = Answer.parse(JSON.parse(text));
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
const withoutUndefined = (value: unknown): ServerAnswer => JSON.parse(JSON.stringify(value)) as ServerAnswer;
