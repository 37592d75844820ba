import { type Database, expectedReplicas } from '../../domain/database.ts';
import { byDeploy, byTyping, type Problem } from '../../domain/problem.ts';
import { kubectlOn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { conditionOf } from '../kube/conditions.ts';
import { eventsIn } from '../kube/events.ts';
import { claimSchema } from '../kube/objects.ts';
import { podState } from '../kube/pod-trouble.ts';
import { absentRemedy } from './absent-remedy.ts';
import { lostNodeOf } from '../kube/lost-node.ts';
import { leavingPod } from './leaving-pod.ts';
import { isScheduled, type Pod } from '../kube/pods.ts';
import { readEvenLeaving } from '../kube/read.ts';
import { refusalRemedy } from '../refusal-remedy.ts';
import { unlessSilent } from '../unless-silent.ts';
import { databaseWork, type WorkSeen } from './manifest-work.ts';

interface Expected {
  readonly pod: string;
  readonly index: number;
  readonly cluster: string;
}

/** Why one expected pod does not run, from the spoke's own objects first and KubeDB's on the hub after. */
export const absentPod = async (
  { hub, spoke }: { readonly hub: ClusterReader; readonly spoke: ClusterReader },
  database: Database,
  expected: Expected,
  pod: Pod | undefined,
): Promise<Problem> => {
  const { pod: name, cluster } = expected;
  const [volume, events, work, volumeWork] = await Promise.all([
    volumeTrouble(spoke, database, `data-${name}`),
    // What keeps it from a node now it says itself.
    warningsAbout(spoke, database.namespace, [name, `data-${name}`], pod !== undefined && (isScheduled(pod) || hasSaidWhy(pod))),
    unlessSilent('silent' as const, () => databaseWork(hub, cluster, name)),
    unlessSilent(undefined, () => databaseWork(hub, cluster, `data-${name}`)),
  ]);
  const refusals = work === undefined ? await unlessSilent([], () => warningsAbout(hub, database.namespace, [database.name])) : [];
  const before = work === undefined ? await heldUpBy(hub, database, expected.index) : undefined;
  const evidence = [
    `${name} on ${cluster}: ${pod === undefined ? 'the pod does not exist' : podState(pod)}`,
    ...(work === 'silent'
      ? [`${hub.name} cannot be asked for ManifestWork ${cluster}/${name}`]
      : work === undefined
        ? [`ManifestWork ${cluster}/${name} does not exist yet: KubeDB makes an index when the one before is ready`]
        : work.troubles),
    ...(before?.work.troubles ?? []),
    ...(volumeWork?.troubles ?? []),
    ...volume,
    ...events,
    ...refusals,
  ];
  const what = told`${name} does not run on ${cluster}`;
  if (pod?.metadata.deletionTimestamp !== undefined) return { code: 'PGD-060', what, ...(await leavingPod(spoke, pod, evidence)) };
  const lost = pod === undefined ? undefined : await lostNodeOf(spoke, pod);
  if (lost !== undefined)
    return { code: 'PGD-060', what: told`${name} on ${cluster} is not known to run`, evidence: [lost.evidence, ...evidence], ...lost.remedy };
  const mute = work !== 'silent' && work?.feedbackMissing === true ? cluster : before?.work.feedbackMissing === true ? before.cluster : undefined;
  if (mute !== undefined)
    return {
      code: 'PGD-024',
      what: told`${mute} does not report the state of its pods to KubeDB`,
      evidence,
      ...byDeploy(
        told`Deploy again: pgdist enables the feature gate RawFeedbackJsonString in the Klusterlet of ${mute}, and its work agent restarts.`,
      ),
    };
  const text = evidence.join('\n');
  if (/namespaces "[^"]+" not found/.test(text))
    return {
      code: 'PGD-046',
      what,
      evidence,
      ...byTyping(told`Create the namespace: the work is applied again by itself:`, kubectlOn(cluster, `create namespace ${database.namespace}`)),
    };
  // Events stay for an hour: what they tell of images and crashes may be of a pod of before.
  const now = evidence.filter((one) => !events.includes(one)).join('\n');
  const place = { ...expected, namespace: database.namespace };
  return { code: 'PGD-060', what, evidence, ...((pod === undefined ? refusalRemedy(now, place) : undefined) ?? absentRemedy({ text, now }, place)) };
};

const hasSaidWhy = (pod: Pod): boolean => (conditionOf(pod, 'PodScheduled')?.message ?? '') !== '';

/** The first of the indices before this one that the hub does not know to be well: KubeDB goes no further until it does. */
const heldUpBy = async (
  hub: ClusterReader,
  database: Database,
  index: number,
): Promise<{ readonly cluster: string; readonly work: WorkSeen } | undefined> => {
  for (const { pod, cluster } of expectedReplicas(database).filter((replica) => replica.index < index)) {
    const work = await unlessSilent(undefined, () => databaseWork(hub, cluster, pod));
    if (work !== undefined && work.troubles.length > 0) return { cluster, work };
  }
  return undefined;
};

const volumeTrouble = async (spoke: ClusterReader, { namespace }: Database, name: string): Promise<string[]> => {
  const claim = await readEvenLeaving(spoke, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name }, claimSchema);
  if (claim === undefined) return [];
  const { phase } = claim.status;
  return phase === 'Bound' ? [] : [`PersistentVolumeClaim ${name} is ${phase ?? 'without a phase'}`];
};

/** Events of the database's namespace. */
export const eventsOf = ({ namespace }: Pick<Database, 'namespace'>) => ({ apiVersion: 'v1', kind: 'Event', namespace }) as const;

/** The latest three warnings about objects of these names; what kept a pod from a node is past once it has one. */
const warningsAbout = async (cluster: ClusterReader, namespace: string, names: readonly string[], scheduled = false): Promise<string[]> => {
  const events = await eventsIn(cluster, namespace);
  return events
    .filter(({ type, reason, involvedObject }) => (type === 'Warning' || reason.startsWith('Failed')) && names.includes(involvedObject.name))
    .filter(({ reason }) => !(scheduled && reason === 'FailedScheduling'))
    .slice(0, 3)
    .map(({ involvedObject, reason, message }) => `event of ${involvedObject.name} on ${cluster.name}: ${reason}: ${message}`);
};
