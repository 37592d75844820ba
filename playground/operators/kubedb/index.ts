import { operatorClient, type Connection } from '../../control/kit.ts';
import { type SimulatedTime } from '../../control/simulated-time.ts';
import { PETSET_OPERATOR, PROVISIONER } from './kinds.ts';
import { startPetSets } from './pet-sets.ts';
import { startProvisioner } from './provisioner.ts';
import { whileReady } from './session.ts';
import { startWebhooks } from './webhooks.ts';

export { kubedbPrograms } from './programs.ts';

interface KubedbOptions {
  readonly hub: Connection;
  readonly time: SimulatedTime;
  readonly signal: AbortSignal;
  readonly now?: () => Date;
  /** Address of this machine for the webhooks; default loopback. */
  readonly webhookAddress?: string;
  /** Told of errors inside the operators, which are tried again. */
  readonly onError?: (error: unknown) => void;
}

interface Kubedb {
  /** Resolves when every connection is closed; ended by the signal. */
  readonly stopped: Promise<void>;
}

/**
 * KubeDB's provisioner, webhooks and petset operator on the hub, each while its own workload there is ready. They reach spokes through
 * ManifestWorks alone; what runs in the pods is postgresPrograms of the spokes' nodes.
 */
export const startKubedb = ({
  hub: connection,
  signal,
  now = () => new Date(),
  webhookAddress,
  onError = () => undefined,
}: KubedbOptions): Kubedb => {
  const hub = operatorClient(connection, 'kubedb-operator');
  const told = (error: unknown): void => {
    if (!signal.aborted) onError(error);
  };
  const running = [
    startWebhooks(hub, signal, told, webhookAddress),
    whileReady(hub, PROVISIONER, { signal, onError: told, run: (active) => startProvisioner({ hub, signal: active, now, onError: told }) }),
    whileReady(hub, PETSET_OPERATOR, { signal, onError: told, run: (active) => startPetSets({ hub, signal: active, now, onError: told }) }),
  ].map((part) => part.catch(told));
  return { stopped: Promise.all(running).then(() => hub.close()) };
};
