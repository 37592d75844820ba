import type { Mutable, OperatorClient } from '../../../control/kit.ts';
import { NAMESPACE, OPERATOR_DEPLOYMENT, WORKER_NAMESPACE } from '../kinds.ts';
import type { KubesliceOptions, Surroundings } from '../options.ts';
import { runsIn } from '../session.ts';
import { reportCluster } from './cluster-status.ts';
import type { Worker } from './context.ts';
import { installCrds } from './crds.ts';
import { runGateways } from './gateways.ts';
import { exchangeServices } from './services.ts';
import { keepPrefixes } from './prefixes.ts';
import { runSlices } from './slices.ts';

/**
 * The worker-operator of one cluster: acts while its Deployment is available, knows its own name and reaches the hub. Rendered without a name it
 * runs and does nothing for ever, as the real one.
 */
export const startWorker = async (
  around: Surroundings,
  { spoke, tunnels, dns, options }: Pick<Worker, 'spoke' | 'tunnels' | 'dns' | 'options'>,
): Promise<void> => {
  const { signal } = options;
  const { onError } = around;
  await Promise.all([
    installCrds(spoke, signal, onError),
    dns.follow(signal),
    keepPrefixes(spoke, options.serviceSubnet?.(spoke.cluster) ?? '10.96.0.0/12', { signal, time: around.time, onError }),
    runsIn(spoke, OPERATOR_DEPLOYMENT, {
      signal,
      onError,
      claims: (deployment) => environmentOf(deployment, 'CLUSTER_NAME') === spoke.cluster,
      async run(deployment, active) {
        if (!(await reaches(spoke.cluster, environmentOf(deployment, 'HUB_HOST_ENDPOINT'), options, active))) return;
        const projectNamespace = environmentOf(deployment, 'HUB_PROJECT_NAMESPACE');
        await labelOwnNamespace(spoke);
        const worker: Worker = { ...around, cluster: spoke.cluster, spoke, projectNamespace, tunnels, dns, options, signal: active };
        await Promise.all([reportCluster(worker), runSlices(worker), runGateways(worker), exchangeServices(worker)]);
      },
    }),
  ]);
};

/** So that NSM injects its sidecars into routers and gateways, too; from then on its webhook guards every pod of the worker, the operator's own as well. */
const labelOwnNamespace = async (spoke: OperatorClient): Promise<void> => {
  await spoke.merge({ ...NAMESPACE, name: WORKER_NAMESPACE }, { metadata: { labels: { 'kubeslice.io/inject': 'true' } } });
};

/** Value of a variable of the manager's container; empty when it is not set. */
const environmentOf = (deployment: Mutable, name: string): string => {
  const containers: { name: string; env?: { name: string; value?: string }[] }[] = deployment.spec?.template?.spec?.containers ?? [];
  return containers.find((container) => container.name === 'manager')?.env?.find((variable) => variable.name === name)?.value ?? '';
};

/** Resolves true once the hub answers at the endpoint, false when the signal ended the wait. */
const reaches = (cluster: string, endpoint: string, { network }: KubesliceOptions, signal: AbortSignal): Promise<boolean> => {
  const canReach = (): boolean => {
    if (!URL.canParse(endpoint) || /^(127\.|localhost$)/.test(new URL(endpoint).hostname)) return false;
    return network?.reachable(cluster, endpoint) ?? true;
  };
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const look = (): void => {
    if (signal.aborted) resolve(false);
    else if (canReach()) resolve(true);
  };
  const forget = network?.onChange(look);
  signal.addEventListener('abort', look, { once: true });
  look();
  return promise.finally(() => forget?.());
};
