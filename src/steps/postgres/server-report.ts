import { z } from 'zod';
import { jsonOrNothing } from '../../kube-api/bounded-json.ts';
import type { ServerReport } from '../../domain/replication-report.ts';
import { timelineHistory } from './timeline-history.ts';
import { volumesIn } from './volumes-told.ts';

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
const MOST_ADDITIONS = 8;
/** Bytes of an identifier of a prepared transaction, without its zero. */
const LONGEST_GID = 200;

const Answer = z.object({
  v: Count,
  rec: z.boolean(),
  now_s: optional(Seconds),
  sysid: Short,
  tli: optional(z.int().max(2 ** 32)),
  lsn: optional(Lsn),
  recv: optional(Lsn),
  replay: optional(Lsn),
  paused: optional(z.boolean()),
  replay_lag_s: optional(Seconds),
  receiver: optional(z.object({ status: optional(Short), sender_host: optional(Short), sender_port: optional(Count) })),
  receiver_age_s: optional(Seconds),
  startup_wait: optional(Short),
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
  slots: z
    .array(
      z.object({
        name: Short,
        active: z.boolean(),
        wal_status: optional(Short),
        retained_bytes: optional(Distance),
        type: optional(Short),
        database: optional(Short),
        plugin: optional(Short),
        app: optional(Short),
      }),
    )
    .max(MOST_ROWS),
  basebackups: z.array(z.object({ phase: Short, done: optional(Count), total: optional(Count) })).max(MOST_ROWS),
  archiver: z.object({ mode: Short, noop: z.boolean(), last_ok: optional(Short), last_fail: optional(Short) }),
  set: z.object({
    sync_names: z.string().max(LONGEST_SETTING),
    sync_commit: optional(Short),
    read_only: optional(z.boolean()),
    read_only_by: optional(z.object({ source: Short, file: optional(z.string().max(LONGEST_SETTING)) })),
    apply_delay_ms: optional(Count),
    reserved_conn: optional(Count),
    max_conn: Count,
  }),
  conns: Count,
  sync_waiters: Count,
  sync_wait_s: optional(Seconds),
});

/** What the slower questions add; each is left out by a server that does not answer it in time. */
const Addition = z.object({
  bytes: optional(Count),
  xact_s: optional(Seconds),
  prepared: optional(Count),
  prepared_s: optional(Seconds),
  prepared_oldest: optional(z.object({ gid: z.string().max(LONGEST_GID), database: Short, owner: Short })),
  prepared_blocks: optional(Count),
  unarchived: optional(Count),
  oldest_wal: optional(z.string().regex(/^[0-9A-F]{16}$/)),
  segment: optional(Count),
  history: optional(z.string().max(1_000)),
  read_only_databases: optional(z.array(Short).max(MOST_ROWS)),
  xid_age: optional(Count),
});

/** Reads what QUESTIONS return, a line each, and df's lines. Throws when the first is not a whole answer. */
export const parseServerReport = (text: string): ServerReport => {
  const [first = '', ...others] = text.split('\n').filter((line) => line.trim() !== '');
  const seen = Answer.parse(jsonOrNothing(first));
  const { json = [], words = [] } = Object.groupBy(others, (line) => (line.startsWith('{') ? 'json' : 'words'));
  const more = Object.assign({}, ...json.slice(0, MOST_ADDITIONS).map((line) => Addition.safeParse(jsonOrNothing(line)).data ?? {})) as z.infer<
    typeof Addition
  >;
  const volumes = volumesIn(words.filter((line) => !line.startsWith('Filesystem')));
  return withoutUndefined({
    version: seen.v,
    inRecovery: seen.rec,
    systemId: seen.sysid,
    timeline: seen.tli,
    lsn: seen.lsn,
    receivedLsn: seen.recv,
    replayedLsn: seen.replay,
    replayPaused: seen.paused,
    replayBehindMs: msOf(seen.replay_lag_s),
    receiver: seen.receiver?.status,
    sender: seen.receiver?.sender_host === undefined ? undefined : `${seen.receiver.sender_host}:${seen.receiver.sender_port ?? '?'}`,
    receiverAgeMs: msOf(seen.receiver_age_s),
    replayWaits: seen.startup_wait,
    standbys: seen.standbys.map((standby) => ({
      app: standby.app,
      address: standby.addr?.replace(/\/\d+$/, ''),
      state: standby.state,
      sync: standby.sync,
      replayLagBytes: standby.replay_bytes,
      replayDelayMs: standby.replay_s === undefined ? undefined : Math.round(standby.replay_s * 1000 * 1000) / 1000,
      replyAgeMs: msOf(standby.reply_age_s),
    })),
    slots: seen.slots.map((slot) => ({
      name: slot.name,
      active: slot.active,
      walStatus: slot.wal_status,
      retainedBytes: slot.retained_bytes,
      logical: slot.type === 'logical',
      database: slot.database,
      plugin: slot.plugin,
      app: slot.app,
    })),
    baseBackups: seen.basebackups.map(({ phase, done, total }) => ({ phase, doneBytes: done, totalBytes: total })),
    archiver: { mode: seen.archiver.mode, noop: seen.archiver.noop, lastOk: seen.archiver.last_ok, lastFailure: seen.archiver.last_fail },
    settings: {
      syncNames: seen.set.sync_names,
      waitsForSync: !['off', 'local'].includes(seen.set.sync_commit ?? 'on'),
      syncCommit: seen.set.sync_commit,
      readOnly: seen.set.read_only ?? false,
      readOnlyBy: seen.set.read_only_by,
      applyDelayMs: seen.set.apply_delay_ms ?? 0,
      maxConnections: seen.set.max_conn,
      reservedConnections: seen.set.reserved_conn ?? 0,
    },
    connections: seen.conns,
    syncWaiters: seen.sync_waiters,
    syncWaitMs: msOf(seen.sync_wait_s),
    readOnlyDatabases: more.read_only_databases,
    bytes: more.bytes,
    oldestTransactionMs: msOf(more.xact_s),
    prepared:
      more.prepared === undefined
        ? undefined
        : { count: more.prepared, oldestMs: msOf(more.prepared_s), oldest: more.prepared_oldest, blocks: more.prepared_blocks },
    xidAge: more.xid_age,
    unarchived: more.unarchived,
    oldestWal: more.oldest_wal === undefined || more.segment === undefined ? undefined : startOf(more.oldest_wal, more.segment),
    history: more.history === undefined ? undefined : timelineHistory(more.history),
    volumes: volumes.length === 0 ? undefined : volumes,
    clockMs: msOf(seen.now_s),
  });
};

/** Where the WAL file begins whose name ends so: number of its 4 GB, and number of the segment in them. */
const startOf = (name: string, segmentBytes: number): string =>
  `${Number.parseInt(name.slice(0, 8), 16).toString(16)}/${(Number.parseInt(name.slice(8), 16) * segmentBytes).toString(16)}`.toUpperCase();

const msOf = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : Math.round(seconds * 1000));

/** Absent keys instead of undefined ones, as exactOptionalPropertyTypes wants them. */
const withoutUndefined = (value: unknown): ServerReport => JSON.parse(JSON.stringify(value)) as ServerReport;
