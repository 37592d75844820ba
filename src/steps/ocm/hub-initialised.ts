import { workloadsOf } from '../kube/deployments.ts';
import { change, inPlace, type Verdict } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { told } from '../../domain/text.ts';
import { initArguments } from '../../domain/tool-commands.ts';
import type { ApplyContext, Step, StepContext } from '../context.ts';
import { readIfServed } from '../kube/read.ts';
import { againOnConflict } from './again-on-conflict.ts';
import { hubByHand } from './hub-by-hand.ts';
import { hubVerdict } from './hub-verdict.ts';
import { clusteradmFailure, errorLines } from './clusteradm-failure.ts';
import { CLUSTER_MANAGER, type ClusterManager, clusterManagerSchema, withFeatureGate, HUB_NAMESPACE, OPERATOR_NAMESPACE } from './objects.ts';
import { merging, rightsTo, watching } from '../rights.ts';
import { clusteradmInitRights } from '../installer-rights.ts';
import { hubPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** KubeSlice's controller chart installs ManifestWorkReplicaSets. */
const GATE = 'ManifestWorkReplicaSet';
const GATES_PATH = 'spec.workConfiguration.featureGates';
const INIT_TIMEOUT_MS = 120_000;
const VERIFY_MS = 300_000;

/** The hub runs OCM. An existing ClusterManager is never initialised again, which would reset its gates and images: the one gate is merged in. */
export const hubInitialised = (fleet: Fleet): Step => restingOnPods(hubPods(fleet.hub), bareStep(fleet));

const bareStep = (fleet: Fleet): Step => ({
  id: 'ocm/hub-initialised',
  title: `${fleet.hub} is an OCM hub`,
  stage: 'Open Cluster Management',
  cluster: fleet.hub,
  verifyTimeoutMs: VERIFY_MS,
  rights: [
    ...rightsTo(
      'initialise the hub and set its feature gate',
      fleet.hub,
      watching(CLUSTER_MANAGER),
      merging(CLUSTER_MANAGER),
      ...[OPERATOR_NAMESPACE, HUB_NAMESPACE].flatMap(workloadsOf),
    ),
    ...clusteradmInitRights(fleet.hub),
  ],
  async check(context) {
    const manager = await readManager(context, fleet);
    if (manager === undefined) {
      return change([
        {
          cluster: fleet.hub,
          action: 'install',
          object: 'Open Cluster Management hub',
          command: [
            'clusteradm',
            ...initArguments({ bundleVersion: fleet.ocm.bundleVersion, featureGates: [GATE], timeoutMs: INIT_TIMEOUT_MS }),
          ].join(' '),
          fields: [
            { path: 'bundleVersion', to: fleet.ocm.bundleVersion },
            { path: GATES_PATH, to: [{ feature: GATE, mode: 'Enable' }] },
          ],
        },
      ]);
    }
    const { featureGates } = manager.spec.workConfiguration;
    const wanted = withFeatureGate(featureGates, GATE);
    const warnings = versionWarnings(manager, fleet);
    if (wanted === featureGates) return inPlace(`ClusterManager ${CLUSTER_MANAGER.name} has gate ${GATE}`, warnings);
    await context.cluster(fleet.hub).rehearse(CLUSTER_MANAGER, gatesOnly(wanted));
    const fields = [{ path: GATES_PATH, from: featureGates, to: wanted }];
    const impact = told`starts cluster-manager-work-controller on ${fleet.hub}`;
    return change([{ cluster: fleet.hub, action: 'change', object: `ClusterManager ${CLUSTER_MANAGER.name}`, fields, impact }], warnings);
  },
  async byHand() {
    const init = initArguments({ bundleVersion: fleet.ocm.bundleVersion, featureGates: [GATE], timeoutMs: INIT_TIMEOUT_MS });
    return hubByHand(fleet, GATE, init, VERIFY_MS);
  },
  apply: (context) =>
    againOnConflict(async () => {
      const manager = await readManager(context, fleet);
      if (manager === undefined) return initialise(context, fleet);
      const { featureGates } = manager.spec.workConfiguration;
      const wanted = withFeatureGate(featureGates, GATE);
      if (wanted === featureGates) return;
      await context.cluster(fleet.hub).merge(CLUSTER_MANAGER, gatesOnly(wanted), { resourceVersion: manager.metadata.resourceVersion });
    }),
  async verify(context): Promise<Verdict> {
    return hubVerdict(context.cluster(fleet.hub), await readManager(context, fleet), GATE);
  },
});

const gatesOnly = (featureGates: unknown) => ({ spec: { workConfiguration: { featureGates } } });

const readManager = (context: StepContext, fleet: Fleet): Promise<ClusterManager | undefined> =>
  readIfServed(context.cluster(fleet.hub), CLUSTER_MANAGER, clusterManagerSchema);

const initialise = async (context: ApplyContext, fleet: Fleet): Promise<void> => {
  const result = await context.clusteradm.init(
    { cluster: fleet.hub, bundleVersion: fleet.ocm.bundleVersion, featureGates: [GATE] },
    { signal: context.signal, timeoutMs: INIT_TIMEOUT_MS, onLine: (line) => context.progress(`clusteradm init: ${line}`) },
  );
  context.signal.throwIfAborted();
  // Whether it worked is what the API says: it also fails after all was written, when a watch of its own drops.
  if (result.exitCode === 0 || (await readManager(context, fleet)) !== undefined) return;
  throw clusteradmFailure(`clusteradm init on ${fleet.hub}`, result, {
    code: 'PGD-020',
    what: told`clusteradm could not make ${fleet.hub} an OCM hub`,
    evidence: [
      result.timedOut ? `clusteradm ran out of time (${INIT_TIMEOUT_MS / 1000} s)` : 'there is no ClusterManager',
      ...errorLines(result.lastLines),
    ],
    remedy: told`Remove the cause that clusteradm names, then retry.${/version bundle/.test(result.lastLines.join('\n')) ? ' The bundle version must be one that the installed clusteradm knows.' : ''}`,
  });
};

const versionWarnings = ({ spec }: ClusterManager, fleet: Fleet): string[] => {
  const tag = spec.workImagePullSpec?.split(':').at(-1);
  const { bundleVersion } = fleet.ocm;
  if (tag === undefined || tag.replace(/^v/, '') === bundleVersion.replace(/^v/, '')) return [];
  return [`the hub on ${fleet.hub} runs OCM ${tag}, configured is ${bundleVersion}; pgdist leaves it as it is`];
};
