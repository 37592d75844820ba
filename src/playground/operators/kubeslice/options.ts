import type { FleetNetwork } from '../../network.ts';
import type { Connection, OperatorClient, SimulatedTime } from '../kit.ts';

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
  /** Clusters whose first health report is Warning, because a component was not up yet; Normal comes with the next one. */
  readonly firstHealthWarning?: readonly string[];
  /** Address range of the Services of a cluster; default 10.96.0.0/12. */
  readonly serviceSubnet?: (cluster: string) => string;
}

/** What all parts of the stand-in share. */
export interface Surroundings {
  readonly hub: OperatorClient;
  readonly time: SimulatedTime;
  readonly onError: (error: unknown) => void;
}

/** Ways in which KubeSlice lets its users down. */
export interface KubesliceFaults {
  /** UDP between the gateway nodes of two clusters is blocked. */
  cutTunnel(a: string, b: string): void;
  mendTunnel(a: string, b: string): void;
  /** The certificate Job on the hub cannot run: gateways wait for their Secrets. */
  certificatesFail: boolean;
}
