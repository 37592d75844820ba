import type { Mutable } from '../../../control/kit.ts';
import { CLUSTER, SECRET, SERVICE_ACCOUNT } from '../kinds.ts';
import type { Surroundings } from '../options.ts';
import { addFinalizer, refOf, removeFinalizer } from './finalizers.ts';
import type { ControllerSettings } from './settings.ts';
import { encoded, serviceAccountWithToken } from './secrets.ts';

const FINALIZER = 'controller.kubeslice.io/cluster-finalizer';
/** Put there by a worker; in OCM mode nobody takes it off before the controller loses patience. */
const DEREGISTER_FINALIZER = 'worker.kubeslice.io/cluster-deregister-finalizer';
const DEREGISTER_PATIENCE_MS = 600_000;
/** Seen with the real controller: endpoint and name come at most 1 s after the token. */
const ENDPOINT_MS = 700;

/** Gives each Cluster its first status and the Secret with which its worker reaches the hub. */
export const controlClusters = (around: Surroundings, settings: ControllerSettings, signal: AbortSignal): Promise<void> => {
  const { hub, time, onError } = around;
  const reconcile = async (cluster: Mutable): Promise<void> => {
    const { name, namespace = '' } = cluster.metadata;
    const account = { namespace, name: `${settings.rbacPrefix}-worker-${name}`.toLowerCase() };
    if (cluster.metadata.deletionTimestamp !== undefined) {
      const waitsForWorker = cluster.metadata.finalizers?.includes(DEREGISTER_FINALIZER) === true;
      if (waitsForWorker && !(await time.after(DEREGISTER_PATIENCE_MS, signal))) return;
      await hub.delete({ ...SECRET, ...account });
      await hub.delete({ ...SERVICE_ACCOUNT, ...account });
      await removeFinalizer(hub, cluster, DEREGISTER_FINALIZER);
      await removeFinalizer(hub, cluster, FINALIZER);
      return;
    }
    await addFinalizer(hub, cluster, FINALIZER);
    await hub.setStatus(refOf(cluster), (status) => {
      status.networkPresent ??= false;
      status.secretName = account.name;
    });
    await serviceAccountWithToken(
      around,
      { ...account, labels: { 'kubeslice-controller-resource-name': `Cluster-${name}` } },
      settings.hubCa,
      signal,
    );
    const secret = await hub.get({ ...SECRET, ...account });
    if (secret === undefined || secret.data?.clusterName !== undefined) return;
    if (!(await time.after(ENDPOINT_MS, signal))) return;
    await hub.merge({ ...SECRET, ...account }, { data: encoded({ controllerEndpoint: settings.endpoint, clusterName: name }) });
  };
  return hub.control(CLUSTER, reconcile, { signal, onError });
};
