import { DEPLOYMENT, POD } from '../control/objects.ts';
import { changed, scaled, together, type Fault, type FaultWorld, type Mend } from './fault.ts';

const NAMESPACE = 'kubeslice-system';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Keys of a slice that were made 30 days before they are to be renewed, which is so long from now. */
const keysDue = async ({ client, hub }: FaultWorld, inMs: number): Promise<Mend> => {
  const [rotation] = await client(hub).list(KEY_ROTATION);
  const due = Date.now() + inMs;
  return changed(
    client(hub),
    { ...KEY_ROTATION, namespace: rotation?.metadata.namespace ?? '', name: rotation?.metadata.name ?? '' },
    { spec: { certificateCreationTime: instant(due - 30 * DAY_MS), certificateExpiryTime: instant(due) } },
  );
};

const KEY_ROTATION = { apiVersion: 'controller.kubeslice.io/v1alpha1', kind: 'VpnKeyRotation' } as const;
/** Kubernetes' times have no fraction of a second. */
const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const TUNNEL: readonly Fault[] = [
  {
    id: 'slice-keys-about-to-end',
    hop: 'Tunnel',
    plants: "the keys of the slice's gateways are to be renewed within the day",
    code: 'PGD-093',
    says: ['keys of the gateways', 'ends in less than a day', 'by itself'],
    remedy: 'none: KubeSlice makes new ones by itself',
    told: 'a word',
    plant: (world) => keysDue(world, 12 * HOUR_MS),
  },
  {
    id: 'slice-keys-ended',
    hop: 'Tunnel',
    plants: "the keys of the slice's gateways ended, as the hub cannot pull the image of what makes them",
    code: 'PGD-027',
    says: ['have ended', 'open-cert-', 'ImagePull', 'pull the image'],
    remedy: 'let the nodes of the hub pull the image: KubeSlice goes on by itself',
    async plant(world) {
      world.pulls(world.hub, 'gateway-certs-generator', false);
      await keysDue(world, -2 * DAY_MS);
      return async () => world.pulls(world.hub, 'gateway-certs-generator', true);
    },
  },
  {
    id: 'udp-between-gateways-blocked',
    hop: 'Tunnel',
    plants: 'a firewall drops UDP between the gateway nodes',
    code: 'PGD-037',
    says: ['UDP', 'PacketLoss 100'],
    remedy: 'open UDP 30000-33000 at the gateway nodes',
    async plant({ passes, hub, spoke }) {
      passes(hub, spoke, false);
      return async () => passes(hub, spoke, true);
    },
  },
  {
    id: 'gateways-scaled-to-0',
    hop: 'Tunnel',
    plants: 'the gateways of a spoke were scaled to 0',
    code: 'PGD-037',
    says: ['scaled to 0', 'kubectl'],
    remedy: 'scale them up again',
    async plant({ client, spoke }) {
      const gateways = await client(spoke).list({ ...DEPLOYMENT, namespace: NAMESPACE, labelSelector: 'kubeslice.io/pod-type=slicegateway' });
      return together(
        ...gateways.map(
          ({ metadata: { name } }) =>
            () =>
              scaled(client(spoke), { ...DEPLOYMENT, namespace: NAMESPACE, name }, 0),
        ),
      );
    },
  },
  {
    id: 'gateway-image-gone',
    hop: 'Tunnel',
    plants: 'the gateways of a spoke restarted while their registry cannot be reached',
    code: 'PGD-037',
    says: ['ImagePull', 'registry'],
    remedy: 'let the nodes reach the registry',
    async plant({ client, spoke, pulls }) {
      pulls(spoke, 'wireguard', false);
      const pods = await client(spoke).list({ ...POD, namespace: NAMESPACE, labelSelector: 'kubeslice.io/pod-type=slicegateway' });
      for (const { metadata } of pods) await client(spoke).delete({ ...POD, namespace: NAMESPACE, name: metadata.name });
      return async () => pulls(spoke, 'wireguard', true);
    },
  },
  {
    id: 'slice-router-scaled-to-0',
    hop: 'Tunnel',
    plants: "the slice's router of a spoke was scaled to 0",
    code: 'PGD-038',
    says: ['vl3-slice-router', 'scaled to 0', 'kubectl'],
    remedy: 'scale it up again',
    async plant({ client, spoke }) {
      const [router] = await client(spoke).list({ ...DEPLOYMENT, namespace: NAMESPACE, labelSelector: 'kubeslice.io/pod-type=router' });
      return scaled(client(spoke), { ...DEPLOYMENT, namespace: NAMESPACE, name: router?.metadata.name ?? '' }, 0);
    },
  },
];
