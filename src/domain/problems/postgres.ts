import { paragraph, type ProblemPage } from './page.ts';

/** PostgreSQL itself. */
export const POSTGRES = {
  'PGD-060': {
    title: 'database pods are not running',
    meaning: paragraph`KubeDB starts replicas one after the other: the first pod that is not well holds up the rest.`,
    looksAt: paragraph`the pod on its own cluster, its events and log, the ManifestWork that carries it, and the pod before it.`,
    remedy: paragraph`read the facts in their order; the first is the earliest in the chain. Then storage class, scheduling, image registry and webhooks.`,
  },
  'PGD-061': {
    title: 'database secret is missing',
    meaning: paragraph`The credentials did not arrive on a cluster.`,
    looksAt: paragraph`the Secret there and its ManifestWork on the hub. It never reads the password.`,
    remedy: paragraph`look at that ManifestWork: KubeDB sends the Secret through it.`,
  },
  'PGD-062': {
    title: 'a standby is missing',
    meaning: paragraph`The primary does not stream to it, whatever KubeDB's phase says; or it receives, and the primary does not list it by its name.`,
    looksAt: paragraph`\`pg_stat_replication\` on the primary, and at the standby's own receiver, pod and container; at the oldest WAL file that the primary has, and at
      base backups that it hands out.`,
    remedy: paragraph`one that catches up or is copied needs time, one whose WAL is gone is copied anew by the request in the message. Else pod first, then names (PGD-052), then tunnel (PGD-037) between its cluster and the primary's.`,
  },
  'PGD-063': {
    title: 'no primary',
    meaning: paragraph`Every replica was heard, or is known not to run, and none takes writes.`,
    looksAt: paragraph`\`pg_is_in_recovery()\` on every replica that can be asked.`,
    remedy: paragraph`if a cluster is away, bring it back first. The message names the replica that is furthest; promoting by hand while an old primary may
      still live makes two.`,
  },
  'PGD-064': {
    title: 'two primaries',
    meaning: paragraph`More than one replica takes writes: their data drifts apart with every one.`,
    looksAt: paragraph`the same, with timelines and positions.`,
    remedy: paragraph`stop all writers now. Keep the one whose data is wanted, and rebuild the others from it.`,
  },
  'PGD-065': {
    title: 'a standby lags or diverged',
    meaning: paragraph`It is far behind, stays on an old timeline, its slot lost the WAL that it needs, or commits wait for it.`,
    looksAt: paragraph`positions, timelines and slots.`,
    remedy: paragraph`as the message says. A standby without its WAL must be copied anew, which runs at \`bandwidthCeilingKbps\`.`,
  },
  'PGD-066': {
    title: 'whether the database takes writes is not known',
    meaning: paragraph`Nobody could ask the server that may be the primary; unheard is not down. Nor is it a standby that is missing, where another server takes writes.`,
    looksAt: paragraph`each server by itself, and at what a standby that was heard says of its primary: whether it still receives, and how long ago.`,
    remedy: paragraph`make what is named answer (a cluster, a node, the server's own \`pg_hba.conf\`), then ask again. Promote nothing before: two primaries lose data, a silent one does not.`,
  },
  'PGD-067': {
    title: 'a standby does not replay',
    meaning: paragraph`It receives WAL and does not apply it: it answers old data, and takes long to take over.`,
    looksAt: paragraph`\`pg_is_wal_replay_paused()\`, the age of the last replayed transaction, \`recovery_min_apply_delay\`, and what the replay waits for.`,
    remedy: paragraph`as the message says: let it go on, take the delay back, or end the queries that hold it up.`,
  },
  'PGD-068': {
    title: 'commits wait for synchronous standbys',
    meaning: paragraph`\`synchronous_standby_names\` asks for more standbys than stream of those that it names (\`ANY 2\` with one), or those that stream do not
      confirm what they get: every commit waits.`,
    looksAt: paragraph`the setting and how many it asks for, \`synchronous_commit\`, the standbys that stream, the sessions that wait, and how long the first of them does.`,
    remedy: paragraph`bring a standby back, or name as many as exist. With \`remote_apply\` a standby whose replay is paused or late confirms nothing.`,
  },
  'PGD-069': {
    title: 'writes are refused by a setting',
    meaning: paragraph`\`default_transaction_read_only\` is on in the primary. On for one database alone it is a word beside a healthy database: it may be meant so.`,
    looksAt: paragraph`that setting as a new session sees it, and where it comes from: \`ALTER SYSTEM\`, a role, a database, a file, the command line.`,
    remedy: paragraph`find out who set it and why, then take it back where it comes from, as the message says: each place has another statement.`,
  },
  'PGD-070': {
    title: 'database is not deployed',
    meaning: paragraph`The hub was heard and declares no such database, and no cluster has a pod of it.`,
    looksAt: paragraph`the Postgres object on the hub and the pods on each cluster.`,
    remedy: paragraph`\`/pgdist deploy\` with its name.`,
  },
  'PGD-071': {
    title: 'transaction ids run out',
    meaning: paragraph`The oldest one that is not frozen is older than 1.6 thousand million transactions; the server takes no writes from 3 million before
      2^31 on.`,
    looksAt: paragraph`\`age(datfrozenxid)\`.`,
    remedy: paragraph`end what holds vacuum back (old transactions, prepared ones, slots), then \`VACUUM FREEZE\` in the database with the oldest.`,
  },
  'PGD-072': {
    title: 'a volume is nearly full',
    meaning: paragraph`Less than 3 % of the volume of the data or of the WAL is free: the server ends at the write that finds no room, and does not come up
      again before there is some. From 15 % on status and verify warn (the limits are those of the alert KubePersistentVolumeFillingUp of the
      kubernetes-mixin).`,
    looksAt: paragraph`\`df\` of the pod's data and WAL folders, what replication slots without a reader hold, and the WAL files that wait to be archived. An
      image without \`df\` or \`timeout\` tells nothing of its volumes, and nothing is said of them.`,
    remedy: paragraph`make the volume larger with a PostgresOpsRequest of type VolumeExpansion, then take away what fills it: a slot that nobody reads, an
      archive that takes nothing (PGD-074), files that somebody left there. Never delete files in \`pg_wal\` by hand.`,
  },
  'PGD-073': {
    title: 'no connection is left',
    meaning: paragraph`All connections of ordinary users are taken: a new session is refused with "remaining connection slots are reserved", and where superusers
      hold the rest as well with "sorry, too many clients already". From 90 % on status and verify warn.`,
    looksAt: paragraph`\`pg_stat_activity\`, \`max_connections\`, \`superuser_reserved_connections\` and \`reserved_connections\` of the primary, and what a server says
      that takes no session at all.`,
    remedy: paragraph`see who holds them and end what is idle; then give the application a smaller pool or a pooler. A higher \`max_connections\` needs a restart, on the
      standbys first.`,
  },
  'PGD-074': {
    title: 'WAL is not archived',
    meaning: paragraph`The archive command or library of the primary fails, and ten WAL files or more wait: a restore to a point in time ends where it last succeeded,
      and the files stay on the volume until it is full (PGD-072). With fewer files it is a warning: the archiver tries again every minute.`,
    looksAt: paragraph`\`pg_stat_archiver\` and the files that wait (\`pg_ls_archive_statusdir()\`). KubeDB's own \`/bin/true\` archives nothing and is not taken for an
      archive.`,
    remedy: paragraph`read why in the log of the pod and of the archiver's sidekick: the bucket, its room, its credentials. Then take a base backup, if WAL was lost.`,
  },
  'PGD-075': {
    title: 'a prepared transaction was left behind',
    meaning: paragraph`A transaction was prepared (two-phase commit) and neither committed nor rolled back for an hour, or for ten seconds while a session waits for a
      lock of it. It outlives its session and a restart, keeps its locks, and keeps vacuum from cleaning up.`,
    looksAt: paragraph`\`pg_prepared_xacts\`, and the sessions among whose \`pg_blocking_pids\` is 0, which stands for a prepared transaction.`,
    remedy: paragraph`ask the transaction manager what became of the whole transaction; then \`COMMIT PREPARED\` or \`ROLLBACK PREPARED\` with the name that the message
      tells, in its database.`,
  },
  'PGD-076': {
    title: 'labels of the pods name another primary',
    meaning: paragraph`KubeDB's Services find the primary by the label \`kubedb.com/role\` of the pods. Where it is not on the server that takes writes, applications
      reach a standby or nobody, while the servers themselves are well.`,
    looksAt: paragraph`the label of each pod, and what each server says of itself. During a failover the label comes seconds after the server.`,
    remedy: paragraph`look why container \`pg-coordinator\` does not write it on its own pod; until then put it right by hand, as the message tells.`,
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
