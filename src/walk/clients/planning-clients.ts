import type { WalkTools } from '../tools.ts';
import { boundedClient } from './bounded-client.ts';
import { eachCluster, type ClientOf } from './each-cluster.ts';
import { memoisedClient } from './memoised-client.ts';
import { readOnlyClient } from './read-only-client.ts';

/** A call of a plan that takes longer counts as no answer. */
const CALL_TIMEOUT_MS = 10_000;

interface PlanningClients {
  /** Asks each question once in this plan. */
  readonly remembering: ClientOf;
  /** Asks again: for what came while the plan was made. */
  readonly afresh: ClientOf;
}

/**
 * The clients of a plan, from the step to the cluster: memory, read only, bounds.
 * Memory is first: what is known takes neither place nor time. Read only stands before the bounds: a write is refused, not queued. Both clients of a
 * cluster share its bounds, so that one that was silent is asked no more.
 */
export const planningClients = ({ cluster, clock, signal }: Pick<WalkTools, 'cluster' | 'clock' | 'signal'>): PlanningClients => {
  const afresh = eachCluster((name) =>
    readOnlyClient(boundedClient((limits) => cluster(name, limits), { clock, signal, timeoutMs: CALL_TIMEOUT_MS, oneSilenceIsEnough: true })),
  );
  return { afresh, remembering: eachCluster((name) => memoisedClient(afresh(name))) };
};
