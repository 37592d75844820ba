import type { Fleet } from '../../src/domain/fleet.ts';
import type { Step, StepContext } from '../../src/steps/context.ts';
import type { RecordedChange } from '../recorder.ts';
import { collectionKey, historyOf } from './history.ts';
import { replayedCluster, type Asked } from './replayed-cluster.ts';

/**
 * The first moment from `fromMs` to `untilMs` at which the step's own verify finds the recorded clusters healthy: the step is asked again after
 * each change of what it read. Undefined when it never does. What a program in a pod would have said counts as said once all pods that were
 * asked are ready, which is never later than in truth.
 */
export const healthyAt = async (
  step: Step,
  {
    fleet,
    changes,
    fromMs,
    untilMs,
  }: { readonly fleet: Fleet; readonly changes: readonly RecordedChange[]; readonly fromMs: number; readonly untilMs: number },
): Promise<number | undefined> => {
  const history = historyOf(changes);
  history.advanceTo(fromMs);
  let atMs = fromMs;
  for (;;) {
    const asked: Asked = { collections: new Set(), pods: [] };
    const context = contextAt(fleet, atMs, (name) => replayedCluster(name, history, asked));
    const healthy = await step.verify(context).then(
      (verdict) => verdict.healthy,
      () => asked.pods.length > 0 && asked.pods.every((ready) => ready),
    );
    if (healthy) return atMs;
    let change: RecordedChange | undefined;
    do {
      change = history.next();
      if (change === undefined || change.atMs > untilMs) return undefined;
    } while (!asked.collections.has(collectionKey(change.cluster, change.object)));
    atMs = Math.max(change.atMs, fromMs);
  }
};

const contextAt = (fleet: Fleet, atMs: number, cluster: StepContext['cluster']): StepContext => ({
  fleet,
  installation: 'replay',
  clock: {
    now: () => new Date(atMs),
    monotonicMs: () => atMs,
    sleep: () => Promise.reject(new Error('a replay does not wait')),
  },
  signal: new AbortController().signal,
  cluster,
  licence: () => Promise.reject(new Error('a replay has no licence')),
  toolVersion: async () => undefined,
});
