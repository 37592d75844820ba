import { watchCollection } from '../../src/kube-api/watch.ts';
import type { Mutable } from '../control/kit.ts';
import type { ClusterAccess } from './cluster-access.ts';

/** Watches a collection until one of its objects satisfies `holds`. Throws as clusteradm does when the time is over. */
export const waitFor = async (
  { api }: Pick<ClusterAccess, 'api'>,
  path: string,
  { labelSelector, holds, timeoutMs }: { readonly labelSelector?: string; readonly holds: (object: Mutable) => boolean; readonly timeoutMs: number },
): Promise<void> => {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), timeoutMs);
  try {
    for await (const seen of watchCollection(api, path, { query: { labelSelector }, signal: end.signal })) {
      const objects = seen.type === 'LIST' ? seen.items : seen.type === 'DELETED' ? [] : [seen.object];
      if (objects.some((object) => holds(object))) return;
    }
  } finally {
    clearTimeout(timer);
    end.abort();
  }
  throw new Error('unexpected watch event received');
};

export const hasCondition =
  (type: string, status: string) =>
  (object: Mutable): boolean =>
    (object.status?.conditions ?? []).some((condition: { type: string; status: string }) => condition.type === type && condition.status === status);
