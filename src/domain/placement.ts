import type { Database } from './database.ts';
import type { Fleet } from './fleet.ts';

/**
 * What is wrong with the placement of a database, one sentence per fault; empty when nothing is. These are the rules of the PlacementPolicy
 * and PetSet webhooks, which newer petset charts no longer ship (removed on 2026-05-08), plus that every cluster is in the fleet:
 * without the webhooks a wrong placement is accepted and then hangs in Provisioning.
 */
export const placementProblems = (fleet: Fleet, database: Database): string[] => {
  const placed = Object.entries(database.placement).flatMap(([cluster, indices]) => indices.map((index) => ({ cluster, index })));
  const known = fleet.clusters.map(({ name }) => name);
  const unknown = Object.keys(database.placement).filter((cluster) => !known.includes(cluster));
  const broken = placed.filter(({ index }) => !Number.isInteger(index) || index < 0);
  return [
    ...unknown.map((cluster) => `placement names cluster ${cluster}, which is not in fleet ${fleet.name} (${known.join(', ')})`),
    ...broken.map(({ cluster, index }) => `replica index ${index} of ${cluster} is not a whole number of 0 or more`),
    ...(broken.length > 0 ? [] : indexProblems(placed, database.replicas)),
  ];
};

const indexProblems = (placed: readonly { cluster: string; index: number }[], replicas: number): string[] => {
  const homes = Map.groupBy(placed, ({ index }) => index);
  const twice = [...homes].filter(([, at]) => at.length > 1);
  const top = Math.max(replicas, ...placed.map(({ index }) => index + 1));
  const missing = Array.from({ length: top }, (_, index) => index).filter((index) => !homes.has(index));
  return [
    ...twice.map(([index, at]) => `replica index ${index} is placed ${at.length} times (${at.map(({ cluster }) => cluster).join(', ')})`),
    ...(missing.length === 0
      ? []
      : [`replica ${missing.length === 1 ? 'index' : 'indices'} ${missing.join(', ')} missing: indices must run from 0 to ${top - 1} without a gap`]),
  ];
};
