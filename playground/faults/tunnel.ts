import { DEPLOYMENT, POD } from '../control/objects.ts';
import { scaled, together, type Fault } from './fault.ts';

const NAMESPACE = 'kubeslice-system';

export const TUNNEL: readonly Fault[] = [
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
