import { paragraph, type ProblemPage } from './page.ts';

/** DNS of the clusters. */
export const DNS = {
  'PGD-050': {
    title: 'DNS of the cluster is managed by others',
    meaning: paragraph`OpenShift, RKE2, EKS, GKE, NodeLocal DNSCache, or a controller that writes the Corefile back: an edit would not last, or not be asked.`,
    looksAt: paragraph`signs of these products, and at labels and annotations of the ConfigMap.`,
    remedy: paragraph`put the block that the message names where that owner takes its Corefile from, then plan again.`,
  },
  'PGD-051': {
    title: 'Corefile of the cluster cannot be read or edited',
    meaning: paragraph`CoreDNS would not start with what its ConfigMap holds, or slice.local is forwarded by lines that serve other zones too, or
      the ConfigMap has no room for the block. The pods that
      run still have what was there before: the next one that starts ends at once.`,
    looksAt: paragraph`the Corefile and all that it imports, word by word as CoreDNS reads them.`,
    remedy: paragraph`correct the line that the message names, see that a new pod of CoreDNS starts, then plan again.`,
  },
  'PGD-052': {
    title: 'slice names do not resolve',
    meaning: paragraph`Replicas find each other by names under \`slice.local\`; where these do not resolve no standby ever joins.`,
    looksAt: paragraph`the block in the Corefile, its address, and answers: it asks CoreDNS itself, through the API server, and as soon as pods of the
      database run it asks from them, by the resolver that their resolv.conf names.`,
    remedy: paragraph`as the answer says. SERVFAIL: CoreDNS does not forward, or cannot reach kubeslice-dns. NXDOMAIN: kubeslice-dns does not know the name,
      so look at the slice. A block that vanished was written back by its owner (PGD-050).`,
  },
  'PGD-053': {
    title: 'whether slice names resolve is not known',
    meaning: paragraph`No DNS pod could be asked in time. That says nothing of the names: an API server or a kubelet was slow.`,
    looksAt: paragraph`each ready CoreDNS pod, through a port-forward, and at what stood in the way.`,
    remedy: paragraph`ask again. If it stays so, look at the load of the cluster's nodes and at the way from the worker to its API server.`,
  },
  'PGD-054': {
    title: 'names of database pods have no address on another cluster',
    meaning: paragraph`The pods run, and the slice does not tell another cluster of them: KubeSlice's DNS answers there from its ServiceImports alone. Streams that
      are open stay; one that ends does not come back, and a failover finds nobody.`,
    looksAt: paragraph`the ServiceExports where the pods run, the ServiceExportConfigs on the hub and the ServiceImports on every cluster that asks, once all pods
      of the cluster are ready. A cluster that does not answer is left out.`,
    remedy: paragraph`as the first link says that is missing. KubeDB sends the ServiceExports by a ManifestWork; a ServiceExport without an endpoint has a selector that
      fits no pod on the slice.`,
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
