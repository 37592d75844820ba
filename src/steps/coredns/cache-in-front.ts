import type { Database } from '../../domain/database.ts';
import type { Problem } from '../../domain/problem.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { StepContext } from '../context.ts';
import { nodeCacheInFront } from './node-cache.ts';
import { lookUpFromPods } from './pod-lookups.ts';

/** A cache on the nodes that sends slice names past CoreDNS; undefined without one, and where pods of the database get their answers all the same. */
export const cacheInFront = async (
  context: StepContext,
  cluster: ClusterReader,
  address: string,
  database: Database | undefined,
): Promise<Problem | undefined> => {
  const cache = await nodeCacheInFront(cluster, address);
  if (cache === undefined || database === undefined) return cache;
  const lookups = await lookUpFromPods(context, cluster, database);
  return lookups.length > 0 && lookups.every(({ kind }) => kind === 'answered') ? undefined : cache;
};
