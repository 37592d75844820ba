import type { FleetNetwork } from '../control/network.ts';
import type { Connection } from '../control/kit.ts';
import type { SimulatedTime } from '../control/simulated-time.ts';
import { startKubedb } from './kubedb/index.ts';
import { startKubeslice, type Kubeslice, type KubesliceOptions } from './kubeslice/index.ts';
import { startOcmHub, startOcmSpoke } from './ocm/index.ts';

export type OperatorName = 'ocm' | 'kubeslice' | 'kubedb';

interface OperatorsOptions {
  readonly hub: Connection;
  /** All clusters, the hub too. */
  readonly spokes: readonly Connection[];
  readonly network: FleetNetwork;
  readonly time: SimulatedTime;
  readonly signal: AbortSignal;
  readonly onError?: (error: unknown) => void;
  /** Operators that the clusters bring themselves. */
  readonly without?: ReadonlySet<OperatorName>;
  /** Address of this machine for webhooks; default loopback. */
  readonly webhookAddress?: string;
  readonly kubeslice?: Pick<KubesliceOptions, 'dnsServer' | 'podAddresses' | 'crosses'>;
}

interface Operators {
  /** Undefined: the clusters bring it. */
  readonly kubeslice: Kubeslice | undefined;
  /** Resolves when every connection is closed; after the signal ended. */
  stopped(): Promise<void>;
}

/** The stand-ins of OCM, KubeSlice and KubeDB as clients of the clusters' APIs, simulated or real, until the signal ends. */
export const startOperators = ({ without = new Set(), webhookAddress, kubeslice: more, ...shared }: OperatorsOptions): Operators => {
  const at = webhookAddress === undefined ? {} : { webhookAddress };
  const kubeslice = without.has('kubeslice') ? undefined : startKubeslice({ ...shared, ...at, ...more });
  const ocm = without.has('ocm')
    ? []
    : [startOcmHub({ ...shared, connection: shared.hub }), ...shared.spokes.map((connection) => startOcmSpoke({ ...shared, connection }))];
  const kubedb = without.has('kubedb') ? undefined : startKubedb({ ...shared, ...at });
  return {
    kubeslice,
    async stopped() {
      await Promise.all([kubeslice?.stopped, kubedb?.stopped, ...ocm.map((part) => part.close())]);
    },
  };
};
