import { bash, type Bash, type ByHand, says } from '../../domain/by-hand.ts';
import { type Cluster, type Fleet, AUTO, projectNamespace } from '../../domain/fleet.ts';
import { applied, appliedFilled, awaited, kubectl } from '../by-hand/lines.ts';
import type { Manifest } from '../../kube-api/objects.ts';
import { PROBE_NAMESPACE, probeManifest, type ProbePod } from '../probe-pod.ts';
import { FALLBACK_INTERFACE, unknownInterface } from './interface-unknown.ts';

const PLACE = '<interface of the default route of the gateway node>';

interface Registering {
  readonly fleet: Fleet;
  readonly cluster: Cluster;
  /** Asks the gateway node for its interface. */
  readonly probe: ProbePod;
  readonly secret: string;
  /** The Cluster with an interface, and with annotations where that only stands in. */
  manifest(networkInterface: string, unknown?: Record<string, string>): Manifest;
  readonly timeoutMs: number;
}

/** With the interface that is configured, or that the Cluster has, or that a pod on the gateway node finds. */
export const registerByHand = ({ fleet, cluster, probe, secret, manifest, timeoutMs }: Registering): ByHand => {
  const { name, gateway } = cluster;
  const { hub } = fleet;
  const namespace = projectNamespace(fleet);
  const awaits = [awaited('create', { fleet, cluster: hub, namespace, object: `secret/${secret}`, timeoutMs })];
  if (gateway.interface !== AUTO) return { does: [applied(fleet, hub, manifest(gateway.interface))], awaits };
  const because = 'the probe pod did not end well when pgdist’s script was run by hand';
  const unknown = manifest(FALLBACK_INTERFACE, unknownInterface(because, fleet.probeImage));
  return {
    does: [
      bash`interface=$(${kubectl(fleet, hub, namespace)} get clusters.controller.kubeslice.io ${name} --ignore-not-found -o jsonpath={.spec.networkInterface})
if [ -n "$interface" ]; then
  say ${`${name} is registered with interface`} "$interface"
else
  interface=$(${probed(fleet, probe)})
  if [ -n "$interface" ]; then
    ${appliedFilled(fleet, hub, manifest(PLACE), bash`${PLACE} "$interface"`)}
  else
    ${says(`the interface could not be found; ${FALLBACK_INTERFACE} stands in, which costs traffic shaping at most`)}
    ${applied(fleet, hub, unknown)}
  fi
fi`,
    ],
    awaits,
  };
};

const probed = (fleet: Fleet, probe: ProbePod): Bash =>
  bash`interface_by ${probe.name} ${Math.ceil(probe.timeoutMs / 1000)} ${{ file: { name: `pod-${probe.name}@${probe.cluster}.yaml`, content: probeManifest(probe) } }} ${kubectl(fleet, probe.cluster, PROBE_NAMESPACE)}`;
