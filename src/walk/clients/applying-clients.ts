import type { Clusteradm, Helm } from '../../ports/cli.ts';
import type { ClusterClient } from '../../ports/cluster.ts';
import { CancelledError, ShutdownError } from '../aborts.ts';
import { graceAfter } from '../grace.ts';
import type { ApplyTools } from '../tools.ts';
import { boundedClient } from './bounded-client.ts';
import { eachCluster, type ClientOf } from './each-cluster.ts';
import { fencedClient, fencedClusteradm, fencedHelm } from './fenced-clients.ts';
import { readOnlyClient } from './read-only-client.ts';
import { recordingClient, type Dependency } from './recording-client.ts';
import { sharedLists } from './shared-lists.ts';

/** A call that takes longer counts as no answer. */
const CALL_TIMEOUT_MS = 15_000;

/** After a cancel, or when this worker stops, steps have so long to put back what they must not leave behind; a call that is slower counts as no answer. */
const PUT_BACK_MS = 20_000;
const PUT_BACK_CALL_MS = 5_000;

/** After a cancel, or when this worker stops, an installer may go on for so long: half an installation is worse than a late end. */
const INSTALLER_GRACE_MS = 30_000;

/** What the steps of an apply hold. */
export interface ApplyingClients {
  /** For check, and for verify when nothing is waited for. */
  readonly reading: ClientOf;
  /** For apply. */
  readonly writing: ClientOf;
  /** For what apply puts back; see ApplyContext. */
  readonly afterCancel: ClientOf;
  /** For verify while it is waited for: `record` is told what the verdict rests on. */
  readonly recording: (record: (dependency: Dependency) => void) => ClientOf;
  readonly helm: Helm;
  readonly clusteradm: Clusteradm;
}

/**
 * The clients of an apply until `done`, from the step to the cluster: recording, shared lists, read only, bounds, fence.
 * Recording is first, since it turns a read into the list that can be watched; what is remembered would be stale while others work, so nothing is, and
 * only who asks at the same time shares a list.
 * Read only stands before the bounds: a write is refused, not queued. The fence is last, so that the lease is asked for right before a write
 * leaves and not before it waited for a place; the bounds end every call with the lease. A step's clients share the places of a cluster; what
 * is put back has its own, which nothing that hangs can hold.
 */
export const applyingClients = (tools: ApplyTools, done: AbortSignal): ApplyingClients => {
  const { clock, lease, signal } = tools;
  const graceOf = (graceMs: number): AbortSignal => graceAfter(signal, { clock, graceMs, leavesTime, done });
  const writing = eachCluster((name) => fencedWithin(tools, name, signal, CALL_TIMEOUT_MS));
  const reading = eachCluster((name) => readOnlyClient(writing(name)));
  const shared = eachCluster((name) => sharedLists(reading(name)));
  const putBack = graceOf(PUT_BACK_MS);
  const installers = graceOf(INSTALLER_GRACE_MS);
  return {
    writing,
    reading,
    afterCancel: eachCluster((name) => fencedWithin(tools, name, putBack, PUT_BACK_CALL_MS)),
    recording: (record) => eachCluster((name) => recordingClient(shared(name), record)),
    helm: fencedHelm(tools.helm, lease, installers),
    clusteradm: fencedClusteradm(tools.clusteradm, lease, installers),
  };
};

/** The client of what renews the fleet's Lease beside the steps: bounds and fence as theirs, with places of its own, for a Lease that waits is lost. */
export const fleetClaimClient = (tools: ApplyTools, hub: string, done: AbortSignal): ClusterClient =>
  fencedWithin(tools, hub, AbortSignal.any([tools.signal, done]), CALL_TIMEOUT_MS);

const fencedWithin = ({ cluster, clock, lease }: ApplyTools, name: string, signal: AbortSignal, timeoutMs: number): ClusterClient =>
  boundedClient((limits) => fencedClient(cluster(name, limits), lease), { clock, signal: AbortSignal.any([signal, lease.signal]), timeoutMs });

/** Not after the worker's or the fleet's lease was lost: then the clusters are somebody else's. */
const leavesTime = (reason: unknown): boolean => reason instanceof CancelledError || reason instanceof ShutdownError;
