import { change, healthy, inPlace, type Verdict } from '../../domain/finding.ts';
import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { NotYetError } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import type { ObjectRef } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { Step, StepContext } from '../context.ts';
import { deploymentSchema } from '../kube/deployments.ts';
import { jobSchema } from '../kube/objects.ts';
import { readObject } from '../kube/read.ts';
import { operatorRef, renderedName, STAGE, WORK, WORKER_NAMESPACE, workRef } from './objects.ts';
import { nameOnHub } from './worker-rendered.ts';
import { told } from '../../domain/text.ts';
import { merging, reading, resourceOf, rightsTo, watching, anywhere } from '../rights.ts';
import { agentPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

const JOBS = ['kubeslice-install-crds', 'nsm-install-crds', 'kubeslice-postdelete-job'];
/** Makes the work agent apply again at once; without it nothing was seen for 50 s. */
const HEALED = 'pgdist/healed';

/** An object that was rendered without the cluster's name where Kubernetes lets nobody change it. */
interface Misnamed {
  readonly ref: ObjectRef;
  readonly uid: string | undefined;
}

/**
 * The worker's operator knows its own cluster. One that lost the render race shows 2/2 Running and does nothing for ever; its selector and its Jobs'
 * pod templates cannot change, so it is removed and the work agent makes it anew from the hub's rendering, which is right by then.
 */
export const workerNamed = (fleet: Fleet, cluster: Cluster): Step => restingOnPods(agentPods(cluster.name), bareStep(fleet, cluster));

const bareStep = (fleet: Fleet, { name }: Cluster): Step => ({
  id: stepId('kubeslice/worker-named', name),
  title: `KubeSlice's worker on ${name} knows its cluster`,
  stage: STAGE,
  cluster: name,
  verifyTimeoutMs: 360_000,
  usualMs: 5_000,
  rights: [
    ...rightsTo(
      'remove a worker that was rendered without its name',
      name,
      watching(operatorRef),
      reading({ apiVersion: 'batch/v1', kind: 'Job', namespace: WORKER_NAMESPACE, name: '' }),
      ...JOBS.map((job) => ({ verbs: 'delete', on: 'jobs.batch', namespace: WORKER_NAMESPACE, name: job })),
      { verbs: 'delete', on: resourceOf(operatorRef), namespace: WORKER_NAMESPACE, name: operatorRef.name },
    ),
    ...rightsTo('have it rendered anew', fleet.hub, reading(anywhere(workRef(name))), merging(anywhere(workRef(name)))),
  ],
  async check(context) {
    const misnamed = await misnamedOn(context.cluster(name), name);
    if (misnamed.length === 0) return inPlace(`operator on ${name} was rendered for ${name}`);
    const rendered = await nameOnHub(context, fleet, name);
    if (rendered?.name !== name) throw new NotYetError(`a rendering of KubeSlice's worker with the name ${name} on ${fleet.hub}`);
    return change([
      ...misnamed.map(({ ref }) => ({
        cluster: name,
        action: 'delete' as const,
        object: `${ref.kind} ${WORKER_NAMESPACE}/${ref.name}`,
        fields: [],
        impact: told`it was rendered without the cluster’s name and is made again`,
      })),
      { cluster: fleet.hub, action: 'change', object: `ManifestWork ${name}/${WORK}`, fields: [{ path: `metadata.annotations.${HEALED}` }] },
    ]);
  },
  async apply(context) {
    const spoke = context.cluster(name);
    const misnamed = await misnamedOn(spoke, name);
    if (misnamed.length === 0) return;
    for (const { ref, uid } of misnamed) await spoke.delete(ref, { propagation: 'Background', ...(uid === undefined ? {} : { uid }) });
    const uids = misnamed.map(({ uid = '' }) => uid).join(',');
    await context.cluster(fleet.hub).merge(workRef(name), { metadata: { annotations: { [HEALED]: uids } } });
  },
  verify: (context) => namedVerdict(context, fleet, name),
});

/** Operator last: while it is there, an interrupted healing is found and ended. Throws NotYetError while there is no operator. */
const misnamedOn = async (spoke: ClusterReader, name: string): Promise<Misnamed[]> => {
  const operator = await readObject(spoke, operatorRef, deploymentSchema);
  if (operator === undefined) throw new NotYetError(`Deployment ${WORKER_NAMESPACE}/${operatorRef.name} on ${name}`);
  const jobs: Misnamed[] = [];
  for (const job of JOBS) {
    const ref = { apiVersion: 'batch/v1', kind: 'Job', namespace: WORKER_NAMESPACE, name: job };
    const found = await readObject(spoke, ref, jobSchema);
    if (found === undefined) continue;
    const { metadata, spec } = found;
    const rendered = spec.template.metadata.labels['spoke-cluster'] ?? metadata.labels['spoke-cluster'];
    // As a rule they tell no name: they are of the same rendering as the operator.
    if ((rendered ?? renderedName(operator)) !== name) jobs.push({ ref, uid: metadata.uid });
  }
  return renderedName(operator) === name ? jobs : [...jobs, { ref: operatorRef, uid: operator.metadata.uid }];
};

const namedVerdict = async (context: StepContext, fleet: Fleet, name: string): Promise<Verdict> => {
  const operator = await readObject(context.cluster(name), operatorRef, deploymentSchema);
  const rendered = operator === undefined ? undefined : renderedName(operator);
  if (rendered === name) return healthy(`CLUSTER_NAME of the operator is ${name}`);
  const waitingFor =
    rendered === undefined
      ? `Deployment ${operatorRef.name} on ${name}`
      : `CLUSTER_NAME of ${operatorRef.name} on ${name} is ${JSON.stringify(rendered)}`;
  return {
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-034',
      what: told`KubeSlice's worker on ${name} does not know its cluster`,
      evidence: [
        waitingFor,
        `the hub's ManifestWork ${name}/${WORK} is ${rendered === undefined ? 'not applied' : 'refused: the selector of a Deployment cannot change'}`,
      ],
      remedy: told`Deploy again: pgdist removes the misrendered worker on ${name} and lets OCM apply it anew; or delete the add-on, wait for both ManifestWorks to be gone, and create it again.`,
    },
  };
};
