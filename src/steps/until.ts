import type { KubeObject, Query } from '../kube-api/objects.ts';
import type { ClusterReader } from '../ports/cluster.ts';
import type { StepContext } from './context.ts';

/**
 * Watches a collection inside apply until `holds`; false when `timeoutMs` ran out first. Rejects with the signal's reason.
 * What a step waits for in the end belongs in its verify: this is for waits between two writes.
 */
export const until = async (
  context: Pick<StepContext, 'clock' | 'signal'>,
  cluster: ClusterReader,
  query: Query,
  holds: (items: readonly KubeObject[]) => boolean,
  timeoutMs: number,
): Promise<boolean> => {
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const tooLate = context.clock.sleep(timeoutMs, signal).then(
    () => ended.abort(new Error('too late')),
    () => undefined,
  );
  try {
    for (;;) {
      const { items, resourceVersion } = await cluster.list(query);
      if (holds(items)) return true;
      if (ended.signal.aborted) return false;
      await firstEvent(cluster, query, resourceVersion, signal);
      context.signal.throwIfAborted();
    }
  } finally {
    ended.abort(new Error('done'));
    await tooLate;
  }
};

const firstEvent = async (cluster: ClusterReader, query: Query, resourceVersion: string, signal: AbortSignal): Promise<void> => {
  try {
    for await (const _ of cluster.watch(query, { resourceVersion, signal })) return;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};
