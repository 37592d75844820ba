import type { Manifest } from '../../../src/kube-api/objects.ts';
import type { Mutable } from '../../control/kit.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import {
  controllerOf,
  DEPLOYMENT,
  ownedBy,
  ownerReference,
  conditionOf,
  removeCondition,
  REPLICA_SET,
  setCondition,
  shortHash,
  type ControllerContext,
} from '../../control/objects.ts';
import { workQueue } from '../../control/work-queue.ts';
import { nextReplicas, rolloutBounds, type RolloutBounds } from './rollout.ts';

const HASH_LABEL = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';

/** Rolls Deployments out over ReplicaSets. */
export const startDeployments = (context: ControllerContext): void => {
  const { client, observe, signal, onError } = context;
  const deployments = observe(DEPLOYMENT);
  const replicaSets = observe(REPLICA_SET);
  const deadlines = progressDeadlines(context, (key) => queue.add(key));
  const queue = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const ref = { ...DEPLOYMENT, namespace, name };
      const deployment = deployments.get(namespace, name);
      if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return;
      const sets = replicaSets
        .all()
        .filter(ownedBy(deployment))
        .map((set) => ({ ...set, spec: { ...set.spec } }));
      const hash = shortHash(deployment.spec.template);
      const current = sets.find(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash) ?? (await createSet(context, deployment, hash, sets));
      if (current === undefined) return;
      const old = sets.filter(({ metadata }) => metadata.uid !== current.metadata.uid);
      const bounds = rolloutBounds(deployment.spec.replicas ?? 1, deployment.spec.strategy?.rollingUpdate);
      await scaleSets(context, deployment, bounds, current, old);
      const late = deadlines.check(key, deployment, [current, ...old]);
      await client.setStatus(
        ref,
        (status, { metadata }) => {
          status.observedGeneration = metadata.generation;
          describe(status, bounds, current, old, { late, now: context.now() });
        },
        deployment,
      );
      const revision = current.metadata.annotations?.[REVISION] ?? '1';
      if (deployment.metadata.annotations?.[REVISION] !== revision) await client.merge(ref, { metadata: { annotations: { [REVISION]: revision } } });
    },
    { signal, onError },
  );
  deployments.subscribe((deployment, gone) => {
    if (!gone) return queue.add(keyOf(deployment));
    const children = client.list({ ...REPLICA_SET, namespace: deployment.metadata.namespace ?? '' });
    void children
      .then((sets) => Promise.all(sets.filter(ownedBy(deployment)).map(({ metadata }) => client.delete({ ...REPLICA_SET, ...metadata }))))
      .catch(onError);
  });
  replicaSets.subscribe((set) => {
    const owner = controllerOf(set);
    if (owner?.kind === 'Deployment') queue.add(`${set.metadata.namespace}/${owner.name}`);
  });
};

const createSet = async (
  { client }: ControllerContext,
  deployment: Mutable,
  hash: string,
  sets: readonly Mutable[],
): Promise<Mutable | undefined> => {
  const { name, namespace } = deployment.metadata;
  const { selector, template } = deployment.spec;
  const revision = Math.max(0, ...sets.map(({ metadata }) => Number(metadata.annotations?.[REVISION] ?? 0))) + 1;
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  return client.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      annotations: { [REVISION]: String(revision) },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  } as Manifest);
};

const scaleSets = async ({ client }: ControllerContext, deployment: Mutable, bounds: RolloutBounds, current: Mutable, old: readonly Mutable[]) => {
  if (deployment.spec.paused === true) return;
  const scale = async (set: Mutable, replicas: number): Promise<void> => {
    if (set.spec.replicas === replicas) return;
    await client.merge({ ...REPLICA_SET, namespace: set.metadata.namespace ?? '', name: set.metadata.name }, { spec: { replicas } });
    set.spec.replicas = replicas;
  };
  if (deployment.spec.strategy?.type === 'Recreate') {
    for (const set of old) await scale(set, 0);
    if (old.every(({ status }) => (status?.replicas ?? 0) === 0)) await scale(current, bounds.desired);
    return;
  }
  const next = nextReplicas(bounds, numbersOf(current), old.map(numbersOf));
  await scale(current, next.current);
  for (const [index, set] of old.entries()) await scale(set, next.old[index] ?? 0);
};

const numbersOf = ({ spec, status }: Mutable) => ({ replicas: spec.replicas ?? 0, available: status?.availableReplicas ?? 0 });

const describe = (
  status: any,
  { desired, maxUnavailable }: RolloutBounds,
  current: Mutable,
  old: readonly Mutable[],
  { late, now }: { late: boolean; now: Date },
): void => {
  const total = (field: string): number => [current, ...old].reduce((sum, set) => sum + (set.status?.[field] ?? 0), 0);
  const available = total('availableReplicas');
  status.replicas = total('replicas');
  status.updatedReplicas = current.status?.replicas ?? 0;
  status.readyReplicas = total('readyReplicas');
  status.availableReplicas = available;
  status.unavailableReplicas = Math.max(0, Math.max(desired, status.replicas) - available);
  const enough = available >= desired - maxUnavailable;
  setCondition(
    status,
    enough
      ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
      : { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' },
    now,
  );
  const name = current.metadata.name;
  const done = status.updatedReplicas === desired && status.replicas === desired && available === desired;
  const progress = done
    ? { status: 'True' as const, reason: 'NewReplicaSetAvailable', message: `ReplicaSet "${name}" has successfully progressed.` }
    : late
      ? { status: 'False' as const, reason: 'ProgressDeadlineExceeded', message: `ReplicaSet "${name}" has timed out progressing.` }
      : { status: 'True' as const, reason: 'ReplicaSetUpdated', message: `ReplicaSet "${name}" is progressing.` };
  setCondition(status, { type: 'Progressing', ...progress }, now);
  const failure = [current, ...old].map((set) => conditionOf(set, 'ReplicaFailure')).find((condition) => condition !== undefined);
  if (failure === undefined) removeCondition(status, 'ReplicaFailure');
  else setCondition(status, { type: 'ReplicaFailure', status: 'True', reason: failure.reason, message: failure.message }, now);
};

/** Tells when a Deployment made no progress for its progressDeadlineSeconds of simulated time. */
const progressDeadlines = ({ time, signal }: ControllerContext, wake: (key: string) => void) => {
  const seen = new Map<string, { signature: string; late: boolean }>();
  return {
    check(key: string, deployment: Mutable, sets: readonly Mutable[]): boolean {
      const signature = JSON.stringify([deployment.metadata.uid, deployment.metadata.generation, sets.map(numbersOf)]);
      const before = seen.get(key);
      if (before?.signature === signature) return before.late;
      const state = { signature, late: false };
      seen.set(key, state);
      void time.after((deployment.spec.progressDeadlineSeconds ?? 600) * 1000, signal).then((passed) => {
        if (!passed || seen.get(key) !== state) return;
        state.late = true;
        wake(key);
      });
      return false;
    },
  };
};
