/** Status of one gateway pod in SliceGateway.status.gatewayPodStatus. */
export interface GatewayPodStatus {
  readonly podName: string;
  readonly podIP: string;
  readonly localNsmIP: string;
  readonly peerPodName: string;
  readonly tunnelStatus: {
    readonly IntfName: string;
    readonly LocalIP: string;
    readonly RemoteIP: string;
    readonly Latency: number;
    readonly PacketLoss: number;
    /** The sidecar writes 0 for UP, 1 for DOWN; the CRD's text says the reverse. */
    readonly Status: number;
    readonly TunnelState: 'UP' | 'DOWN' | 'UNKNOWN';
  };
}

export const isUp = (status: unknown): boolean => (status as GatewayPodStatus).tunnelStatus?.TunnelState === 'UP';
