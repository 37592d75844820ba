import { createHash } from 'node:crypto';
import { type Change, change, healthy, inPlace, type Verdict } from '../../domain/finding.ts';
import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { byDeploy, NotYetError } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { told } from '../../domain/text.ts';
import type { ObjectRef } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { Step, StepContext } from '../context.ts';
import { toldCondition } from '../kube/conditions.ts';
import { deploymentSchema } from '../kube/deployments.ts';
import { jobSchema } from '../kube/objects.ts';
import { readObject } from '../kube/read.ts';
import { operatorRef, renderedName, STAGE, WORK, WORKER_NAMESPACE, workRef } from './objects.ts';
import { type Rendering, renderingFor } from './rendering.ts';
import { nameByHand } from './worker-by-hand.ts';
import { merging, reading, resourceOf, rightsTo, watching, anywhere } from '../rights.ts';
import { agentPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

const JOBS = ['kubeslice-install-crds', 'nsm-install-crds', 'kubeslice-postdelete-job'];
/** Label of the work. A changed label makes the work agent apply it within a second; an annotation does nothing, and its own retries double up to 1,000 s. */
const HEALED = 'pgdist/healed';

/** There is no worker on the cluster that knows its name, although its work agent has taken up the hub's rendering, which has it. */
interface Fault {
  /** What stands in the way of the right one; nothing where what the agent made is not there (any more). */
  readonly remove: readonly { readonly ref: ObjectRef; readonly uid: string | undefined }[];
  readonly rendering: Rendering;
}

/**
 * The worker's operator knows its own cluster. One that lost the render race shows 2/2 Running and does nothing for ever; its selector cannot change, so
 * it is removed, with the Jobs of its rendering, and the work agent makes it anew from the hub's rendering, which is right by then.
 */
export const workerNamed = (fleet: Fleet, cluster: Cluster): Step => restingOnPods(agentPods(cluster.name), bareStep(fleet, cluster));

const VERIFY_MS = 360_000;

const bareStep = (fleet: Fleet, { name }: Cluster): Step => ({
  id: stepId('kubeslice/worker-named', name),
  title: `KubeSlice's worker on ${name} knows its cluster`,
  stage: STAGE,
  cluster: name,
  verifyTimeoutMs: VERIFY_MS,
  rights: [
    ...rightsTo(
      'remove a worker that was rendered without its name',
      name,
      watching(operatorRef),
      reading({ apiVersion: 'batch/v1', kind: 'Job', namespace: WORKER_NAMESPACE, name: '' }),
      ...JOBS.map((job) => ({ verbs: 'delete', on: 'jobs.batch', namespace: WORKER_NAMESPACE, name: job })),
      { verbs: 'delete', on: resourceOf(operatorRef), namespace: WORKER_NAMESPACE, name: operatorRef.name },
    ),
    ...rightsTo('have it rendered anew', fleet.hub, watching(anywhere(workRef(name))), merging(anywhere(workRef(name)))),
  ],
  async check(context) {
    const fault = await faultOn(context, fleet, name);
    if (fault === undefined) return inPlace(`operator on ${name} was rendered for ${name}`);
    return change(
      healing(
        fleet,
        name,
        fault.remove.map(({ ref }) => ref),
      ),
    );
  },
  async foresee() {
    const onlyIf = told`the worker was rendered without the name of its cluster`;
    return { changes: healing(fleet, name, [...JOBS.map(jobRef), operatorRef]).map((one) => ({ ...one, onlyIf })) };
  },
  async byHand() {
    return nameByHand(fleet, name, JOBS, HEALED, VERIFY_MS);
  },
  async apply(context) {
    const fault = await faultOn(context, fleet, name);
    if (fault === undefined) return;
    const { remove, rendering } = fault;
    for (const { ref, uid } of remove) await context.cluster(name).delete(ref, { propagation: 'Background', ...(uid === undefined ? {} : { uid }) });
    // Another value each time: only a change is seen.
    const value = createHash('sha256')
      .update(`${rendering.uid ?? ''} ${rendering.labels[HEALED] ?? ''}`)
      .digest('hex')
      .slice(0, 16);
    await context.cluster(fleet.hub).merge(workRef(name), { metadata: { labels: { [HEALED]: value } } });
  },
  verify: (context) => namedVerdict(context, fleet, name),
});

const healing = (fleet: Fleet, name: string, remove: readonly ObjectRef[]): Change[] => [
  ...remove.map((ref) => ({
    cluster: name,
    action: 'delete' as const,
    object: `${ref.kind} ${WORKER_NAMESPACE}/${ref.name}`,
    fields: [],
    impact: told`it was rendered without the cluster’s name and is made again`,
  })),
  {
    cluster: fleet.hub,
    action: 'change',
    object: `ManifestWork ${name}/${WORK}`,
    fields: [{ path: `metadata.labels.${HEALED}`, later: 'a value that it never had' }],
  },
];

const jobRef = (job: string): ObjectRef => ({ apiVersion: 'batch/v1', kind: 'Job', namespace: WORKER_NAMESPACE, name: job });

/** Undefined where the operator knows its name. Throws NotYetError while there is neither an operator nor a rendering for this cluster that its agent has taken up. */
const faultOn = async (context: StepContext, fleet: Fleet, name: string): Promise<Fault | undefined> => {
  const spoke = context.cluster(name);
  const operator = await readObject(spoke, operatorRef, deploymentSchema);
  if (operator !== undefined && renderedName(operator) === name) return undefined;
  const rendering = await renderingFor(context, fleet, name);
  if (rendering?.name !== name) throw new NotYetError(`a rendering of KubeSlice's worker with the name ${name} on ${fleet.hub}`);
  if (operator === undefined && !rendering.takenUp) throw new NotYetError(`Deployment ${WORKER_NAMESPACE}/${operatorRef.name} on ${name}`);
  // The operator last: while it is there, an interrupted healing is found and ended.
  const remove = operator === undefined ? [] : [...(await jobsOn(spoke)), { ref: operatorRef, uid: operator.metadata.uid }];
  return { remove, rendering };
};

/** Nothing in a Job tells for which cluster it was rendered: those that stand beside a misnamed operator come from its rendering. */
const jobsOn = async (spoke: ClusterReader): Promise<{ readonly ref: ObjectRef; readonly uid: string | undefined }[]> => {
  const found = await Promise.all(JOBS.map(jobRef).map(async (ref) => ({ ref, job: await readObject(spoke, ref, jobSchema) })));
  return found.flatMap(({ ref, job }) => (job === undefined ? [] : [{ ref, uid: job.metadata.uid }]));
};

const namedVerdict = async (context: StepContext, fleet: Fleet, name: string): Promise<Verdict> => {
  const operator = await readObject(context.cluster(name), operatorRef, deploymentSchema);
  const rendered = operator === undefined ? undefined : renderedName(operator);
  if (rendered === name) return healthy(`CLUSTER_NAME of the operator is ${name}`);
  const waitingFor =
    rendered === undefined
      ? `Deployment ${operatorRef.name} on ${name}`
      : `CLUSTER_NAME of ${operatorRef.name} on ${name} is ${JSON.stringify(rendered)}`;
  const said = (await renderingFor(context, fleet, name))?.operatorApplied;
  return {
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-034',
      what: rendered === undefined ? told`KubeSlice's worker is not on ${name}` : told`KubeSlice's worker on ${name} does not know its cluster`,
      evidence: [
        waitingFor,
        ...(said === undefined ? [] : [`ManifestWork ${name}/${WORK} on ${fleet.hub}, of ${operatorRef.name}: ${toldCondition(said)}`]),
      ],
      ...byDeploy(told`Deploy again: pgdist removes a misrendered worker on ${name} and lets OCM apply it anew.`),
    },
  };
};
