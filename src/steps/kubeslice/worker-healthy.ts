import { healthy, type Verdict } from '../../domain/finding.ts';
import { type Cluster, type Fleet, projectNamespace } from '../../domain/fleet.ts';
import { byDeploy, byTyping, type Remedy } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { kubectlIn, kubectlOn, type TerminalLine } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import { awaitedStep } from '../awaited-step.ts';
import type { Step, StepContext } from '../context.ts';
import { deploymentsIn, rolloutText, workloadsOf } from '../kube/deployments.ts';
import { podTroubles } from '../kube/pod-trouble.ts';
import { present, readIfServed } from '../kube/read.ts';
import {
  clusterRef,
  clusterSchema,
  GATEWAY_LABEL,
  INJECTOR_NAMESPACE,
  type KubesliceCluster,
  operatorRef,
  STAGE,
  WORKER_NAMESPACE,
} from './objects.ts';
import { rightsTo, watching, anywhere } from '../rights.ts';
import { healthByHand } from './worker-by-hand.ts';
import { workerPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

const INJECTOR_WEBHOOK = 'webhook.networkservicemesh.io';
/** The operator reports every 120 s; older than two reports and a half means that it is dead or cannot reach the hub. */
const FRESH_MS = 300_000;

/** The worker has registered its cluster and reports it healthy. The first report may be Warning; the next one comes 120 s later. */
export const workerHealthy = (fleet: Fleet, cluster: Cluster): Step => restingOnPods(workerPods(cluster.name), bareStep(fleet, cluster));

const VERIFY_MS = 480_000;

const bareStep = (fleet: Fleet, { name }: Cluster): Step =>
  awaitedStep({
    id: stepId('kubeslice/worker-healthy', name),
    title: `KubeSlice's worker on ${name} is healthy`,
    stage: STAGE,
    cluster: name,
    verifyTimeoutMs: VERIFY_MS,
    byHand: async () => healthByHand(fleet, name, VERIFY_MS),
    rights: [
      ...rightsTo(`read the health of ${name}'s worker`, fleet.hub, watching(anywhere(clusterRef(fleet, name)))),
      ...rightsTo(`read the health of ${name}'s worker`, name, watching(operatorRef), ...[WORKER_NAMESPACE, INJECTOR_NAMESPACE].flatMap(workloadsOf)),
    ],
    async missing(context) {
      const cluster = await readIfServed(context.cluster(fleet.hub), clusterRef(fleet, name), clusterSchema);
      if (cluster === undefined) return `Cluster ${projectNamespace(fleet)}/${name} on ${fleet.hub}`;
      return (await present(context.cluster(name), operatorRef)) === undefined
        ? `Deployment ${WORKER_NAMESPACE}/${operatorRef.name} on ${name}`
        : undefined;
    },
    verify: (context) => workerVerdict(context, fleet, name),
  });

const workerVerdict = async (context: StepContext, fleet: Fleet, name: string): Promise<Verdict> => {
  const spoke = context.cluster(name);
  const unhealthy = (waitingFor: string, evidence: readonly string[], remedy: Remedy): Verdict => ({
    healthy: false,
    waitingFor,
    problem: { code: 'PGD-035', what: told`KubeSlice's worker on ${name} is not healthy`, evidence: [waitingFor, ...evidence], ...remedy },
  });
  const cluster = await readIfServed(context.cluster(fleet.hub), clusterRef(fleet, name), clusterSchema);
  if (cluster === undefined)
    return unhealthy(`Cluster ${name} does not exist on ${fleet.hub}`, [], byDeploy(told`Deploy: pgdist registers the cluster.`));
  const operator = (await deploymentsIn(spoke, WORKER_NAMESPACE)).find(({ metadata }) => metadata.name === operatorRef.name);
  if (operator === undefined || operator.status.availableReplicas === 0)
    return unhealthy(
      `Deployment ${operatorRef.name} on ${name} ${operator === undefined ? 'does not exist' : 'is not available'}`,
      await podTroubles(spoke, WORKER_NAMESPACE),
      byTyping(
        told`Check the gateway label and taints of ${name}'s nodes, that they can pull KubeSlice's images, and that pods reach ${fleet.hubApiServer}:`,
        kubectlIn(name, WORKER_NAMESPACE, 'get pods -o wide'),
        kubectlOn(name, `get nodes -L ${GATEWAY_LABEL}`),
      ),
    );
  const injectors = (await deploymentsIn(spoke, INJECTOR_NAMESPACE)).filter(({ status }) => status.availableReplicas === 0);
  if (injectors[0] !== undefined)
    return unhealthy(
      `Deployment ${INJECTOR_NAMESPACE}/${injectors[0].metadata.name} of ${name}: ${rolloutText(injectors[0])}`,
      [
        `it answers ${INJECTOR_WEBHOOK}: without it no pod is created in the namespaces of the slice`,
        ...(await podTroubles(spoke, INJECTOR_NAMESPACE)),
      ],
      byTyping(told`Look at its pods:`, kubectlIn(name, INJECTOR_NAMESPACE, 'get pods -o wide')),
    );
  const lacking = whatIsLacking(cluster, name, context.clock.now());
  if (lacking === undefined) return healthy(`Registered, Normal, node addresses ${cluster.status.nodeIPs.join(', ')}`);
  return unhealthy(
    lacking.waitingFor,
    lacking.evidence,
    lacking.remedy ??
      byTyping(told`Look at the log of KubeSlice's worker: it may not reach ${fleet.hubApiServer}.`, logOf(name, `deploy/${operatorRef.name}`)),
  );
};

interface Lacking {
  readonly waitingFor: string;
  readonly evidence: readonly string[];
  readonly remedy?: Remedy;
}

const logOf = (name: string, of: string): TerminalLine => kubectlIn(name, WORKER_NAMESPACE, `logs ${of} --tail=100`);
const podsOf = (name: string): TerminalLine => kubectlIn(name, WORKER_NAMESPACE, 'get pods -o wide');

const whatIsLacking = ({ status }: KubesliceCluster, name: string, now: Date): Lacking | undefined => {
  const { clusterHealth: health } = status;
  const broken = (health?.componentStatuses ?? []).filter(({ componentHealthStatus }) => componentHealthStatus !== 'Normal');
  const evidence = broken.map(({ component, componentHealthStatus }) => `component ${component} is ${componentHealthStatus}`);
  if (status.registrationStatus !== 'Registered') return { waitingFor: `registrationStatus is ${status.registrationStatus ?? 'not set'}`, evidence };
  if (!status.networkPresent)
    return {
      waitingFor: 'the slice network is not present yet',
      evidence,
      remedy: byTyping(told`Look at pods nsmgr and forwarder-kernel: kernel and inotify limits are usual causes:`, podsOf(name)),
    };
  if (status.nodeIPs.length === 0)
    return {
      waitingFor: 'the addresses of the gateway node are not known yet',
      evidence,
      remedy: byTyping(told`Check the node's addresses, or set spec.nodeIPs of the Cluster:`, kubectlOn(name, 'get nodes -o wide')),
    };
  if (status.cniSubnet.length === 0)
    return {
      waitingFor: 'the pod networks are not known yet',
      evidence,
      remedy: byTyping(told`Look at ConfigMap nsm-config:`, kubectlIn(name, WORKER_NAMESPACE, 'get configmap nsm-config -o yaml')),
    };
  if (health?.clusterHealthStatus !== 'Normal') {
    const next = health === undefined ? '' : '; the next report comes within 120 s';
    return {
      waitingFor: `clusterHealth is ${health?.clusterHealthStatus ?? 'not reported'}${broken[0] === undefined ? '' : ` (${broken[0].component})`}${next}`,
      evidence,
      remedy: byTyping(told`Look at the pods of the components named here:`, podsOf(name)),
    };
  }
  const reported = health.lastUpdated === undefined ? undefined : Date.parse(health.lastUpdated);
  if (reported === undefined || now.getTime() - reported > FRESH_MS)
    return {
      waitingFor: `the last health report is of ${health.lastUpdated ?? 'unknown time'}`,
      evidence,
      remedy: byTyping(
        told`The worker has stopped reporting: look at its pods and at the way to the hub:`,
        podsOf(name),
        logOf(name, `deploy/${operatorRef.name}`),
      ),
    };
  return undefined;
};
