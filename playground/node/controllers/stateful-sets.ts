import type { Manifest } from '../../../src/kube-api/objects.ts';
import type { Mutable } from '../../control/kit.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import { CLAIM, controllerOf, isActive, isFinished, isReady, POD, shortHash, STATEFUL_SET, type ControllerContext } from '../../control/objects.ts';
import { inBackground } from '../../control/background.ts';
import { workQueue } from '../../control/work-queue.ts';
import { createPod, deletePods, deletePodsOf, podFrom, podsOf } from './pods-of.ts';

const REVISION = 'controller-revision-hash';

/** Keeps StatefulSets: pods by ordinal, one after the other unless Parallel, each with its claims. */
export const startStatefulSets = (context: ControllerContext): void => {
  const { client, observe, signal, onError } = context;
  const queue = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const ref = { ...STATEFUL_SET, namespace, name };
      const set = observe(STATEFUL_SET).get(namespace, name);
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
      const all = await podsOf(client, set);
      const revision = `${set.metadata.name}-${shortHash(set.spec.template)}`;
      await advance(context, set, all, revision);
      const pods = all.filter(isActive);
      const updated = pods.filter(({ metadata }) => metadata.labels?.[REVISION] === revision);
      const ready = pods.filter(isReady).length;
      await client.setStatus(ref, (status, { metadata }) => {
        status.observedGeneration = metadata.generation;
        status.replicas = pods.length;
        status.readyReplicas = ready;
        status.availableReplicas = ready;
        status.updatedReplicas = updated.length;
        status.updateRevision = revision;
        if (status.currentRevision === undefined || (updated.length === pods.length && ready === (set.spec.replicas ?? 1)))
          status.currentRevision = revision;
        status.currentReplicas = status.currentRevision === revision ? updated.length : pods.length - updated.length;
        status.collisionCount = 0;
      });
    },
    { signal, onError },
  );
  observe(STATEFUL_SET).subscribe((set, gone) => {
    if (gone) inBackground(deletePodsOf(client, set), onError);
    else queue.add(keyOf(set));
  });
  observe(POD).subscribe((pod) => {
    const owner = controllerOf(pod);
    if (owner?.kind === 'StatefulSet') queue.add(`${pod.metadata.namespace}/${owner.name}`);
  });
};

/** One move towards what the set wants: a missing pod, a surplus one, or one of an old revision. */
const advance = async (context: ControllerContext, set: Mutable, pods: readonly Mutable[], revision: string): Promise<void> => {
  const { client } = context;
  const { replicas = 1, podManagementPolicy, updateStrategy } = set.spec;
  const ordered = podManagementPolicy !== 'Parallel';
  const byName = new Map(pods.map((pod) => [pod.metadata.name, pod]));
  for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
    const pod = byName.get(`${set.metadata.name}-${ordinal}`);
    if (pod === undefined) await createOrdinal(context, set, ordinal, revision);
    else if (isFinished(pod)) await deletePods(client, [pod]);
    if (ordered && (pod === undefined || !isReady(pod) || pod.metadata.deletionTimestamp !== undefined)) return;
  }
  const ordinalOf = ({ metadata }: Mutable): number => Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));
  const descending = pods.filter(isActive).toSorted((a, b) => ordinalOf(b) - ordinalOf(a));
  const surplus = descending.filter((pod) => ordinalOf(pod) >= replicas);
  if (surplus.length > 0) return deletePods(client, ordered ? surplus.slice(0, 1) : surplus);
  if (updateStrategy?.type === 'OnDelete' || pods.some((pod) => !isActive(pod) || !isReady(pod))) return;
  const partition = updateStrategy?.rollingUpdate?.partition ?? 0;
  const outdated = descending.find((pod) => ordinalOf(pod) >= partition && pod.metadata.labels?.[REVISION] !== revision);
  if (outdated !== undefined) await deletePods(client, [outdated]);
};

const createOrdinal = async (context: ControllerContext, set: Mutable, ordinal: number, revision: string): Promise<void> => {
  const { client } = context;
  const name = `${set.metadata.name}-${ordinal}`;
  const claims: any[] = set.spec.volumeClaimTemplates ?? [];
  for (const { metadata, spec } of claims) {
    const labels = { ...set.spec.selector.matchLabels, ...metadata.labels };
    await client.create({ ...CLAIM, metadata: { name: `${metadata.name}-${name}`, namespace: set.metadata.namespace, labels }, spec } as Manifest);
  }
  const claimed = claims.map(({ metadata }) => ({ name: metadata.name, persistentVolumeClaim: { claimName: `${metadata.name}-${name}` } }));
  const others = (set.spec.template.spec.volumes ?? []).filter((volume: { name: string }) => !claimed.some((own) => own.name === volume.name));
  await createPod(
    context,
    set,
    podFrom(set, set.spec.template, {
      name,
      labels: { 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(ordinal), [REVISION]: revision },
      spec: {
        hostname: name,
        subdomain: set.spec.serviceName ?? '',
        ...(claimed.length + others.length === 0 ? {} : { volumes: [...others, ...claimed] }),
      },
    }),
  );
};
