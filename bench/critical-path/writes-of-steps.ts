import type { RecordedChange, RecordedRequest } from '../recorder.ts';

/** What a step writes, and what it waits for between its writes. */
interface StepWrites {
  /** Path of the step's file under steps/. */
  readonly path: string;
  /** Does the write belong to the step? `cluster` is what follows @ in its id. */
  writes(request: RecordedRequest, cluster: string): boolean;
  /** Waits inside apply: from the one of the step's writes that `after` picks to the change that `until` picks of those between it and the last write. */
  readonly inside?: readonly {
    after(writes: readonly RecordedRequest[]): RecordedRequest | undefined;
    until(changes: readonly RecordedChange[]): RecordedChange | undefined;
  }[];
}

const by = (agent: RegExp, path: RegExp) => (request: RecordedRequest) => agent.test(request.userAgent) && path.test(request.path);
const pgdist = (path: RegExp) => by(/^pgdist/, path);
/** On the cluster that the step is about. */
const there = (test: (request: RecordedRequest) => boolean) => (request: RecordedRequest, cluster: string) =>
  request.cluster === cluster && test(request);
/** On the hub, about an object that carries the cluster's name. */
const named = (test: (request: RecordedRequest) => boolean) => (request: RecordedRequest, cluster: string) =>
  test(request) && new RegExp(`/${cluster}(-|/|$)`).test(request.path);

const phaseOf = ({ object }: RecordedChange): string => String((object['status'] as { phase?: unknown } | undefined)?.phase);

const CONTROLLER = 'kubeslice-controller-manager';
/** OCM's answer to an add-on: the configuration that it will be rendered with. */
const isAnswered = ({ object }: RecordedChange): boolean =>
  ((object['status'] as { configReferences?: { desiredConfig?: unknown }[] } | undefined)?.configReferences ?? []).some(
    ({ desiredConfig }) => desiredConfig !== undefined,
  );
/** The change that answered the last add-on. */
const allAnswered = (changes: readonly RecordedChange[]): RecordedChange | undefined => {
  const first = new Map<string, RecordedChange>();
  for (const change of changes.filter(({ object }) => object.kind === 'ManagedClusterAddOn'))
    if (isAnswered(change) && !first.has(change.object.metadata.namespace ?? '')) first.set(change.object.metadata.namespace ?? '', change);
  return [...first.values()].at(-1);
};

/** The writes of each step of the procedure; a write that fits none is a fault of this table (waits.ts). */
export const WRITES: readonly StepWrites[] = [
  { path: 'preflight/fleet-claimed', writes: pgdist(/\/namespaces\/pgdist$/) },
  { path: 'ocm/hub-initialised', writes: by(/^clusteradm|^pgdist/, /clustermanagers|open-cluster-management|rbac|customresourcedefinitions/) },
  {
    path: 'ocm/spoke-joined',
    writes: (request, cluster) => request.cluster === cluster && /^clusteradm/.test(request.userAgent),
  },
  { path: 'ocm/spoke-accepted', writes: named(pgdist(/managedclusters|certificatesigningrequests/)) },
  { path: 'ocm/work-agent-tuned', writes: there(pgdist(/klusterlets/)) },
  { path: 'kubeslice/controller-installed', writes: by(/^Helm/, /./) },
  { path: 'kubeslice/project-ready', writes: pgdist(/\/projects\//) },
  { path: 'kubeslice/gateway-labelled', writes: there(pgdist(/\/nodes\//)) },
  {
    path: 'kubeslice/cluster-registered',
    writes: (request, cluster) =>
      there(pgdist(/\/kube-system\/pods/))(request, cluster) || named(pgdist(/controller\.kubeslice\.io.*\/clusters\//))(request, cluster),
    inside: [
      {
        after: (writes) => writes.findLast(({ method, path }) => method === 'POST' && path.endsWith('/pods')),
        until: (changes) =>
          changes.find((change) => change.object.metadata.name.startsWith('pgdist-interface') && /^(Succeeded|Failed)$/.test(phaseOf(change))),
      },
    ],
  },
  {
    path: 'kubeslice/worker-rendered',
    writes: pgdist(/\/deployments\/kubeslice-controller-manager|managedclusteraddons/),
    inside: [
      {
        after: (writes) => writes.find(({ path }) => path.includes(`/deployments/${CONTROLLER}`)),
        until: (changes) =>
          changes.find(({ type, object }) => type === 'DELETED' && object.kind === 'Pod' && object.metadata.name.startsWith(CONTROLLER)),
      },
      { after: (writes) => writes.findLast(({ path }) => path.includes('/managedclusteraddons/')), until: allAnswered },
    ],
  },
  { path: 'kubeslice/worker-named', writes: there(pgdist(/kubeslice-system/)) },
  { path: 'kubeslice/slice-configured', writes: pgdist(/sliceconfigs/) },
  { path: 'coredns/slice-names-forwarded', writes: there(pgdist(/kube-system\/(configmaps|deployments)/)) },
  { path: 'kubedb/operator-installed', writes: by(/^Helm/, /./) },
  { path: 'kubedb/placement-policy', writes: pgdist(/placementpolicies/) },
  { path: 'postgres/namespace', writes: there(pgdist(/\/namespaces\/[^/]+$/)) },
  { path: 'postgres/database-created', writes: pgdist(/postgreses/) },
];

/** The rule of a step by its id, 'coredns/slice-names-resolve@tokyo'; undefined for a step that writes nothing. */
export const writesOf = (id: string): { readonly rule: StepWrites; readonly cluster: string } | undefined => {
  const [path = '', cluster = ''] = id.split('@');
  const rule = WRITES.find((candidate) => candidate.path === path);
  return rule === undefined ? undefined : { rule, cluster };
};
