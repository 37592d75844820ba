import type { OperatorClient } from '../../control/kit.ts';
import type { AdmissionRequest } from './admission-server.ts';
import { SLICE_CONFIG } from './kinds.ts';
import { indicesOf, ruleFor, rulesOf } from './placement.ts';

/** The rule of petset v0.0.16 that a PlacementPolicy breaks, in its words; undefined: none. It compares with the slice, not with ManagedClusters. */
export const refusePlacement = async (hub: OperatorClient, { object, oldObject }: AdmissionRequest): Promise<string | undefined> => {
  if (object === null || object === undefined) return undefined;
  const constraint = object.spec?.clusterSpreadConstraint;
  if (constraint === undefined) return undefined;
  const sorted = indicesOf(object).toSorted((a, b) => a - b);
  const wrong = sorted.findIndex((index, expected) => index !== expected);
  if (wrong !== -1) return `invalid replica set: indices must be a contiguous block starting from 0. Found ${sorted[wrong]}, expected ${wrong}`;
  for (const index of indicesOf(oldObject ?? undefined)) {
    const [before, after] = [ruleFor(oldObject ?? undefined, index), ruleFor(object, index)];
    if (after !== undefined && before?.clusterName !== after.clusterName)
      return `cannot modify existing replica assignments. Replica ${index} was moved from '${before?.clusterName}' to '${after.clusterName}'`;
  }
  const { projectNamespace, sliceName } = constraint.slice;
  const slice = await hub.get({ ...SLICE_CONFIG, namespace: projectNamespace, name: sliceName });
  if (slice === undefined) return `SliceConfig.controller.kubeslice.io "${sliceName}" not found`;
  const members: string[] = slice.spec?.clusters ?? [];
  const outside = rulesOf(object).find(({ clusterName }) => !members.includes(clusterName));
  if (outside === undefined) return undefined;
  return `cluster '${outside.clusterName}' specified in PlacementPolicy is not onboarded to slice '${sliceName}' in project '${projectNamespace}'`;
};
