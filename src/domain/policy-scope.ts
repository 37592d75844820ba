import { changesOf } from './finding.ts';
import type { Plan } from './plan.ts';

/** What a rule may speak of: each starts something, or changes what is told, of one database. Retry and Plan again count as the verb of their run. */
export const POLICY_VERBS = ['deploy', 'plan', 'status', 'verify', 'bundle', 'export', 'mute'] as const;
export type PolicyVerb = (typeof POLICY_VERBS)[number];

/** Each that is absent: all of them. */
export interface Scope {
  readonly verbs?: readonly PolicyVerb[];
  readonly databases?: readonly string[];
  /** It speaks of whatever touches one of these. */
  readonly clusters?: readonly string[];
}

/** What a deed does, to what. */
export interface Subject {
  readonly verb: PolicyVerb;
  readonly database: string;
  /** Those that it touches, as far as that is known: before there is a plan, none. */
  readonly clusters: readonly string[];
}

export const speaksOf = ({ verbs, databases, clusters }: Scope, subject: Subject): boolean =>
  (verbs?.includes(subject.verb) ?? true) &&
  (databases?.includes(subject.database) ?? true) &&
  (clusters?.some((cluster) => subject.clusters.includes(cluster)) ?? true);

/** Clusters to which the plan would do something, now or when its turn comes. */
export const touchedClusters = ({ steps }: Pick<Plan, 'steps'>): readonly string[] => [
  ...new Set(
    steps.flatMap(({ cluster, finding }) => [...(finding.kind === 'change' ? [cluster] : []), ...changesOf(finding).map((change) => change.cluster)]),
  ),
];
