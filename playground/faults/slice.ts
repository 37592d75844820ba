import { DEPLOYMENT } from '../control/objects.ts';
import { changed, deleted, scaled, type Fault } from './fault.ts';

export const KUBESLICE: readonly Fault[] = [
  {
    id: 'udp-between-gateways-blocked',
    hop: 'KubeSlice',
    plants: 'a firewall drops UDP between the gateway nodes',
    code: 'PGD-037',
    says: ['UDP'],
    async plant({ passes, hub, spoke }) {
      passes(hub, spoke, false);
      return async () => passes(hub, spoke, true);
    },
  },
  {
    id: 'kubeslice-controller-scaled-to-0',
    hop: 'KubeSlice',
    plants: "KubeSlice's controller was scaled to 0",
    code: 'PGD-030',
    says: ['scaled to 0'],
    plant: ({ client, hub }) => scaled(client(hub), { ...DEPLOYMENT, namespace: 'kubeslice-controller', name: 'kubeslice-controller-manager' }, 0),
  },
  {
    id: 'kubeslice-operator-scaled-to-0',
    hop: 'KubeSlice',
    plants: "KubeSlice's worker operator was scaled to 0 on a spoke",
    code: 'PGD-035',
    says: ['kubeslice-operator'],
    plant: ({ client, spoke }) => scaled(client(spoke), { ...DEPLOYMENT, namespace: 'kubeslice-system', name: 'kubeslice-operator' }, 0),
  },
  {
    id: 'gateway-label-removed',
    hop: 'KubeSlice',
    plants: 'the gateway label was taken off the node of a spoke',
    code: 'PGD-032',
    says: ['kubeslice.io/node-type'],
    async plant({ client, spoke }) {
      const nodes = await client(spoke).list({ apiVersion: 'v1', kind: 'Node', labelSelector: 'kubeslice.io/node-type=gateway' });
      const mends = await Promise.all(
        nodes.map(({ metadata }) =>
          changed(
            client(spoke),
            { apiVersion: 'v1', kind: 'Node', name: metadata.name },
            { metadata: { labels: { 'kubeslice.io/node-type': null } } },
          ),
        ),
      );
      return async () => void (await Promise.all(mends.map((mend) => mend())));
    },
  },
];

export const DNS: readonly Fault[] = [
  {
    id: 'coredns-scaled-to-0',
    hop: 'DNS',
    plants: 'CoreDNS of a spoke was scaled to 0',
    code: 'PGD-052',
    says: ['scaled to 0'],
    plant: ({ client, spoke }) => scaled(client(spoke), { ...DEPLOYMENT, namespace: 'kube-system', name: 'coredns' }, 0),
  },
  {
    id: 'slice-block-removed-from-corefile',
    hop: 'DNS',
    plants: 'somebody put the old Corefile back',
    code: 'PGD-052',
    says: ['slice.local'],
    async plant({ client, spoke }) {
      const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' };
      const map = await client(spoke).get(ref);
      const corefile = String(map?.data?.Corefile ?? '');
      return changed(client(spoke), ref, { data: { Corefile: corefile.replace(/slice\.local[^{]*\{[^}]*\}\n?/, '') } });
    },
  },
];

export const KUBEDB: readonly Fault[] = [
  {
    id: 'kubedb-provisioner-scaled-to-0',
    hop: 'KubeDB',
    plants: "KubeDB's provisioner was scaled to 0",
    code: 'PGD-043',
    says: ['scaled to 0', 'provisioner'],
    async plant({ client, hub }) {
      const [found] = (await client(hub).list({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'kubedb' }))
        .concat(await client(hub).list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kubedb' }))
        .filter(({ metadata }) => metadata.name.includes('provisioner'));
      if (found === undefined) throw new Error('no provisioner');
      return scaled(client(hub), { apiVersion: 'apps/v1', kind: found.kind, namespace: 'kubedb', name: found.metadata.name }, 0);
    },
  },
  {
    id: 'placement-policy-deleted',
    hop: 'KubeDB',
    plants: 'the PlacementPolicy was deleted',
    code: 'PGD-045',
    says: ['PlacementPolicy'],
    async plant({ client, hub }) {
      const [policy] = await client(hub).list({ apiVersion: 'apps.k8s.appscode.com/v1', kind: 'PlacementPolicy' });
      return deleted(client(hub), { apiVersion: 'apps.k8s.appscode.com/v1', kind: 'PlacementPolicy', name: policy?.metadata.name ?? '' });
    },
  },
];
