/** Clusters of one hub with their roles, as `pgdist.yaml` describes them. Words are OCM's: the hub holds the control planes, every cluster (the hub too) is a spoke. */

export interface Cluster {
  /** OCM ManagedCluster name, also the KubeSlice Cluster name and the namespace on the hub. */
  readonly name: string;
  /** Context in the kubeconfig that reaches this cluster. */
  readonly context: string;
  readonly gateway: { readonly node: string; readonly interface: string };
  /** StorageClass for database volumes; absent: the cluster's default class. */
  readonly storageClass?: string;
}

/** Written instead of a node or interface name when pgdist is to find it. */
export const AUTO = 'auto';

interface Chart {
  /** OCI reference or path of a chart, as `helm upgrade` takes it. */
  readonly chart: string;
  readonly version: string;
}

interface Slice {
  readonly name: string;
  /** Private /16, for example 10.1.0.0/16. Immutable once applied. */
  readonly subnet: string;
  /** 2 to 32, immutable: the slice's subnet is cut by it. */
  readonly maxClusters: number;
  readonly bandwidthCeilingKbps: number;
  readonly bandwidthGuaranteedKbps: number;
}

export interface Fleet {
  readonly name: string;
  /** Name of the cluster that is the hub. */
  readonly hub: string;
  /** Every cluster of the fleet in slice order: the first acts as WireGuard server and needs inbound UDP. */
  readonly clusters: readonly Cluster[];
  /** https URL of the hub's API server as pods of the spokes reach it. */
  readonly hubApiServer: string;
  readonly ocm: { readonly bundleVersion: string };
  readonly kubeslice: Chart & { readonly project: string; readonly slice: Slice };
  readonly kubedb: Chart & { readonly namespace: string };
  /** Image of the short pods that look at a node or try an address; needs `ip` and `nc`. */
  readonly probeImage: string;
}

export const clusterNamed = (fleet: Fleet, name: string): Cluster => {
  const cluster = fleet.clusters.find((candidate) => candidate.name === name);
  if (cluster === undefined) throw new Error(`no cluster ${name} in fleet ${fleet.name}`);
  return cluster;
};

/** Namespace that KubeSlice makes for a project (chart value projectnsPrefix, which must keep its default). */
export const projectNamespace = (fleet: Fleet): string => `kubeslice-${fleet.kubeslice.project}`;
