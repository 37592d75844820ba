import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadKubeConfig } from '../../kube-api/kube-config.ts';
import type { Clock } from '../../ports/clock.ts';
import { connectCluster } from './connect-cluster.ts';

/** A person waits for it, perhaps at the window of a credential plugin. */
const TIMEOUT_MS = 60_000;

/**
 * Name under which a cluster's API server knows whoever holds this kubeconfig (`paths` as in KUBECONFIG; absent: kubectl's own file). Throws
 * KubeConfigError when it does not lead there, and the errors of the port.
 */
export const whoAmI = async ({
  name,
  context,
  paths = join(homedir(), '.kube/config'),
  plugins,
  clock,
  signal,
}: {
  readonly name: string;
  readonly context: string;
  readonly paths?: string | undefined;
  readonly plugins: readonly string[];
  readonly clock: Clock;
  /** Ends the question. */
  readonly signal: AbortSignal;
}): Promise<string> => {
  const cluster = connectCluster({ name, kubeConfig: loadKubeConfig({ paths }, context), plugins, clock });
  try {
    return await cluster.withLimits({ timeoutMs: TIMEOUT_MS, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) }).whoAmI();
  } finally {
    await cluster.close();
  }
};
