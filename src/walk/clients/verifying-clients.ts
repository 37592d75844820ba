import type { WalkTools } from '../tools.ts';
import { boundedClient } from './bounded-client.ts';
import { eachCluster, type ClientOf } from './each-cluster.ts';
import { memoisedClient } from './memoised-client.ts';
import { readOnlyClient } from './read-only-client.ts';

/** A call of status or verify, or of a look after a cancel, that takes longer counts as no answer; what can be asked twice at no cost is, within it. */
const CALL_TIMEOUT_MS = 2_600;
/** Of an answer that is due, so much is left to make it of what the last call said. */
const REST_MS = 100;

/**
 * The clients of one look at what is: status and verify, and the look after a cancel with a signal of its own. From the step to the cluster: memory,
 * read only, bounds; the reasons are those of a plan. `withinMs`: when the answer of the whole look is due. Not fenced: a look writes nothing, and may outlive the walk that it tells of.
 */
export const verifyingClients = ({ cluster, clock, signal }: Pick<WalkTools, 'cluster' | 'clock' | 'signal'>, withinMs = Infinity): ClientOf => {
  const timeoutMs = Math.min(CALL_TIMEOUT_MS, withinMs - REST_MS);
  return eachCluster((name) =>
    memoisedClient(readOnlyClient(boundedClient((limits) => cluster(name, limits), { clock, signal, timeoutMs, oneSilenceIsEnough: true }))),
  );
};
