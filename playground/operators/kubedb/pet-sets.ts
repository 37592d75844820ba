import { ApiError } from '../../../src/kube-api/api-server.ts';
import { recordEvent } from '../../control/events.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import { workQueue } from '../../control/work-queue.ts';
import type { Mutable, OperatorClient } from '../../control/kit.ts';
import { podSeen } from './feedback.ts';
import { CLUSTER_ANNOTATION, MANIFEST_WORK, PET_SET, PLACEMENT_POLICY, ROLE_LABEL } from './kinds.ts';
import { ruleFor } from './placement.ts';
import { claimWork, podWork } from './pod-work.ts';

const FINALIZER = 'apps.k8s.appscode.com';
const DELETION_POLICY = 'apps.k8s.appscode.com/deletion-policy';

interface PetSetOptions {
  readonly hub: OperatorClient;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  onError(error: unknown): void;
}

/** The petset operator: ManifestWorks for the pods and claims of distributed PetSets, one index after the other, judged by what the hub is told. */
export const startPetSets = async ({ hub, signal, now, onError }: PetSetOptions): Promise<void> => {
  const petSets = new Map<string, Mutable>();
  const say = (about: Mutable, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> =>
    recordEvent(hub, now(), { about, type, reason, message, component: 'petset-controller' });

  const pass = async (key: string): Promise<void> => {
    const petSet = await hub.get({ ...PET_SET, ...fromKey(key) });
    if (petSet === undefined || petSet.spec?.distributed !== true) return;
    petSets.set(key, petSet);
    if (petSet.metadata.deletionTimestamp !== undefined) return finalize(hub, petSet);
    if (!(petSet.metadata.finalizers ?? []).includes(FINALIZER))
      await hub.merge(refOf(petSet), { metadata: { finalizers: [...(petSet.metadata.finalizers ?? []), FINALIZER] } });
    const policy = await hub.get({ ...PLACEMENT_POLICY, name: petSet.spec.podPlacementPolicy?.name ?? '' });
    if (policy === undefined) return;
    const replicas: number = petSet.spec.replicas ?? 1;
    const ordered = petSet.spec.podManagementPolicy !== 'Parallel';
    const works = await podWorks(hub, petSet);
    let ready = 0;
    for (let index = 0; index < replicas; index += 1) {
      const work = works.get(index) ?? (await create(petSet, policy, index));
      const isReady = work !== undefined && podSeen(work).phase === 'Running' && podSeen(work).ready;
      if (isReady) ready += 1;
      else if (ordered) break;
    }
    for (const [index, work] of [...works].toSorted(([a], [b]) => b - a)) if (index >= replicas) await hub.delete(refOf(work));
    const made = [...(await podWorks(hub, petSet)).keys()].filter((index) => index < replicas).length;
    await hub.setStatus(refOf(petSet), (status) => {
      Object.assign(status, { replicas: made, readyReplicas: ready, availableReplicas: ready, currentReplicas: made, updatedReplicas: made });
      status.observedGeneration = petSet.metadata.generation;
    });
  };

  /** Makes the works of one index, claims first. A failure becomes the event that people see, and is tried again with the next change. */
  const create = async (petSet: Mutable, policy: Mutable, index: number): Promise<Mutable | undefined> => {
    const { name: set, namespace = '' } = petSet.metadata;
    const pod = `${set}-${index}`;
    const rule = ruleFor(policy, index);
    const [claim] = petSet.spec.volumeClaimTemplates ?? [];
    const volume = `${claim?.metadata.name ?? 'data'}-${pod}`;
    const failed = async (activity: string, error: string): Promise<undefined> => {
      await say(petSet, 'Warning', 'FailedCreate', `create ${activity} in PetSet ${set} failed error: ${error}`);
      return undefined;
    };
    if (rule === undefined)
      return failed(`Claim ${volume} for Pod ${pod}`, `${CLUSTER_ANNOTATION} annotation is empty for pvc ${namespace}/${volume}`);
    try {
      for (const template of petSet.spec.volumeClaimTemplates ?? []) await hub.create(claimWork(petSet, template, index, rule));
    } catch (error) {
      return failed(`Pod ${pod}`, `failed to create PVC ${volume}: ${messageOf(error)}`);
    }
    try {
      const work = await hub.create(podWork(petSet, index, rule, policy));
      if (work === undefined) return await failed(`Pod ${pod}`, `manifestworks.work.open-cluster-management.io "${pod}" already exists`);
      await say(petSet, 'Normal', 'SuccessfulCreate', `create Pod ${pod} in PetSet ${set} successful`);
      return work;
    } catch (error) {
      return failed(`Pod ${pod}`, messageOf(error));
    }
  };

  const queue = workQueue(pass, { signal, onError });
  const again = async (work: Mutable): Promise<void> => {
    const key = `${work.metadata.labels?.['app.kubernetes.io/namespace']}/${work.metadata.labels?.['app.kubernetes.io/instance']}`;
    if (petSets.has(key)) queue.add(key);
  };
  await Promise.all([
    hub.control(PET_SET, async (petSet) => queue.add(keyOf(petSet)), {
      signal,
      onError,
      gone: async (petSet) => void petSets.delete(keyOf(petSet)),
    }),
    hub.control({ ...MANIFEST_WORK, labelSelector: `${ROLE_LABEL}=pod` }, again, { signal, onError, gone: again }),
    hub.control(PLACEMENT_POLICY, async () => [...petSets.keys()].forEach((key) => queue.add(key)), { signal, onError }),
  ]);
};

const refOf = ({ apiVersion, kind, metadata: { name, namespace } }: Mutable) => ({
  apiVersion,
  kind,
  name,
  ...(namespace === undefined ? {} : { namespace }),
});

const messageOf = (error: unknown): string => (error instanceof ApiError || error instanceof Error ? error.message : String(error));

/** Works of the PetSet's pods by index, over all clusters. */
const podWorks = async (hub: OperatorClient, { metadata: { name, namespace = '' } }: Mutable): Promise<Map<number, Mutable>> => {
  const labelSelector = `app.kubernetes.io/instance=${name},app.kubernetes.io/namespace=${namespace},${ROLE_LABEL}=pod`;
  const works = await hub.list({ ...MANIFEST_WORK, labelSelector });
  return new Map(works.map((work) => [Number(work.metadata.labels?.['apps.kubernetes.io/pod-index']), work]));
};

/** Takes the pods' works away and leaves those of the claims, as petset v0.0.16 does: a database made again under the name starts on the old data. */
const finalize = async (hub: OperatorClient, petSet: Mutable): Promise<void> => {
  const finalizers = petSet.metadata.finalizers ?? [];
  if (!finalizers.includes(FINALIZER)) return;
  if (petSet.metadata.annotations?.[DELETION_POLICY] !== 'Orphan') {
    for (const work of (await podWorks(hub, petSet)).values()) await hub.delete(refOf(work));
  }
  await hub.merge(refOf(petSet), { metadata: { finalizers: finalizers.filter((one) => one !== FINALIZER) } });
};
