import type { Change, Finding } from '../../../src/domain/finding.ts';
import type { Plan, PlannedStep } from '../../../src/domain/plan.ts';
import type { Problem } from '../../../src/domain/problem.ts';
import type { ReplicationTable } from '../../../src/domain/replication.ts';
import type { Database } from '../../../src/domain/database.ts';
import type { Fleet } from '../../../src/domain/fleet.ts';
import type { Run, StepOutcome } from '../../../src/domain/run.ts';
import { plainText, told } from '../../../src/domain/text.ts';

/** One fleet, one database and one run in every state, at fixed instants. */

export const at = (clock: string): string => `2026-11-22T${clock.length === 5 ? `${clock}:00` : clock}.000Z`;

export const fleet: Fleet = {
  name: 'demo',
  hub: 'demo-controller',
  clusters: ['demo-controller', 'demo-worker'].map((name) => ({ name, context: name, gateway: { node: 'auto', interface: 'auto' } })),
  hubApiServer: 'https://10.250.0.10:6443',
  ocm: { bundleVersion: '1.3.1' },
  kubeslice: {
    chart: 'oci://charts/kubeslice-controller',
    version: '1',
    project: 'demo',
    slice: { name: 'demo-slice', subnet: '10.1.0.0/16', maxClusters: 16, bandwidthCeilingKbps: 5120, bandwidthGuaranteedKbps: 2560 },
  },
  kubedb: { chart: 'oci://charts/kubedb', version: '1', namespace: 'kubedb' },
  probeImage: 'busybox',
};

export const database: Database = {
  name: 'postgres',
  namespace: 'demo',
  version: '17.2',
  replicas: 3,
  storage: '2Gi',
  placement: { 'demo-controller': [0, 2], 'demo-worker': [1] },
  deletionPolicy: 'Delete',
};

export const alice = { userId: 'U0ALICE', teamId: 'T0HOME' };
export const bob = { userId: 'U0BOB', teamId: 'T0HOME' };

const create = (cluster: string, object: string): Change => ({ cluster, action: 'create', object, fields: [] });
const change = (...changes: Change[]): Finding => ({ kind: 'change', changes });
const inPlace: Finding = { kind: 'in-place', evidence: 'seen' };

const step = (stage: string, id: string, title: string, cluster: string, finding: Finding, usualMs = 20_000): PlannedStep => ({
  id,
  title,
  stage,
  cluster,
  usualMs,
  finding,
});

const corefile: Change = {
  cluster: 'demo-controller',
  action: 'change',
  object: 'ConfigMap kube-system/coredns',
  fields: [{ path: 'data.Corefile', from: 'a\nb', to: 'a\nb\nc' }],
  impact: told`adds \`slice.local:53 → 10.96.41.7\`, restarts coredns: DNS of every workload of this cluster, rolling`,
};
const label: Change = {
  cluster: 'demo-worker',
  action: 'change',
  object: 'Node worker-1',
  fields: [{ path: 'metadata.labels.kubeslice.io/node-type', to: 'gateway' }],
};

const H = 'demo-controller';
const W = 'demo-worker';

export const steps: readonly PlannedStep[] = [
  step('Preflight', `preflight/cluster-reachable@${H}`, `cluster answers on ${H}`, H, inPlace, 0),
  step('Preflight', `preflight/cluster-reachable@${W}`, `cluster answers on ${W}`, W, inPlace, 0),
  step('Open Cluster Management', 'ocm/hub-initialised', 'OCM hub is initialised', H, change(create(H, 'ClusterManager cluster-manager')), 60_000),
  step('Open Cluster Management', `ocm/spoke-joined@${W}`, `spoke joined on ${W}`, W, change(create(W, 'Klusterlet klusterlet')), 40_000),
  step(
    'KubeSlice',
    'kubeslice/controller',
    'KubeSlice controller is installed',
    H,
    change({ ...create(H, 'Helm release kubeslice-controller'), action: 'install' }),
    90_000,
  ),
  step('KubeSlice', `kubeslice/worker-healthy@${H}`, `KubeSlice worker healthy on ${H}`, H, change(create(H, 'Cluster demo-controller')), 120_000),
  step('KubeSlice', `kubeslice/worker-healthy@${W}`, `KubeSlice worker healthy on ${W}`, W, change(create(H, 'Cluster demo-worker'), label), 120_000),
  step('DNS', `coredns/slice-names-resolve@${H}`, `slice names resolve on ${H}`, H, change(corefile), 20_000),
  step('DNS', `coredns/slice-names-resolve@${W}`, `slice names resolve on ${W}`, W, {
    kind: 'later',
    missing: 'Service kubeslice-system/kubeslice-dns on demo-worker',
    waitsFor: `KubeSlice worker healthy on ${W}`,
  }),
  step(
    'Postgres',
    'kubedb/postgres',
    'Postgres demo/postgres is as wanted',
    H,
    { kind: 'later', missing: 'kind Postgres on demo-controller', waitsFor: 'KubeDB operator is healthy' },
    60_000,
  ),
  step(
    'Postgres',
    'postgres/standbys-stream',
    'every standby streams',
    H,
    { kind: 'later', missing: 'Postgres demo/postgres', waitsFor: 'Postgres demo/postgres is as wanted' },
    60_000,
  ),
];

export const plan: Plan = {
  steps,
  digest: '4f9c1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7',
  estimateMs: 370_000,
  worthKnowing: [
    told`If demo-controller is lost, writes stop (2 of 3 voters live there)`,
    told`Slice ceiling 5.1 Mbit/s: copying a full volume of 2Gi to a new standby takes about 56 min`,
    told`deletionPolicy \`Delete\`: deleting the Postgres object deletes its volumes, backups stay`,
  ],
  plannedAt: at('14:02:09'),
};

export const licenceProblem: Problem = {
  code: 'PGD-041',
  what: told`Licence was issued for another cluster`,
  evidence: ['It names cluster 6f0c… (that is demo-worker); KubeDB checks it against the hub, a91e…'],
  remedy: told`Get a licence for a91e… and set \`kubedb.licenceFile\`.`,
};
export const nodeProblem: Problem = {
  code: 'PGD-011',
  what: told`Nodes of demo-worker are too small`,
  evidence: ['worker-1 has 1 CPU, 2 are needed'],
  remedy: told`Add a node with 2 CPU and 4 GiB.`,
};

export const dnsProblem: Problem = {
  code: 'PGD-052',
  what: told`Slice names do not resolve on demo-worker`,
  evidence: [
    'lookup of `postgres-0.postgres-pods.demo.svc.slice.local` from kube-system answered NXDOMAIN',
    'the Corefile of demo-worker no longer has the block that pgdist added at 14:08 (manager `helm`, 14:09:11)',
  ],
  remedy: told`k3s rewrites this ConfigMap at every start: put the block into \`coredns-custom\` instead.`,
};

export const run: Run = {
  id: 'r7k2',
  kind: 'deploy',
  database,
  fleet,
  state: 'queued',
  requestedBy: alice,
  requestedAt: at('14:02'),
  thread: { channel: 'C0DATABASES' },
  attempt: 1,
  phase: 'plan',
  outcomes: {},
  revision: 1,
};

export const awaiting: Run = { ...run, state: 'awaiting-approval', plan, planExpiresAt: at('14:32') };

export const approval = { by: bob, at: at('14:06'), digest: plan.digest };

const done = (from: string, to: string): StepOutcome => ({ state: 'done', startedAt: at(from), endedAt: at(to) });

const begun: Record<string, StepOutcome> = {
  [`preflight/cluster-reachable@${H}`]: { state: 'in-place' },
  [`preflight/cluster-reachable@${W}`]: { state: 'in-place' },
  'ocm/hub-initialised': done('14:06:01', '14:06:42'),
  [`ocm/spoke-joined@${W}`]: done('14:06:42', '14:07:12'),
  'kubeslice/controller': done('14:06:42', '14:07:20'),
};

export const applying: Run = {
  ...awaiting,
  state: 'applying',
  approval,
  outcomes: {
    ...begun,
    [`kubeslice/worker-healthy@${H}`]: { state: 'applying', startedAt: at('14:07:50'), attempt: 2 },
    [`kubeslice/worker-healthy@${W}`]: { state: 'waiting', startedAt: at('14:07:22') },
  },
};
export const waiting = { [`kubeslice/worker-healthy@${W}`]: 'Cluster.status.registrationStatus is `RegistrationInProgress`' };

const worked: Record<string, StepOutcome> = {
  ...begun,
  [`kubeslice/worker-healthy@${H}`]: done('14:07:22', '14:08:00'),
  [`kubeslice/worker-healthy@${W}`]: done('14:07:22', '14:08:12'),
  [`coredns/slice-names-resolve@${H}`]: done('14:08:12', '14:08:20'),
};

export const failed: Run = {
  ...applying,
  state: 'failed',
  endedAt: at('14:10:21'),
  outcomes: {
    ...worked,
    [`coredns/slice-names-resolve@${W}`]: { state: 'failed', startedAt: at('14:08:12'), endedAt: at('14:10:20'), evidence: 'NXDOMAIN' },
    'kubedb/postgres': { state: 'skipped', because: `slice names resolve on ${W}` },
    'postgres/standbys-stream': { state: 'skipped', because: `slice names resolve on ${W}` },
  },
  failure: {
    stepId: `coredns/slice-names-resolve@${W}`,
    stepTitle: `slice names resolve on ${W}`,
    cluster: W,
    problems: [dnsProblem],
    at: at('14:10:20'),
    afterMs: 120_000,
  },
};

export const replication: ReplicationTable = {
  database: 'postgres',
  namespace: 'demo',
  version: '17.2',
  phase: 'Ready',
  primary: { pod: 'postgres-0', cluster: H },
  timeline: 1,
  lsn: '0/50001B0',
  rows: [
    { pod: 'postgres-0', cluster: H, role: 'primary', state: 'running', timeline: 1 },
    { pod: 'postgres-1', cluster: W, role: 'standby', state: 'streaming', timeline: 1, lagBytes: 0, delayMs: 2, sync: 'async', via: 'slice' },
    { pod: 'postgres-2', cluster: H, role: 'standby', state: 'streaming', timeline: 1, lagBytes: 0, delayMs: 1, sync: 'async', via: 'local' },
  ],
  notes: ['slots none', 'archive off (no-op)', 'sync off', 'size 15 MB', 'conns 4/100'],
  askedAt: at('14:12:01'),
};

export const succeeded: Run = {
  ...applying,
  state: 'succeeded',
  endedAt: at('14:11:52'),
  outcomes: {
    ...worked,
    [`coredns/slice-names-resolve@${W}`]: done('14:08:12', '14:08:31'),
    'kubedb/postgres': {
      ...done('14:08:31', '14:10:00'),
      warnings: ['namespace demo on demo-worker was made by pgdist and stays when the database goes'],
    },
    'postgres/standbys-stream': done('14:10:00', '14:11:52'),
  },
  replication,
};

export const missingStandby: ReplicationTable = {
  ...replication,
  rows: replication.rows.map((row) =>
    row.pod === 'postgres-1'
      ? { pod: row.pod, cluster: row.cluster, role: 'standby', state: 'missing', missingSince: { at: at('14:31:07'), source: 'pod gone' } }
      : row,
  ),
  askedAt: at('14:35:07'),
};

export const standbyProblem: Problem = {
  code: 'PGD-062',
  what: told`postgres-1 on demo-worker does not stream`,
  evidence: ['pod postgres-1 does not exist on demo-worker'],
  remedy: told`Bring node worker-1 back; the standby catches up by itself.`,
};
export const silentProblem: Problem = {
  code: 'PGD-001',
  what: told`demo-worker does not answer`,
  evidence: ['no answer in 2 s', 'last seen 14:20'],
  remedy: told`Look at the API server of demo-worker; the rows above are what the hub knew.`,
};

const question: Run = { ...run, id: 'r9q4', kind: 'status', phase: 'verify', state: 'succeeded', requestedAt: at('14:35'), endedAt: at('14:35:09') };

export const healthyStatus: Run = {
  ...question,
  replication: { ...replication, askedAt: at('14:35:07') },
  answer: {
    healthy: true,
    verdicts: [
      {
        stepId: 'kubedb/postgres',
        title: 'Postgres demo/postgres is as wanted',
        stage: 'Postgres',
        cluster: H,
        verdict: { healthy: true, evidence: 'Ready' },
        askedAt: at('14:35:06'),
      },
      {
        stepId: 'postgres/standbys-stream',
        title: 'every standby streams',
        stage: 'Postgres',
        cluster: H,
        verdict: { healthy: true, evidence: '2 of 2' },
        askedAt: at('14:35:07'),
      },
    ],
  },
};

const withVerdict = (base: Run, table: ReplicationTable, cluster: string, problem: Problem): Run => ({
  ...base,
  replication: table,
  answer: {
    healthy: false,
    verdicts: [
      ...(base.answer?.verdicts.slice(0, -1) ?? []),
      {
        stepId: 'postgres/standbys-stream',
        title: 'every standby streams',
        stage: 'Postgres',
        cluster,
        verdict: { healthy: false, waitingFor: plainText(problem.what), problem },
        askedAt: at('14:35:07'),
      },
    ],
  },
});

export const missingStatus: Run = withVerdict(healthyStatus, missingStandby, H, standbyProblem);
export const silentStatus: Run = withVerdict(
  healthyStatus,
  {
    ...missingStandby,
    rows: missingStandby.rows.map((row) =>
      row.pod === 'postgres-1' ? { pod: row.pod, cluster: W, role: 'unknown', state: 'unreachable', error: 'no answer in 2 s' } : row,
    ),
  },
  W,
  silentProblem,
);

export const healthyVerify: Run = {
  ...healthyStatus,
  id: 'rv11',
  kind: 'verify',
  outcomes: Object.fromEntries(steps.map(({ id }) => [id, { state: 'in-place' as const }])),
  answer: {
    healthy: true,
    verdicts: steps.map(({ id, title, stage, cluster }) => ({
      stepId: id,
      title,
      stage,
      cluster,
      verdict: { healthy: true as const, evidence: 'seen' },
      askedAt: at('14:35:07'),
    })),
  },
};
export const brokenVerify: Run = {
  ...healthyVerify,
  state: 'failed',
  outcomes: {
    ...healthyVerify.outcomes,
    [`coredns/slice-names-resolve@${W}`]: { state: 'failed', evidence: 'NXDOMAIN' },
    'postgres/standbys-stream': { state: 'failed', evidence: '1 of 2' },
  },
  replication: missingStandby,
  answer: {
    healthy: false,
    verdicts: (healthyVerify.answer?.verdicts ?? []).map((verdict) => {
      if (verdict.stepId === `coredns/slice-names-resolve@${W}`)
        return { ...verdict, verdict: { healthy: false as const, waitingFor: 'NXDOMAIN', problem: dnsProblem } };
      if (verdict.stepId === 'postgres/standbys-stream')
        return { ...verdict, verdict: { healthy: false as const, waitingFor: '1 of 2', problem: standbyProblem } };
      return verdict;
    }),
  },
};

export const blocked: Run = {
  ...run,
  state: 'blocked',
  endedAt: at('14:02:10'),
  plan: {
    ...plan,
    steps: plan.steps.map((planned, index) =>
      index === 1
        ? { ...planned, finding: { kind: 'blocked', problems: [nodeProblem] } }
        : index === 2
          ? { ...planned, finding: { kind: 'blocked', problems: [licenceProblem] } }
          : planned,
    ),
  },
};

/** Everything is in place already: no approval, a look at it all. */
export const nothingToDo: Run = {
  ...run,
  state: 'verifying',
  plan: { ...plan, steps: steps.map((planned) => ({ ...planned, finding: inPlace })) },
  outcomes: {
    [`preflight/cluster-reachable@${H}`]: { state: 'done', startedAt: at('14:02:10'), endedAt: at('14:02:11') },
    [`preflight/cluster-reachable@${W}`]: { state: 'checking', startedAt: at('14:02:10') },
  },
};
