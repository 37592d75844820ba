import type { Fleet } from '../../domain/fleet.ts';
import type { StepContext } from '../context.ts';
import { type Condition, conditionOf } from '../kube/conditions.ts';
import { deploymentSchema } from '../kube/deployments.ts';
import { readObject } from '../kube/read.ts';
import { readAs } from '../kube/read-as.ts';
import { manifestWorkSchema } from '../ocm/objects.ts';
import { operatorRef, renderedName, workRef } from './objects.ts';

/** The hub's rendering of a cluster's worker. */
export interface Rendering {
  /** Name of the cluster in it; empty in one that lost the race. */
  readonly name: string;
  /** Of the work that holds it. */
  readonly uid: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /**
   * The cluster's work agent has looked at the work at least once. At which generation says nothing: the agent looks again when spec or labels change in
   * meaning, and every 4 to 6 minutes, so that a generation which rose without a change stays unseen for minutes. Whether it was applied says nothing
   * either: a Job cannot be applied again once it exists, and there are some in the work. What is on the cluster, the cluster alone tells.
   */
  readonly takenUp: boolean;
  /** What the agent says of the operator's Deployment alone; undefined while it said nothing. */
  readonly operatorApplied: Condition | undefined;
}

/** undefined while there is no rendering. */
export const renderingFor = async (context: StepContext, fleet: Fleet, cluster: string): Promise<Rendering | undefined> => {
  const work = await readObject(context.cluster(fleet.hub), workRef(cluster), manifestWorkSchema);
  if (work === undefined) return undefined;
  const { metadata, spec, status } = work;
  const isOperator = ({ kind, name }: { readonly kind: string; readonly name: string }): boolean =>
    kind === operatorRef.kind && name === operatorRef.name;
  const operator = spec.workload.manifests.find(({ kind, metadata: { name } }) => isOperator({ kind, name }));
  if (operator === undefined) return undefined;
  const told = status.resourceStatus.manifests.find(({ resourceMeta }) => isOperator(resourceMeta));
  return {
    name: renderedName(readAs(deploymentSchema, operator, fleet.hub)),
    uid: metadata.uid,
    labels: metadata.labels,
    takenUp: conditionOf(work, 'Applied') !== undefined,
    operatorApplied: told === undefined ? undefined : conditionOf({ status: told }, 'Applied'),
  };
};
