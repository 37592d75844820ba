import { CONFIG_MAP, DEPLOYMENT, POD } from '../control/objects.ts';
import { changed, kept, scaled, type Fault, type FaultWorld, type Mend } from './fault.ts';

const COREFILE = { ...CONFIG_MAP, namespace: 'kube-system', name: 'coredns' };
const COREDNS = { ...DEPLOYMENT, namespace: 'kube-system', name: 'coredns' };
const SLICE_DNS = { ...DEPLOYMENT, namespace: 'kubeslice-system', name: 'kubeslice-dns' };

const corefile = async ({ client, spoke }: FaultWorld, edit: (text: string) => string): Promise<Mend> => {
  const map = await client(spoke).get(COREFILE);
  return changed(client(spoke), COREFILE, { data: { Corefile: edit(String(map?.data?.Corefile ?? '')) } });
};

const restarted = async ({ client, spoke }: FaultWorld): Promise<void> => {
  for (const { metadata } of await client(spoke).list({ ...POD, namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' }))
    await client(spoke).delete({ ...POD, namespace: 'kube-system', name: metadata.name });
};

export const DNS: readonly Fault[] = [
  {
    id: 'coredns-scaled-to-0',
    hop: 'DNS',
    plants: 'CoreDNS of a spoke was scaled to 0',
    code: 'PGD-052',
    says: ['scaled to 0', 'kubectl', '--replicas=2'],
    remedy: 'scale it up again',
    plant: ({ client, spoke }) => scaled(client(spoke), COREDNS, 0),
  },
  {
    id: 'slice-block-removed-from-corefile',
    hop: 'DNS',
    plants: 'somebody put the old Corefile back',
    code: 'PGD-052',
    says: ['slice.local'],
    remedy: 'deploy: the block is put in again',
    deploys: true,
    plant: (world) => corefile(world, (text) => text.replace(/slice\.local[^{]*\{[^}]*\}\n?/, '')),
  },
  {
    id: 'slice-block-leads-elsewhere',
    hop: 'DNS',
    plants: "the Corefile forwards slice names to the former address of KubeSlice's DNS",
    code: 'PGD-052',
    says: ['10.96.250.250'],
    remedy: 'deploy: the address is put right',
    deploys: true,
    plant: (world) => corefile(world, (text) => text.replace(/(slice\.local[^{]*\{[^}]*forward \. )\S+/, '$110.96.250.250')),
  },
  {
    id: 'corefile-broken',
    hop: 'DNS',
    plants: 'an edit of the Corefile lost a brace, and CoreDNS was restarted',
    code: 'PGD-051',
    says: ['Corefile'],
    remedy: 'mend the Corefile',
    async plant(world) {
      const mend = await corefile(world, (text) => text.replace('}', ''));
      await restarted(world);
      return mend;
    },
  },
  {
    id: 'coredns-image-gone',
    hop: 'DNS',
    plants: 'CoreDNS of a spoke restarted while its registry cannot be reached',
    code: 'PGD-052',
    says: ['ImagePull', 'registry'],
    remedy: 'let the nodes reach the registry',
    async plant(world) {
      world.pulls(world.spoke, 'coredns', false);
      await restarted(world);
      return async () => world.pulls(world.spoke, 'coredns', true);
    },
  },
  {
    id: 'kubeslice-dns-scaled-to-0',
    hop: 'DNS',
    plants: "a script that saves resources keeps KubeSlice's DNS at 0 on a spoke",
    code: 'PGD-052',
    says: ['kubeslice-dns', 'scaled to 0', 'kubectl'],
    remedy: 'end the script, and scale it up again',
    plant: ({ client, spoke }) => kept(client(spoke), SLICE_DNS, { spec: { replicas: 0 } }),
  },
];
