import type { Mutable } from '../../../control/kit.ts';
import { refOf } from '../controller/finalizers.ts';
import { DEPLOYMENT, POD, SECRET, SERVICE, SLICE_GATEWAY, WORKER_NAMESPACE, WORKER_SLICE_GATEWAY } from '../kinds.ts';
import { observer } from '../../../control/observed.ts';
import { oneAtATime } from '../serial.ts';
import type { Worker } from './context.ts';
import { gatewayDeployment, gatewayService, PODS_PER_GATEWAY } from './gateway-manifests.ts';
import type { GatewayPodStatus } from './tunnel-status.ts';

/** The sidecar turns a tunnel DOWN after 20 pings in a row without an answer, one a second. */
const DOWN_MS = 20_000;
const GATEWAY_PODS = 'kubeslice.io/pod-type=slicegateway';
/** What two gateway pods take to see each other. */
const HANDSHAKE_MS = 2000;

/** Runs the local end of each tunnel: SliceGateway and pods once the hub has the end's Secret, then the tunnel's state. */
export const runGateways = async (worker: Worker): Promise<void> => {
  const { hub, spoke, time, cluster, projectNamespace, tunnels, signal, onError } = worker;
  const mine = { ...WORKER_SLICE_GATEWAY, namespace: projectNamespace, labelSelector: `worker-cluster=${cluster}` };

  const mySecrets = { ...SECRET, namespace: projectNamespace, labelSelector: `worker-cluster=${cluster}` };

  const serve = async (gateway: Mutable, there: There): Promise<void> => {
    const { name } = gateway.metadata;
    const { spec } = gateway;
    if (!there.secrets.has(spec.gatewayCredentials?.secretName ?? name)) return;
    const known = there.gateways.get(name);
    if (known === undefined)
      await spoke.create({
        ...SLICE_GATEWAY,
        metadata: { name, namespace: WORKER_NAMESPACE },
        spec: { siteName: cluster, sliceName: spec.sliceName },
      });
    const config = configOf(gateway);
    if (JSON.stringify(known?.status?.config) !== JSON.stringify(config))
      await spoke.setStatus({ ...SLICE_GATEWAY, namespace: WORKER_NAMESPACE, name }, (status) => {
        status.config = config;
      });
    for (let instance = 0; instance < PODS_PER_GATEWAY; instance += 1) {
      const deployment = gatewayDeployment(name, String(spec.sliceName), spec.gatewayHostType === 'Server', instance);
      if (!there.deployments.has(deployment.metadata.name)) await spoke.create(deployment);
      const service = gatewayService(name, instance, spec.localGatewayConfig?.nodePorts?.[instance]);
      // Created twice, it is refused for its own node port, not for its name.
      if (spec.gatewayHostType === 'Server' && !there.services.has(service.metadata.name)) await spoke.create(service);
    }
  };
  const serveAll = oneAtATime(async () => {
    const here = { namespace: WORKER_NAMESPACE };
    const [gateways, secrets, existing, deployments, services] = await Promise.all([
      hub.list(mine),
      hub.list(mySecrets),
      spoke.list({ ...SLICE_GATEWAY, ...here }),
      spoke.list({ ...DEPLOYMENT, ...here, labelSelector: 'kubeslice.io/slice-gw' }),
      spoke.list({ ...SERVICE, ...here, labelSelector: 'kubeslice.io/slice-gw' }),
    ]);
    const there: There = {
      secrets: namesOf(secrets),
      gateways: new Map(existing.map((gateway) => [gateway.metadata.name, gateway])),
      deployments: namesOf(deployments),
      services: namesOf(services),
    };
    for (const gateway of gateways) await serve(gateway, there);
  });

  const observe = observer(spoke, signal);
  const observed = {
    gateways: observe({ ...SLICE_GATEWAY, namespace: WORKER_NAMESPACE }),
    pods: observe({ ...POD, namespace: WORKER_NAMESPACE, labelSelector: GATEWAY_PODS }),
  };
  const watchTunnels = oneAtATime(async (): Promise<void> => {
    const gateways = observed.gateways.all();
    const pods = byGateway(observed.pods.all());
    for (const gateway of gateways) offerEnds(worker, gateway, pods.get(gateway.metadata.name) ?? []);
    await Promise.all(gateways.map((gateway) => writeTunnel(worker, gateway, pods.get(gateway.metadata.name) ?? [])));
  });
  const look = (): void => void watchTunnels().catch(onError);
  observed.gateways.subscribe(look);
  observed.pods.subscribe(look);
  /** Nothing tells of a real packet that is lost. */
  const lookAgain = async (): Promise<void> => {
    while (worker.options.crosses !== undefined && (await time.after(DOWN_MS, signal))) await watchTunnels().catch(onError);
  };
  /** A change of the link shows after the time that the sidecar needs to notice. */
  tunnels.onChange(() => {
    void time.after(HANDSHAKE_MS, signal).then((on) => on && look());
    void time.after(DOWN_MS, signal).then((on) => on && look());
  }, signal);

  await Promise.all([
    hub.control(mine, serveAll, { signal, gone: (gateway) => remove(worker, gateway), onError }),
    hub.control(mySecrets, serveAll, { signal, onError }),
    lookAgain(),
  ]);
};

/** What a pass over the gateways finds. */
interface There {
  readonly secrets: ReadonlySet<string>;
  readonly gateways: ReadonlyMap<string, Mutable>;
  readonly deployments: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
}

const namesOf = (objects: readonly Mutable[]): Set<string> => new Set(objects.map(({ metadata }) => metadata.name));

const configOf = ({ metadata, spec }: Mutable): Record<string, unknown> => ({
  sliceName: spec.sliceName,
  sliceGatewayName: metadata.name,
  sliceGatewayType: spec.gatewayType,
  sliceGatewayHostType: spec.gatewayHostType,
  sliceGatewaySubnet: spec.localGatewayConfig?.gatewaySubnet,
  sliceGatewayRemoteSubnet: spec.remoteGatewayConfig?.gatewaySubnet,
  sliceGatewayRemoteClusterId: spec.remoteGatewayConfig?.clusterName,
  sliceGatewayRemoteGatewayId: spec.remoteGatewayConfig?.gatewayName,
  sliceGatewayRemoteNodeIps: spec.remoteGatewayConfig?.nodeIps ?? [],
  sliceGatewayRemoteNodePorts: spec.remoteGatewayConfig?.nodePorts ?? [],
  sliceGatewayNodePorts: spec.localGatewayConfig?.nodePorts ?? [],
  sliceGatewayLocalVpnIp: spec.localGatewayConfig?.vpnIp,
  sliceGatewayRemoteVpnIp: spec.remoteGatewayConfig?.vpnIp,
});

/** Running gateway pods, by name, of each SliceGateway. */
const byGateway = (pods: readonly Mutable[]): Map<string, Mutable[]> => {
  const running = pods
    .filter(({ metadata, status }) => status?.phase === 'Running' && metadata.deletionTimestamp === undefined)
    // A pod is Running with one of its containers: without that of WireGuard there is no interface.
    .filter(({ status }) =>
      ((status?.containerStatuses ?? []) as { state?: { running?: object } }[]).every(({ state }) => state?.running !== undefined),
    )
    .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  return Map.groupBy(running, ({ metadata }) => metadata.labels?.['kubeslice.io/slice-gw'] ?? '');
};

const offerEnds = (worker: Worker, gateway: Mutable, pods: readonly Mutable[]): void => {
  const config = gateway.status?.config;
  if (config === undefined) return;
  worker.tunnels.offer(
    worker.cluster,
    config.sliceGatewayRemoteClusterId,
    config.sliceName,
    pods.map(({ metadata, status }) => ({
      pod: metadata.name,
      podIp: String(status?.podIP ?? ''),
      vpnIp: String(config.sliceGatewayLocalVpnIp ?? ''),
    })),
  );
};

const writeTunnel = async (worker: Worker, gateway: Mutable, pods: readonly Mutable[]): Promise<void> => {
  const config = gateway.status?.config;
  if (config === undefined) return;
  const remote: string = config.sliceGatewayRemoteClusterId;
  const peers = worker.tunnels.peers(worker.cluster, remote, config.sliceName);
  const { crosses = async () => true } = worker.options;
  const crossed = await Promise.all(
    pods.map(async ({ metadata }, index) => peers[index] !== undefined && (await crosses(worker.cluster, metadata.name, remote))),
  );
  const statuses = pods.map(({ metadata, status }, index): GatewayPodStatus => {
    const peer = crossed[index] === true ? peers[index] : undefined;
    return {
      podName: metadata.name,
      podIP: String(status?.podIP ?? ''),
      localNsmIP: '',
      peerPodName: peer?.pod ?? '',
      tunnelStatus: {
        IntfName: config.sliceGatewayType === 'Wireguard' ? 'wg0' : 'tun0',
        LocalIP: config.sliceGatewayLocalVpnIp ?? '',
        RemoteIP: peer?.vpnIp ?? '',
        Latency: peer === undefined ? 0 : 2,
        PacketLoss: peer === undefined ? 100 : 0,
        Status: peer === undefined ? 1 : 0,
        TunnelState: peer === undefined ? 'DOWN' : 'UP',
      },
    };
  });
  if (JSON.stringify(statuses) === JSON.stringify(gateway.status?.gatewayPodStatus)) return;
  await worker.spoke.setStatus(
    refOf(gateway),
    (status) => {
      status.gatewayPodStatus = statuses;
    },
    gateway,
  );
};

const remove = async ({ spoke }: Worker, gateway: Mutable): Promise<void> => {
  const { name } = gateway.metadata;
  await spoke.delete({ ...SLICE_GATEWAY, namespace: WORKER_NAMESPACE, name });
  for (let instance = 0; instance < PODS_PER_GATEWAY; instance += 1) {
    await spoke.delete({ ...DEPLOYMENT, namespace: WORKER_NAMESPACE, name: `${name}-${instance}-0` });
    await spoke.delete({ ...SERVICE, namespace: WORKER_NAMESPACE, name: `svc-${name}-${instance}-0` });
  }
};
