import type { Manifest } from '../../../../src/kube-api/objects.ts';
import { conditionOf, setCondition, type ControllerContext } from '../../../control/objects.ts';
import { fromKey, keyOf } from '../../../control/observed.ts';
import { workQueue } from '../../../control/work-queue.ts';
import type { Mutable } from '../../../control/kit.ts';
import { MANIFEST_WORK, PLACEMENT, PLACEMENT_DECISION, WORK_REPLICA_SET } from '../names.ts';
import { PLACEMENT_LABEL } from './placements.ts';

/** Label of a work: 'namespace.name' of the set that made it. */
const SET_LABEL = 'work.open-cluster-management.io/manifestworkreplicaset';
const PLACEMENT_NAME_LABEL = 'work.open-cluster-management.io/placementname';
const FINALIZER = 'work.open-cluster-management.io/manifest-work-cleanup';

/** The work controller: one ManifestWork per cluster that a set's placements chose, and the counts in the set's status. */
export const runWorkController = ({ client, observe, signal, now, onError }: ControllerContext): void => {
  const sets = observe(WORK_REPLICA_SET);
  const works = observe(MANIFEST_WORK);
  const decisions = observe(PLACEMENT_DECISION);
  const worksOf = ({ metadata }: Mutable): readonly Mutable[] =>
    works.all().filter((work) => work.metadata.labels?.[SET_LABEL] === `${metadata.namespace}.${metadata.name}`);

  const queue = workQueue(
    async (key) => {
      const ref = { ...WORK_REPLICA_SET, ...fromKey(key) };
      const set = await client.get(ref);
      if (set === undefined) return;
      if (set.metadata.deletionTimestamp !== undefined) {
        const left = worksOf(set);
        for (const { metadata } of left) await client.delete({ ...MANIFEST_WORK, namespace: metadata.namespace ?? '', name: metadata.name });
        if (left.length === 0) await client.merge(ref, { metadata: { finalizers: null } });
        return;
      }
      if (set.metadata.finalizers?.includes(FINALIZER) !== true) await client.merge(ref, { metadata: { finalizers: [FINALIZER] } });
      const chosen = clustersOf(set, decisions.all());
      for (const { cluster, placement } of chosen) await client.apply(workFor(set, cluster, placement));
      for (const { metadata } of worksOf(set))
        if (!chosen.some(({ cluster }) => cluster === metadata.namespace))
          await client.delete({ ...MANIFEST_WORK, namespace: metadata.namespace ?? '', name: metadata.name });
      const missing: string[] = [];
      for (const { name } of set.spec.placementRefs)
        if ((await client.get({ ...PLACEMENT, namespace: fromKey(key).namespace, name })) === undefined) missing.push(name);
      await client.setStatus(ref, (status) => describe(status, set, { chosen, works: worksOf(set), missing, now: now() }));
    },
    { signal, onError },
  );
  sets.subscribe((set, gone) => {
    if (!gone) queue.add(keyOf(set));
  });
  decisions.subscribe(({ metadata }) => {
    for (const set of sets.all()) if (set.metadata.namespace === metadata.namespace) queue.add(keyOf(set));
  });
  works.subscribe(({ metadata }) => {
    const owner = sets.all().find((set) => metadata.labels?.[SET_LABEL] === `${set.metadata.namespace}.${set.metadata.name}`);
    if (owner !== undefined) queue.add(keyOf(owner));
  });
};

interface Chosen {
  readonly cluster: string;
  readonly placement: string;
}

const clustersOf = ({ metadata, spec }: Mutable, decisions: readonly Mutable[]): readonly Chosen[] =>
  (spec.placementRefs as { name: string }[]).flatMap(({ name: placement }) =>
    decisions
      .filter((decision) => decision.metadata.namespace === metadata.namespace && decision.metadata.labels?.[PLACEMENT_LABEL] === placement)
      .flatMap(({ status }) => (status?.decisions ?? []).map(({ clusterName }: { clusterName: string }) => ({ cluster: clusterName, placement }))),
  );

const workFor = ({ metadata, spec }: Mutable, cluster: string, placement: string): Manifest => ({
  ...MANIFEST_WORK,
  metadata: {
    name: metadata.name,
    namespace: cluster,
    labels: { [SET_LABEL]: `${metadata.namespace}.${metadata.name}`, [PLACEMENT_NAME_LABEL]: placement },
  },
  spec: spec.manifestWorkTemplate ?? {},
});

const describe = (
  status: any,
  set: Mutable,
  { chosen, works, missing, now }: { chosen: readonly Chosen[]; works: readonly Mutable[]; missing: readonly string[]; now: Date },
): void => {
  const summary = summarise(works, chosen.length);
  status.summary = summary;
  status.placementSummary = (set.spec.placementRefs as { name: string }[]).map(({ name }) => ({
    name,
    summary: summarise(
      works.filter(({ metadata }) => metadata.labels?.[PLACEMENT_NAME_LABEL] === name),
      chosen.filter(({ placement }) => placement === name).length,
    ),
  }));
  const verified =
    missing.length > 0
      ? ({ status: 'False', reason: 'PlacementDecisionNotFound', message: `Placement ${missing.join(', ')} not found` } as const)
      : chosen.length === 0
        ? ({ status: 'False', reason: 'PlacementDecisionEmpty', message: '' } as const)
        : ({ status: 'True', reason: 'AsExpected', message: '' } as const);
  const done = chosen.length > 0 && summary.applied === chosen.length;
  setCondition(status, { type: 'PlacementVerified', ...verified }, now);
  setCondition(status, { type: 'PlacementRolledOut', status: done ? 'True' : 'False', reason: done ? 'Complete' : 'Progressing', message: '' }, now);
  setCondition(
    status,
    { type: 'ManifestworkApplied', status: done ? 'True' : 'False', reason: done ? 'AsExpected' : 'Processing', message: '' },
    now,
  );
};

const summarise = (works: readonly Mutable[], desiredTotal: number) => {
  const count = (type: string): number => works.filter((work) => conditionOf(work, type)?.status === 'True').length;
  return {
    desiredTotal,
    total: works.length,
    updated: works.length,
    applied: count('Applied'),
    available: count('Available'),
    degraded: count('Degraded'),
    progressing: count('Progressing'),
  };
};
