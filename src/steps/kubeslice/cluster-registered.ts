import { type Change, change, type FieldChange, type Finding, healthy, inPlace, type Verdict } from '../../domain/finding.ts';
import { type Cluster, type Fleet, projectNamespace, AUTO } from '../../domain/fleet.ts';
import { byTyping, ProblemError } from '../../domain/problem.ts';
import { leavesOf, toldChanges } from '../../domain/leaves.ts';
import { stepId } from '../../domain/step.ts';
import { told } from '../../domain/text.ts';
import type { Manifest } from '../../kube-api/objects.ts';
import type { Step, StepContext } from '../context.ts';
import { foreseenApply, presentSoFar } from '../foresee.ts';
import { secretKeysSchema } from '../kube/objects.ts';
import { readIfServed, readObject } from '../kube/read.ts';
import { PROBE_NAMESPACE, probeManifest, probePodRights } from '../probe-pod.ts';
import { chooseGateway } from './gateway-node.ts';
import { decidedInterface, findInterface, interfaceProbe } from './interface.ts';
import { FALLBACK_INTERFACE, keptUnknown, toldUnknown, unknownInterface } from './interface-unknown.ts';
import { clusterRef, clusterSchema, controllerLog, type KubesliceCluster, STAGE } from './objects.ts';
import { registerByHand } from './register-by-hand.ts';
import { applying, reading, rightsTo, watching, anywhere } from '../rights.ts';
import { controllerPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

const VERIFY_MS = 60_000;
/** What the add-on writes when it has to make the Cluster itself. */
const NOBODYS_INTERFACE = 'enp1s0';
const SECRET_KEYS = ['ca.crt', 'namespace', 'token', 'controllerEndpoint', 'clusterName'];

/** KubeSlice lower-cases it; names of clusters are lower case. */
const secretName = (cluster: string): string => `kubeslice-rbac-worker-${cluster}`;

/** The hub knows the cluster under its OCM name, with the interface of its gateway node, and has made the Secret for its worker. */
export const clusterRegistered = (fleet: Fleet, cluster: Cluster): Step => restingOnPods(controllerPods(fleet), bareStep(fleet, cluster));

const bareStep = (fleet: Fleet, cluster: Cluster): Step => {
  const { name } = cluster;
  return {
    id: stepId('kubeslice/cluster-registered', name),
    title: `${name} is registered with KubeSlice`,
    stage: STAGE,
    cluster: name,
    verifyTimeoutMs: VERIFY_MS,
    rights: [
      ...rightsTo(
        `register ${name} with KubeSlice`,
        fleet.hub,
        watching(anywhere(clusterRef(fleet, name))),
        applying(anywhere(clusterRef(fleet, name))),
        watching({ apiVersion: 'v1', kind: 'Secret', name: secretName(name) }),
      ),
      ...rightsTo('choose the gateway node', name, reading({ apiVersion: 'v1', kind: 'Node' })),
      ...(cluster.gateway.interface === AUTO ? probePodRights(name) : []),
    ],
    async check(context): Promise<Finding> {
      const existing = await readCluster(context, fleet, cluster);
      const networkInterface = decidedInterface(fleet, cluster, existing);
      if (networkInterface === undefined) {
        const { exists, changes } = await context.cluster(fleet.hub).diff(clusterManifest(fleet, cluster, FALLBACK_INTERFACE, existing));
        const fields = exists ? [{ path: INTERFACE_PATH }] : changes;
        return change(await afterProbe(context, fleet, cluster, { action: exists ? 'change' : 'create', fields }));
      }
      const { exists, changes } = await context.cluster(fleet.hub).diff(clusterManifest(fleet, cluster, networkInterface, existing));
      const object = `Cluster ${projectNamespace(fleet)}/${name}`;
      if (exists && changes.length === 0) return inPlace(`${object} has interface ${networkInterface}`, warningsOf(existing));
      return change([{ cluster: fleet.hub, action: exists ? 'change' : 'create', object, fields: changes }]);
    },
    async foresee(context) {
      const existing = await presentSoFar(() => readCluster(context, fleet, cluster));
      const decided = decidedInterface(fleet, cluster, existing);
      const [foreseen] = await foreseenApply(context.cluster(fleet.hub), clusterManifest(fleet, cluster, decided ?? FALLBACK_INTERFACE, existing));
      if (foreseen === undefined) return { changes: [] };
      return { changes: decided === undefined ? await afterProbe(context, fleet, cluster, foreseen) : [foreseen] };
    },
    async byHand(context) {
      const choice = await chooseGateway(context.cluster(name), cluster);
      if ('code' in choice) throw new ProblemError(choice);
      const probe = interfaceProbe(fleet, cluster, choice.node.metadata.name);
      const manifest = (networkInterface: string, unknown?: Record<string, string>): Manifest =>
        clusterManifest(fleet, cluster, networkInterface, undefined, unknown);
      return registerByHand({ fleet, cluster, probe, secret: secretName(name), manifest, timeoutMs: VERIFY_MS });
    },
    async apply(context) {
      const existing = await readCluster(context, fleet, cluster);
      const decided = decidedInterface(fleet, cluster, existing);
      const seen = decided === undefined ? await findInterface(context, fleet, cluster) : { found: decided };
      await context
        .cluster(fleet.hub)
        .apply(
          'found' in seen
            ? clusterManifest(fleet, cluster, seen.found, existing)
            : clusterManifest(fleet, cluster, FALLBACK_INTERFACE, existing, unknownInterface(seen.because, fleet.probeImage)),
        );
    },
    verify: (context) => registrationVerdict(context, fleet, cluster),
  };
};

const readCluster = (context: StepContext, fleet: Fleet, { name }: Cluster): Promise<KubesliceCluster | undefined> =>
  readIfServed(context.cluster(fleet.hub), clusterRef(fleet, name), clusterSchema);

export const clusterManifest = (
  fleet: Fleet,
  { name }: Cluster,
  networkInterface: string,
  existing: KubesliceCluster | undefined,
  unknown = networkInterface === existing?.spec.networkInterface ? keptUnknown(existing) : undefined,
): Manifest => ({
  apiVersion: 'controller.kubeslice.io/v1alpha1',
  kind: 'Cluster',
  metadata: {
    name,
    namespace: projectNamespace(fleet),
    ...(unknown === undefined ? {} : { annotations: unknown }),
  },
  spec: { networkInterface, clusterProperty: {} },
});

const INTERFACE_PATH = 'spec.networkInterface';

/** The Cluster as it will be, its interface found by a probe first. */
const afterProbe = async (context: StepContext, fleet: Fleet, cluster: Cluster, registered: Pick<Change, 'action' | 'fields'>): Promise<Change[]> => {
  const choice = await chooseGateway(context.cluster(cluster.name), cluster);
  const node = 'code' in choice ? 'the gateway node' : `node ${choice.node.metadata.name}`;
  const probe = 'code' in choice ? undefined : interfaceProbe(fleet, cluster, choice.node.metadata.name);
  const manifest = probe === undefined ? undefined : probeManifest(probe);
  return [
    {
      cluster: cluster.name,
      action: 'run',
      object: probe === undefined ? 'a probe Pod' : `Pod ${PROBE_NAMESPACE}/${probe.name}`,
      fields: manifest === undefined ? [{ path: 'image', to: fleet.probeImage }] : toldChanges(manifest.kind, leavesOf(manifest)),
      impact: told`looks up the interface of the node’s default route and is removed`,
    },
    {
      cluster: fleet.hub,
      action: registered.action,
      object: `Cluster ${projectNamespace(fleet)}/${cluster.name}`,
      fields: registered.fields.map((field): FieldChange =>
        field.path === INTERFACE_PATH
          ? { path: INTERFACE_PATH, later: `interface of the default route of ${node}, as the probe pod finds it` }
          : field,
      ),
      impact: told`where the probe finds none, ${FALLBACK_INTERFACE} stands in, with annotations that say so`,
    },
  ];
};

const warningsOf = (existing: KubesliceCluster | undefined): string[] => {
  if (existing === undefined) return [];
  const { metadata, spec } = existing;
  const unknown = toldUnknown(existing);
  if (unknown !== undefined) return [unknown];
  if (spec.networkInterface === NOBODYS_INTERFACE)
    return [
      `${metadata.name} has interface ${NOBODYS_INTERFACE}, which KubeSlice's add-on also writes by itself: check it with ip route get 8.8.8.8`,
    ];
  return [];
};

const registrationVerdict = async (context: StepContext, fleet: Fleet, cluster: Cluster): Promise<Verdict> => {
  const namespace = projectNamespace(fleet);
  const unhealthy = (waitingFor: string): Verdict => ({
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-033',
      what: told`registration of ${cluster.name} with KubeSlice is incomplete`,
      evidence: [waitingFor],
      ...byTyping(told`Look at the log of KubeSlice's controller; it makes this Secret within 2 s of the Cluster:`, controllerLog(fleet)),
    },
  });
  const existing = await readCluster(context, fleet, cluster);
  if (existing === undefined) return unhealthy(`Cluster ${namespace}/${cluster.name} does not exist`);
  const name = existing.status.secretName ?? `kubeslice-rbac-worker-${cluster.name}`;
  const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name };
  const keys = (await readObject(context.cluster(fleet.hub), secret, secretKeysSchema)) ?? [];
  const missing = SECRET_KEYS.filter((key) => !keys.includes(key));
  if (missing.length > 0) return unhealthy(`Secret ${namespace}/${name} lacks ${missing.join(', ')}`);
  return healthy(`interface ${existing.spec.networkInterface ?? '(none)'}, Secret ${name} is complete`, warningsOf(existing));
};
