import { matchesLabels, ownerReference, setCondition, type ControllerContext } from '../../../control/objects.ts';
import { fromKey, keyOf } from '../../../control/observed.ts';
import { workQueue } from '../../../control/work-queue.ts';
import type { Mutable } from '../../../control/kit.ts';
import { CLUSTER_SET, CLUSTER_SET_BINDING, CLUSTER_SET_LABEL, MANAGED_CLUSTER, PLACEMENT, PLACEMENT_DECISION } from '../names.ts';

/** Label of a PlacementDecision: the Placement it belongs to. */
export const PLACEMENT_LABEL = 'cluster.open-cluster-management.io/placement';

/** The placement controller: decides which accepted clusters of the namespace's bound sets a Placement means. */
export const runPlacementController = ({ client, observe, signal, now, onError }: ControllerContext): void => {
  const placements = observe(PLACEMENT);
  const bindings = observe(CLUSTER_SET_BINDING);
  const sets = observe(CLUSTER_SET);
  const clusters = observe(MANAGED_CLUSTER);

  const boundSets = ({ metadata, spec }: Mutable): readonly Mutable[] => {
    const here = bindings.all().filter((binding) => binding.metadata.namespace === metadata.namespace);
    const names = here.map((binding) => binding.spec.clusterSet).filter((name) => (spec.clusterSets ?? [name]).includes(name));
    return sets.all().filter((set) => names.includes(set.metadata.name));
  };
  const selected = (placement: Mutable): readonly string[] => {
    const bound = boundSets(placement);
    const predicates: any[] = placement.spec.predicates ?? [];
    const matching = clusters.all().filter(({ metadata, spec }) => {
      const labels = metadata.labels ?? {};
      const inSet = bound.some(({ metadata: { name }, spec: { clusterSelector } }) =>
        clusterSelector?.selectorType === 'LabelSelector'
          ? matchesLabels(clusterSelector.labelSelector ?? {}, labels)
          : labels[CLUSTER_SET_LABEL] === name,
      );
      const wanted =
        predicates.length === 0 || predicates.some((predicate) => matchesLabels(predicate.requiredClusterSelector?.labelSelector ?? {}, labels));
      return spec.hubAcceptsClient === true && metadata.deletionTimestamp === undefined && inSet && wanted && tolerated(placement, spec.taints ?? []);
    });
    return matching
      .map(({ metadata }) => metadata.name)
      .toSorted()
      .slice(0, placement.spec.numberOfClusters ?? Infinity);
  };

  const queue = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const placement = await client.get({ ...PLACEMENT, namespace, name });
      if (placement === undefined) return;
      const names = selected(placement);
      const decision = `${name}-decision-1`;
      const labels = { [PLACEMENT_LABEL]: name, 'cluster.open-cluster-management.io/decision-group-index': '0' };
      const owned = { name: decision, namespace, labels, ownerReferences: [ownerReference(placement)] };
      await client.create({ ...PLACEMENT_DECISION, metadata: owned });
      await client.setStatus({ ...PLACEMENT_DECISION, namespace, name: decision }, (status) => {
        status.decisions = names.map((clusterName) => ({ clusterName, reason: '' }));
      });
      await client.setStatus({ ...PLACEMENT, namespace, name }, (status) => {
        status.numberOfSelectedClusters = names.length;
        status.decisionGroups = [{ decisionGroupIndex: 0, decisionGroupName: '', decisions: [decision], clusterCount: names.length }];
        const satisfied =
          names.length > 0
            ? ({ status: 'True', reason: 'AllDecisionsScheduled', message: 'All cluster decisions scheduled' } as const)
            : ({ status: 'False', reason: 'NoManagedClusterMatched', message: 'No ManagedCluster matches any of the cluster predicate' } as const);
        setCondition(status, { type: 'PlacementSatisfied', ...satisfied }, now());
      });
    },
    { signal, onError },
  );
  const all = (): void => {
    for (const placement of placements.all()) queue.add(keyOf(placement));
  };
  placements.subscribe((placement, gone) => {
    const { namespace = '', name } = placement.metadata;
    if (gone) void client.delete({ ...PLACEMENT_DECISION, namespace, name: `${name}-decision-1` }).catch(onError);
    else queue.add(keyOf(placement));
  });
  for (const kind of [bindings, sets, clusters]) kind.subscribe(all);
};

const tolerated = ({ spec }: Mutable, taints: readonly { key: string; value?: string; effect: string }[]): boolean =>
  taints.every(
    ({ key, value = '', effect }) =>
      effect !== 'NoSelect' ||
      (spec.tolerations ?? []).some(
        (toleration: any) => (toleration.key ?? key) === key && (toleration.operator === 'Exists' || (toleration.value ?? '') === value),
      ),
  );
