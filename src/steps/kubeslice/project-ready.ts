import { healthy, type Verdict } from '../../domain/finding.ts';
import { projectNamespace, type Fleet } from '../../domain/fleet.ts';
import { byTyping } from '../../domain/problem.ts';
import type { Manifest } from '../../kube-api/objects.ts';
import type { Step, StepContext } from '../context.ts';
import { awaited } from '../by-hand/lines.ts';
import { manifestStep } from '../manifest-step.ts';
import { CONTROLLER_NAMESPACE, controllerLog, STAGE } from './objects.ts';
import { told } from '../../domain/text.ts';
import { applying, reading, rightsTo, watching } from '../rights.ts';
import { present } from '../kube/read.ts';
import { controllerPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** The guide's account; KubeSlice makes ServiceAccount kubeslice-rbac-rw-admin of it. */
const ACCOUNT = 'admin';
const VERIFY_MS = 60_000;

export const projectManifest = (fleet: Fleet): Manifest => ({
  apiVersion: 'controller.kubeslice.io/v1alpha1',
  kind: 'Project',
  metadata: { name: fleet.kubeslice.project, namespace: CONTROLLER_NAMESPACE },
  spec: { serviceAccount: { readWrite: [ACCOUNT] } },
});

/** The Project exists and the controller has made its namespace and account: a Project itself has no status. */
export const projectReady = (fleet: Fleet): Step => restingOnPods(controllerPods(fleet), bareStep(fleet));

const bareStep = (fleet: Fleet): Step =>
  manifestStep({
    id: 'kubeslice/project-ready',
    title: `KubeSlice project ${fleet.kubeslice.project} is ready`,
    stage: STAGE,
    cluster: fleet.hub,
    verifyTimeoutMs: VERIFY_MS,
    rights: rightsTo(
      "make KubeSlice's project",
      fleet.hub,
      applying(projectManifest(fleet)),
      reading({ apiVersion: 'controller.kubeslice.io/v1alpha1', kind: 'Project', namespace: CONTROLLER_NAMESPACE, name: fleet.kubeslice.project }),
      watching({ apiVersion: 'v1', kind: 'Namespace', name: projectNamespace(fleet) }),
      // In a namespace that KubeSlice makes: no role can stand in it before.
      watching({ apiVersion: 'v1', kind: 'ServiceAccount', name: ACCOUNT }),
    ),
    manifest: () => projectManifest(fleet),
    awaitedByHand: [`namespace/${projectNamespace(fleet)}`, `serviceaccount/kubeslice-rbac-rw-${ACCOUNT}`].map((object) =>
      awaited('create', {
        fleet,
        cluster: fleet.hub,
        ...(object.startsWith('namespace/') ? {} : { namespace: projectNamespace(fleet) }),
        object,
        timeoutMs: VERIFY_MS,
      }),
    ),
    verify: (context) => projectVerdict(context, fleet),
  });

const projectVerdict = async (context: StepContext, fleet: Fleet): Promise<Verdict> => {
  const hub = context.cluster(fleet.hub);
  const name = projectNamespace(fleet);
  const unhealthy = (waitingFor: string): Verdict => ({
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-031',
      what: told`KubeSlice project ${fleet.kubeslice.project} is not ready on ${fleet.hub}`,
      evidence: [waitingFor],
      ...byTyping(told`Look at the log of KubeSlice's controller:`, controllerLog(fleet)),
    },
  });
  const namespace = await present(hub, { apiVersion: 'v1', kind: 'Namespace', name });
  if (namespace === undefined) return unhealthy(`Namespace ${name} does not exist`);
  const owner = namespace.metadata.labels?.['kubeslice-controller-resource-name'];
  if (owner !== `Project-${name}`) return unhealthy(`Namespace ${name} does not have the project's label yet`);
  const account = `kubeslice-rbac-rw-${ACCOUNT}`;
  if ((await present(hub, { apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: account })) === undefined)
    return unhealthy(`ServiceAccount ${name}/${account} does not exist`);
  return healthy(`Namespace ${name} and ServiceAccount ${account} exist`);
};
