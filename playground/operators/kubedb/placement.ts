import type { Mutable } from '../../control/kit.ts';

export interface DistributionRule {
  readonly clusterName: string;
  readonly storageClassName?: string;
  readonly replicaIndices: readonly number[];
}

export const rulesOf = (policy: Mutable | undefined): readonly DistributionRule[] => policy?.spec?.clusterSpreadConstraint?.distributionRules ?? [];

export const ruleFor = (policy: Mutable | undefined, index: number): DistributionRule | undefined =>
  rulesOf(policy).find(({ replicaIndices }) => replicaIndices.includes(index));

export const indicesOf = (policy: Mutable | undefined): number[] => rulesOf(policy).flatMap(({ replicaIndices }) => [...replicaIndices]);
