import { bash, type Bash } from '../../domain/by-hand.ts';
import { healthy, type Verdict } from '../../domain/finding.ts';
import { type Cluster, type Fleet, projectNamespace } from '../../domain/fleet.ts';
import { byTyping, byWords, type Remedy } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import { awaitedStep } from '../awaited-step.ts';
import { kubectl } from '../by-hand/lines.ts';
import { withStandingTrouble } from '../standing-trouble.ts';
import type { Step, StepContext } from '../context.ts';
import { deploymentsIn, rolloutText } from '../kube/deployments.ts';
import { podTroubles } from '../kube/pod-trouble.ts';
import { present, readIfServed } from '../kube/read.ts';
import { certificateTroubles, imageRemedy } from './certificate-jobs.ts';
import { CONTROLLER_NAMESPACE, type GatewayPod, sliceConfigRef, sliceGatewayRef, sliceGatewaySchema, STAGE, WORKER_NAMESPACE } from './objects.ts';
import { rightsTo, watching, anywhere } from '../rights.ts';
import { controllerPods, workerPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** KubeSlice runs two gateways at each end of a pair; one that is connected carries the traffic. */
const GATEWAYS_PER_END = 2;

/** One end, as its cluster tells it. */
const end = (fleet: Fleet, local: string, remote: string): Bash =>
  bash`until_told ${VERIFY_MS / 1000} ${`the tunnel from ${local} to ${remote}`} ${kubectl(fleet, local, WORKER_NAMESPACE)} get slicegateways.networking.kubeslice.io ${sliceGatewayRef(fleet, local, remote).name} --ignore-not-found -o ${'jsonpath={.status.gatewayPodStatus[?(@.tunnelStatus.TunnelState=="UP")].podName}'}`;

/** What one cluster says of its end. */
interface End {
  readonly local: string;
  readonly up: number;
  readonly total: number;
  readonly evidence: readonly string[];
  readonly remoteAddresses: readonly string[];
}

/** Every two clusters of the fleet, in slice order: the first of each pair is the WireGuard server. */
export const pairsOf = (fleet: Fleet): [Cluster, Cluster][] =>
  fleet.clusters.flatMap((server, index) => fleet.clusters.slice(index + 1).map((client): [Cluster, Cluster] => [server, client]));

/** Packets cross between two clusters, as both ends tell. The slice's own health on the hub is Normal without any tunnel, so it is not asked. */
export const tunnelUp = (fleet: Fleet, server: Cluster, client: Cluster): Step =>
  restingOnPods([...workerPods(server.name), ...workerPods(client.name), ...controllerPods(fleet)], bareStep(fleet, server, client));

const VERIFY_MS = 600_000;

const bareStep = (fleet: Fleet, server: Cluster, client: Cluster): Step =>
  awaitedStep({
    id: stepId('kubeslice/tunnel-up', `${server.name}~${client.name}`),
    title: `tunnel between ${server.name} and ${client.name} is up`,
    stage: STAGE,
    cluster: client.name,
    verifyTimeoutMs: VERIFY_MS,
    byHand: async () => ({ does: [], awaits: [end(fleet, server.name, client.name), end(fleet, client.name, server.name)] }),
    rights: [
      ...rightsTo(
        'see whether the tunnel is up',
        fleet.hub,
        watching(anywhere(sliceConfigRef(fleet))),
        watching({ apiVersion: 'batch/v1', kind: 'Job', namespace: CONTROLLER_NAMESPACE }),
      ),
      ...rightsTo('see whether the tunnel is up', server.name, watching(sliceGatewayRef(fleet, server.name, client.name))),
      ...rightsTo('see whether the tunnel is up', client.name, watching(sliceGatewayRef(fleet, client.name, server.name))),
    ],
    missing: async (context) =>
      (await present(context.cluster(fleet.hub), sliceConfigRef(fleet))) === undefined
        ? `SliceConfig ${projectNamespace(fleet)}/${fleet.kubeslice.slice.name} on ${fleet.hub}`
        : undefined,
    async verify(context): Promise<Verdict> {
      const ends = await Promise.all([endOf(context, fleet, server.name, client.name), endOf(context, fleet, client.name, server.name)]);
      const down = ends.find(({ up, total }) => up === 0 || total < GATEWAYS_PER_END);
      const routers = down === undefined ? await Promise.all([server, client].map(({ name }) => withoutRouter(context, fleet, name))) : [];
      const without = routers.find((verdict) => verdict !== undefined);
      if (without !== undefined) return without;
      if (down === undefined) {
        const warnings = ends
          .filter(({ up, total }) => up < total)
          .map(({ local, up, total }) => `${total - up} of ${total} gateways of ${local} are not connected`);
        return healthy(ends.map(({ local, up, total }) => `${local}: ${up} of ${total} gateways UP`).join('; '), warnings);
      }
      const certificates = down.total === 0 ? await certificateTroubles(context, fleet) : [];
      const waitingFor = down.evidence[0] ?? `${down.total} of ${GATEWAYS_PER_END} gateway pods on ${down.local}`;
      return {
        healthy: false,
        waitingFor: withStandingTrouble(waitingFor, certificates),
        problem: {
          code: 'PGD-037',
          what: told`no packets cross between ${server.name} and ${client.name}`,
          evidence: [...certificates, ...ends.flatMap(({ evidence }) => evidence)].slice(0, 8),
          ...(imageRemedy(certificates, fleet.hub) ?? remedyFor(ends, fleet, server.name)),
        },
      };
    },
  });

/** A tunnel ends at the gateways: from there to the pods of the cluster packets go through the slice's router. */
const withoutRouter = async (context: StepContext, fleet: Fleet, name: string): Promise<Verdict | undefined> => {
  const router = `vl3-slice-router-${fleet.kubeslice.slice.name}`;
  const found = (await deploymentsIn(context.cluster(name), WORKER_NAMESPACE)).find(({ metadata }) => metadata.name === router);
  if (found !== undefined && found.status.availableReplicas > 0) return undefined;
  const waitingFor = `Deployment ${WORKER_NAMESPACE}/${router} of ${name} ${found === undefined ? 'does not exist' : `is not available: ${rolloutText(found)}`}`;
  return {
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-038',
      cluster: name,
      what: told`the slice's router does not run on ${name}: its pods reach no other cluster`,
      evidence: [waitingFor, ...(await podTroubles(context.cluster(name), WORKER_NAMESPACE))],
      remedy: told`Look at the pods of ${router} in ${WORKER_NAMESPACE} on ${name}; its worker's operator makes them.`,
    },
  };
};

const endOf = async (context: StepContext, fleet: Fleet, local: string, remote: string): Promise<End> => {
  const ref = sliceGatewayRef(fleet, local, remote);
  const gateway = await readIfServed(context.cluster(local), ref, sliceGatewaySchema);
  if (gateway === undefined)
    return { local, up: 0, total: 0, evidence: [`SliceGateway ${ref.name} does not exist on ${local}`], remoteAddresses: [] };
  const { config, gatewayPodStatus: pods } = gateway.status;
  const faults = pods.map((pod) => ({ pod, fault: faultOf(pod) }));
  return {
    local,
    up: faults.filter(({ fault }) => fault === undefined).length,
    total: pods.length,
    evidence:
      pods.length === 0
        ? [`SliceGateway ${ref.name} on ${local} has no gateway pods yet`]
        : faults.filter(({ fault }) => fault !== undefined).map(({ pod, fault }) => `gateway ${pod.podName} on ${local}: ${fault ?? ''}`),
    remoteAddresses: config.sliceGatewayRemoteNodeIps,
  };
};

/** UP alone is weak: it comes with the interface's address. The peer's name was fetched through the tunnel, so it is the proof. */
const faultOf = ({ peerPodName, tunnelStatus: { TunnelState, PacketLoss, RemoteIP } }: GatewayPod): string | undefined => {
  if (TunnelState !== 'UP') return `TunnelState is ${TunnelState}, PacketLoss ${PacketLoss} %`;
  if (PacketLoss >= 100) return 'PacketLoss is 100 %';
  if (RemoteIP === '') return 'RemoteIP is not set';
  return peerPodName === '' ? 'its peer does not answer (peerPodName is empty)' : undefined;
};

const remedyFor = (ends: readonly End[], fleet: Fleet, server: string): Remedy => {
  if (ends.some(({ total }) => total === 0))
    return byTyping(
      told`Gateways come after their certificates: look at the pods that make those on the hub, then at the gateways' own:`,
      kubectlIn(fleet.hub, CONTROLLER_NAMESPACE, 'get pods -l app=ovpn-cert-generator'),
      ...ends.map(({ local }) => kubectlIn(local, WORKER_NAMESPACE, 'get pods -o wide')),
    );
  const addresses = ends.flatMap(({ remoteAddresses }) => remoteAddresses).join(', ');
  return byWords(
    told`Open UDP 30000-33000 to the gateway node of ${server} and check that ${addresses === '' ? 'its address' : addresses} is reachable from outside; WireGuard needs its kernel module on both gateway nodes.`,
  );
};
