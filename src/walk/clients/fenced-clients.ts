import type { ClusterClient } from '../../ports/cluster.ts';
import type { Clusteradm, CliOptions, Helm } from '../../ports/cli.ts';
import type { WorkerLease } from '../../ports/lease.ts';
import { aroundClient } from './around-client.ts';

/** A client that writes only while the lease is held; a write without it rejects with LeaseLostError. */
export const fencedClient = (client: ClusterClient, lease: Pick<WorkerLease, 'assertHeld'>): ClusterClient =>
  aroundClient(client, async (call, { write }) => {
    if (write) lease.assertHeld();
    return call(client);
  });

/** `ends` bounds each command: it aborts some time after a cancel or the end of this worker. The lease's end ends them at once, also when this worker is frozen. */
export const fencedHelm = (helm: Helm, lease: WorkerLease, ends: AbortSignal): Helm => ({
  upgrade: (upgrade, options) => fenced(lease, ends, options, (bounded) => helm.upgrade(upgrade, bounded)),
  rollback: (target, options) => fenced(lease, ends, options, (bounded) => helm.rollback(target, bounded)),
  uninstall: (target, options) => fenced(lease, ends, options, (bounded) => helm.uninstall(target, bounded)),
  version: (signal) => helm.version(signal),
});

export const fencedClusteradm = (clusteradm: Clusteradm, lease: WorkerLease, ends: AbortSignal): Clusteradm => ({
  init: (init, options) => fenced(lease, ends, options, (bounded) => clusteradm.init(init, bounded)),
  join: (join, options) => fenced(lease, ends, options, (bounded) => clusteradm.join(join, bounded)),
  version: (signal) => clusteradm.version(signal),
});

/** The step's own signal is replaced: it aborts at once on a cancel and when this worker stops; an installer gets time to end by itself. */
const fenced = async <T>(lease: WorkerLease, ends: AbortSignal, options: CliOptions, call: (options: CliOptions) => Promise<T>): Promise<T> => {
  lease.assertHeld();
  const result = await call({ ...options, signal: AbortSignal.any([lease.signal, ends]), leftMs: () => lease.leftMs() });
  lease.signal.throwIfAborted();
  return result;
};
