/** A DNS that clusters have, by what it is told, and what pgdist does with it. */
export interface DnsFlavour {
  readonly name: string;
  readonly toldBy: string;
  readonly does: string;
}

export const DNS_FLAVOURS: readonly DnsFlavour[] = [
  {
    name: 'CoreDNS of kubeadm, kind, MicroK8s',
    toldBy: 'pods behind Service `kube-dns` that are told a Corefile',
    does: 'writes a block for `slice.local` into the Corefile and restarts CoreDNS',
  },
  {
    name: 'CoreDNS that takes in files of another ConfigMap (k3s, AKS, Gardener)',
    toldBy: 'an `import` with a wildcard, absolute or relative, whose folder is a ConfigMap',
    does: 'writes a key of that ConfigMap, and leaves the Corefile alone',
  },
  {
    name: 'a controller that rewrites it',
    toldBy: 'marks of an add-on manager, of k3s or of Helm on the ConfigMap',
    does: 'is blocked with the edit that lasts',
  },
  {
    name: 'EKS',
    toldBy: 'field manager `eks` on Deployment or ConfigMap `coredns`; without it the CoreDNS is your own',
    does: 'is blocked with the edit that lasts',
  },
  { name: 'RKE2', toldBy: 'kubelets of RKE2', does: 'is blocked with the edit that lasts' },
  { name: 'OpenShift', toldBy: 'kind DNS of operator.openshift.io', does: 'is blocked with the edit that lasts' },
  { name: 'kube-dns', toldBy: 'a pod that runs kube-dns, as on GKE', does: 'is blocked with the edit that lasts' },
  { name: 'Cloud DNS for GKE', toldBy: 'nodes of gce and no pod that answers DNS', does: 'is blocked: it forwards nothing into a cluster' },
  {
    name: 'NodeLocal DNSCache',
    toldBy: 'a DaemonSet that listens with `-localip`, or of such an image',
    does: 'is no obstacle where it hands names on to CoreDNS or to KubeSlice, else blocked with the edit that lasts',
  },
  { name: 'a node cache of another name and namespace', toldBy: 'the same, whatever it is called', does: 'as NodeLocal DNSCache' },
  {
    name: 'a node cache that still knows the address of before',
    toldBy: 'its own block for `slice.local`',
    does: 'is blocked with the edit that lasts',
  },
];
