import type { Manifest } from '../../../src/kube-api/objects.ts';
import type { FleetNetwork } from '../../control/network.ts';
import type { Connection, OperatorClient } from '../../control/kit.ts';
import type { SimulatedTime } from '../../control/simulated-time.ts';

export interface KubesliceOptions {
  readonly hub: Connection;
  /** Every cluster that may be served by a worker, the hub too; named as in OCM. */
  readonly spokes: readonly Connection[];
  readonly time: SimulatedTime;
  readonly signal: AbortSignal;
  /** Decides whether a worker reaches the hub at its endpoint; absent: every endpoint but a loopback one is reached. */
  readonly network?: Pick<FleetNetwork, 'reachable' | 'onChange'>;
  /** Told of errors inside the operators, which are tried again. */
  readonly onError?: (error: unknown) => void;
  /** Clusters whose health reports are Warning, because a component is not up yet; Normal comes with the next report after a cluster left the set. */
  readonly healthWarnings?: ReadonlySet<string>;
  /** Address of this machine for the webhooks; default loopback. */
  readonly webhookAddress?: string;
  /** Given where pods cannot play kubeslice-dns: its Service has no selector and leads to this server. */
  readonly dnsServer?: (cluster: string) => { readonly address: string; readonly port: number };
  /** 'pod': there is no second interface, and a pod's address in the slice is its own. Default 'slice'. */
  readonly podAddresses?: 'slice' | 'pod';
  /** Given where packets are real: whether one of a gateway pod crosses to the other cluster; throws when that cannot be told. */
  readonly crosses?: (cluster: string, pod: string, remote: string) => Promise<boolean>;
  /** Address range of the Services of a cluster; default 10.96.0.0/12. */
  readonly serviceSubnet?: (cluster: string) => string;
}

/** What all parts of the stand-in share. */
export interface Surroundings {
  readonly hub: OperatorClient;
  readonly time: SimulatedTime;
  readonly onError: (error: unknown) => void;
  readonly webhookAddress?: string | undefined;
  /** kubeslice-dns is served by no pod. */
  readonly dnsOutside?: boolean;
  /** Webhook configurations of a spoke, as its worker's chart has them. */
  injectorsOf?(cluster: string): Promise<readonly Manifest[]>;
}

/** Ways in which KubeSlice lets its users down. */
export interface KubesliceFaults {
  /** UDP between the gateway nodes of two clusters is blocked. */
  cutTunnel(a: string, b: string): void;
  mendTunnel(a: string, b: string): void;
  /** The certificate Job on the hub cannot run: gateways wait for their Secrets. */
  certificatesFail: boolean;
}
