import { paragraph, type ProblemPage } from './page.ts';

/** Licence and KubeDB. */
export const KUBEDB = {
  'PGD-040': {
    title: 'licence cannot be read',
    meaning: paragraph`The file is missing, not readable by the worker, empty, or something else than a KubeDB licence: a saved web page, a token, a cut
      copy.`,
    looksAt: paragraph`\`kubedb.licenceFile\`, anew at every plan.`,
    remedy: paragraph`put the file there, as downloaded. It never leaves the worker.`,
  },
  'PGD-041': {
    title: 'licence was issued for another cluster',
    meaning: paragraph`KubeDB binds a licence to the UID of namespace \`kube-system\` of the hub. A licence for a spoke is the usual mistake, and the message
      says whose UID it names.`,
    looksAt: paragraph`the DNS names in the licence and at that UID.`,
    remedy: paragraph`\`kubectl get ns kube-system -o jsonpath='{.metadata.uid}'\` on the hub, then get a licence for it from the AppsCode licence server.`,
  },
  'PGD-042': {
    title: 'licence is not valid at this time',
    meaning: paragraph`It has expired, or begins in the future of the worker's clock.`,
    looksAt: paragraph`the dates in the licence; plans warn 14, 7 and 1 days before the end.`,
    remedy: paragraph`get a new one. With an expired licence KubeDB stops working on databases; those that run go on.`,
  },
  'PGD-043': {
    title: 'KubeDB operator is not healthy',
    meaning: paragraph`The Helm release is not deployed, a pod does not run, a definition is missing, or the operator refuses its licence.`,
    looksAt: paragraph`the release's own Secret, the workloads of its namespace, containers that do not get ready, events (the licence's first), and its
      definitions.`,
    remedy: paragraph`follow the pod that the message names.`,
  },
  'PGD-044': {
    title: 'petset agent role is missing',
    meaning: paragraph`KubeDB's petset hands its agent's role to every cluster through OCM; without it no pod appears there.`,
    looksAt: paragraph`the ClusterRole on the cluster and at the ManifestWorkReplicaSet on the hub.`,
    remedy: paragraph`check that the chart runs with \`petset.features.ocm.enabled=true\` and that the cluster is Available in OCM.`,
  },
  'PGD-045': {
    title: 'placement policy was refused',
    meaning: paragraph`The PlacementPolicy does not place every replica as wanted.`,
    looksAt: paragraph`the PlacementPolicy on the hub, index by index.`,
    remedy: paragraph`see who changed it (\`kubectl get placementpolicy NAME -o yaml --show-managed-fields\`), then deploy again.`,
  },
  'PGD-046': {
    title: 'namespace is missing on a spoke',
    meaning: paragraph`Pods of the database have nowhere to go, or the namespace is not on the slice.`,
    looksAt: paragraph`the namespace on each cluster and at the label \`kubeslice.io/slice\`.`,
    remedy: paragraph`create it if somebody deleted it; check that the SliceConfig lists it for that cluster and that KubeSlice's worker runs there.`,
  },
  'PGD-047': {
    title: 'Postgres object was refused or differs from the configuration',
    meaning: paragraph`A Postgres of that name exists and is not distributed, KubeDB's webhook refuses it, or KubeDB does not begin with it. A database that
      exists keeps its replicas, version and storage: deploy never changes them and says which PostgresOpsRequest does.`,
    looksAt: paragraph`the Postgres object, the webhook's words, and its conditions.`,
    remedy: paragraph`as the message says. A database that is not distributed never becomes one: choose another name.`,
  },
  'PGD-048': {
    title: 'Helm release belongs to others or is stuck',
    meaning: paragraph`Somebody else installed it without a setting that is needed, or a helm was cut off in the middle of it.`,
    looksAt: paragraph`the newest Secret of the release: its status, revision and the label of who installed it. Its own first installation that was cut off
      it takes away and repeats, its own upgrade it rolls back; nothing of others is touched.`,
    remedy: paragraph`make sure that no helm is running, then \`helm uninstall\` or \`helm rollback\` as the message says; or have the owner add the
      setting.`,
  },
  'PGD-049': {
    title: 'the installed licence cannot be read',
    meaning: paragraph`The Secret from which KubeDB reads its licence is gone or holds something else; the licence of the configuration may be well. The
      operator stops, the databases run on.`,
    looksAt: paragraph`the words of KubeDB's licence verifier in the events of its namespace.`,
    remedy: paragraph`put the licence back into Secret \`kubedb-license\`, key \`key.txt\`, as the message says. Its pods start again by themselves.`,
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
