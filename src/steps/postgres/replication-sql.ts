/** A question of one round trip, with a time limit of its own: one that is slow costs no other its answer. */
type Part =
  | {
      readonly sql: string;
      /** What the server gives it, in milliseconds. */
      readonly limitMs: number;
    }
  /** A line for the shell of the pod, which limits itself. */
  | { readonly shell: string };

/**
 * One statement for any server, one JSON row on one line (jsonb prints no line ends): the same text on PostgreSQL 13 to 18, primary and standby (tried on 13.23, 14.23, 15.18, 16.14, 17.2 and 18.3).
 * to_jsonb(row) keeps one text where columns came with later versions; a primary's timeline comes from its WAL file name, since
 * pg_control_checkpoint lags behind a promotion; conninfo is dropped on purpose, it may hold a password.
 */
const REPLICATION_SQL = `
SELECT json_build_object('v',current_setting('server_version_num')::int,'rec',pg_is_in_recovery(),'now_s',extract(epoch FROM clock_timestamp()),
'sysid',(SELECT system_identifier::text FROM pg_control_system()),'started',pg_postmaster_start_time(),
'tli',CASE WHEN pg_is_in_recovery() THEN coalesce((SELECT received_tli FROM pg_stat_wal_receiver),
  (SELECT nullif(min_recovery_end_timeline,0) FROM pg_control_recovery()),(SELECT timeline_id FROM pg_control_checkpoint()))
  ELSE ('x'||substr(pg_walfile_name(pg_current_wal_lsn()),1,8))::bit(32)::int END,
'lsn',CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_lsn() END,
'recv',CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() END,
'replay',CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END,
'paused',CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END,
'replay_lag_s',CASE WHEN NOT pg_is_in_recovery() THEN NULL WHEN pg_last_wal_receive_lsn()=pg_last_wal_replay_lsn() THEN 0
  ELSE round(extract(epoch FROM clock_timestamp()-pg_last_xact_replay_timestamp())::numeric,1) END,
'receiver',(SELECT to_jsonb(r)-'conninfo' FROM pg_stat_wal_receiver r),
'receiver_age_s',(SELECT round(extract(epoch FROM clock_timestamp()-last_msg_receipt_time)::numeric,1) FROM pg_stat_wal_receiver),
'startup_wait',(SELECT wait_event FROM pg_stat_activity WHERE backend_type='startup' LIMIT 1),
'standbys',(SELECT coalesce(json_agg(json_build_object('app',application_name,'addr',client_addr,'state',state,'sync',sync_state,
  'replay_bytes',pg_wal_lsn_diff(c.cur,replay_lsn),'flush_bytes',pg_wal_lsn_diff(c.cur,flush_lsn),'sent_bytes',pg_wal_lsn_diff(c.cur,sent_lsn),
  'replay_s',extract(epoch FROM replay_lag),'reply_age_s',round(extract(epoch FROM clock_timestamp()-reply_time)::numeric,1))
  ORDER BY application_name),'[]'::json) FROM pg_stat_replication,
  (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS cur) c),
'slots',(SELECT coalesce(json_agg(json_build_object('name',s->>'slot_name','active',(s->>'active')::bool,'wal_status',s->>'wal_status',
  'type',s->>'slot_type','database',s->>'database','plugin',s->>'plugin',
  'app',(SELECT application_name FROM pg_stat_activity a WHERE a.pid=(s->>'active_pid')::int),'retained_bytes',pg_wal_lsn_diff(
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,(s->>'restart_lsn')::pg_lsn))),'[]'::json)
  FROM (SELECT to_jsonb(x) AS s FROM pg_replication_slots x) q),
'basebackups',(SELECT coalesce(json_agg(json_build_object('phase',phase,'done',backup_streamed,'total',backup_total)),'[]'::json) FROM pg_stat_progress_basebackup),
'archiver',(SELECT json_build_object('mode',current_setting('archive_mode'),'noop',coalesce(current_setting('archive_library',true),'')=''
  AND current_setting('archive_command') IN ('','(disabled)','/bin/true','true'),'failed',failed_count,'last_ok',last_archived_time,
  'last_wal',last_archived_wal,'last_fail',last_failed_time) FROM pg_stat_archiver),
'set',json_build_object('sync_names',current_setting('synchronous_standby_names'),'sync_commit',current_setting('synchronous_commit'),
  'read_only',current_setting('default_transaction_read_only')='on',
  'read_only_by',(SELECT json_build_object('source',source,'file',sourcefile) FROM pg_settings WHERE name='default_transaction_read_only'),'apply_delay_ms',(SELECT setting::bigint FROM pg_settings WHERE name='recovery_min_apply_delay'),
  'reserved_conn',current_setting('superuser_reserved_connections')::int+coalesce(current_setting('reserved_connections',true)::int,0),'max_conn',current_setting('max_connections')::int),
'conns',(SELECT count(*) FROM pg_stat_activity WHERE backend_type='client backend' AND pid<>pg_backend_pid()),
'sync_waiters',(SELECT count(*) FROM pg_stat_activity WHERE wait_event='SyncRep'),
'sync_wait_s',(SELECT round(max(extract(epoch FROM clock_timestamp()-query_start))::numeric,1) FROM pg_stat_activity WHERE wait_event='SyncRep'))::jsonb
`;

/** Reads a file for each table, so it is slow where there are many or the disk is busy. */
const SIZE_SQL = `SELECT json_build_object('bytes',(SELECT sum(pg_database_size(oid)) FROM pg_database WHERE datallowconn))::jsonb`;

/**
 * What holds back vacuum, and how far the transaction ids have gone. Who waits for a prepared transaction has 0 among its blockers (PostgreSQL's
 * documentation of pg_blocking_pids), which is asked for only where there is one.
 */
const AGES_SQL = `
SELECT json_build_object('xact_s',(SELECT round(max(extract(epoch FROM clock_timestamp()-xact_start))::numeric) FROM pg_stat_activity WHERE backend_type='client backend'),
'prepared',(SELECT count(*) FROM pg_prepared_xacts),
'prepared_s',(SELECT round(max(extract(epoch FROM clock_timestamp()-prepared))::numeric) FROM pg_prepared_xacts),
'prepared_oldest',(SELECT json_build_object('gid',gid,'database',database,'owner',owner) FROM pg_prepared_xacts ORDER BY prepared LIMIT 1),
'prepared_blocks',CASE WHEN EXISTS (SELECT FROM pg_prepared_xacts) THEN (SELECT count(*) FROM
  (SELECT pid FROM pg_stat_activity WHERE wait_event_type='Lock' LIMIT 50) w WHERE 0=ANY(pg_blocking_pids(w.pid))) END,
'read_only_databases',(SELECT json_agg(datname) FROM pg_db_role_setting s JOIN pg_database d ON d.oid=s.setdatabase
  WHERE s.setrole=0 AND s.setconfig::text~*'default_transaction_read_only=(on|true|yes|1)'),
'xid_age',(SELECT max(age(datfrozenxid)) FROM pg_database))::jsonb
`;

/** WAL files that wait to be archived; the oldest that is there, without its timeline; and where a primary's timelines left one another: its own file of them, a line each, which a timeline 1 does not have. */
const WAL_SQL = `
SELECT json_build_object('unarchived',(SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'),
'oldest_wal',(SELECT min(substr(name,9)) FROM pg_ls_waldir() WHERE name~'^[0-9A-F]{24}$'),
'segment',(SELECT setting::bigint FROM pg_settings WHERE name='wal_segment_size'),'history',CASE WHEN pg_is_in_recovery() THEN NULL ELSE
  right(pg_read_file('pg_wal/'||substr(pg_walfile_name(pg_current_wal_lsn()),1,8)||'.history',0,100000,true),1000) END)::jsonb
`;

/** Filesystems of data and WAL. KubeDB sets PGDATA to this path. */
const VOLUMES_SHELL = `timeout 0.4 df -Pk "\${PGDATA:-/var/pv/data}" "\${PGDATA:-/var/pv/data}/pg_wal"`;

/** The first is the answer; what follows adds to it where the server is quick enough. Together they end before the call does. */
export const QUESTIONS: readonly Part[] = [
  { sql: REPLICATION_SQL, limitMs: 1_000 },
  { sql: AGES_SQL, limitMs: 200 },
  { sql: WAL_SQL, limitMs: 250 },
  { sql: SIZE_SQL, limitMs: 250 },
  { shell: VOLUMES_SHELL },
];
