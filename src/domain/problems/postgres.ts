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
    meaning: paragraph`The primary does not stream to it, whatever KubeDB's phase says.`,
    looksAt: paragraph`\`pg_stat_replication\` on the primary, and at the standby's own receiver, pod and container.`,
    remedy: paragraph`pod first, then names (PGD-052), then tunnel (PGD-037) between its cluster and the primary's.`,
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
    meaning: paragraph`Nobody could ask the server that may be the primary; unheard is not down.`,
    looksAt: paragraph`each server by itself, and at what a standby that was heard says of its primary: whether it still receives, and how long ago.`,
    remedy: paragraph`make the cluster that is named answer, then ask again. Promote nothing before: two primaries lose data, a silent one does not.`,
  },
  'PGD-067': {
    title: 'a standby does not replay',
    meaning: paragraph`It receives WAL and does not apply it: it answers old data, and takes long to take over.`,
    looksAt: paragraph`\`pg_is_wal_replay_paused()\`, the age of the last replayed transaction, \`recovery_min_apply_delay\`, and what the replay waits for.`,
    remedy: paragraph`as the message says: let it go on, take the delay back, or end the queries that hold it up.`,
  },
  'PGD-068': {
    title: 'no synchronous standby',
    meaning: paragraph`\`synchronous_standby_names\` asks for one and none that it names streams: commits wait.`,
    looksAt: paragraph`the setting, \`synchronous_commit\`, the standbys that stream, and the sessions that wait.`,
    remedy: paragraph`bring a standby back, or name one that exists.`,
  },
  'PGD-069': {
    title: 'writes are refused by a setting',
    meaning: paragraph`\`default_transaction_read_only\` is on in the primary.`,
    looksAt: paragraph`that setting as a new session sees it.`,
    remedy: paragraph`find out who set it and why, then take it back.`,
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
} as const satisfies Readonly<Record<string, ProblemPage>>;
