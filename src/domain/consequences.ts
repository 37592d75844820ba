import type { Change } from './finding.ts';
import { told, type Text } from './text.ts';

/** What an approver must not overlook in a change. */
export const MARKS = ['cluster-dns', 'restarts-pods', 'node-label', 'other-tenants', 'one-way'] as const;
export type Mark = (typeof MARKS)[number];

interface Consequence {
  readonly marks: readonly Mark[];
  /** What of it never comes back, whatever is done. */
  readonly oneWay?: Text;
  /** By what it is taken back; absent where nothing takes it back. */
  readonly undo?: Text;
}

interface Row extends Consequence {
  /** Kind and, where it matters, name of the object. */
  readonly object: RegExp;
  /** Absent: whatever is done to it. */
  readonly actions?: readonly Change['action'][];
}

const row = (object: RegExp, actions: readonly Change['action'][] | undefined, undo: Text, marks: readonly Mark[] = [], oneWay?: Text): Row => ({
  object,
  marks: oneWay === undefined ? marks : [...marks, 'one-way'],
  undo,
  ...(actions === undefined ? {} : { actions }),
  ...(oneWay === undefined ? {} : { oneWay }),
});

/** What follows from each kind of change that a plan can hold; the first row that fits. */
const ROWS: readonly Row[] = [
  row(/^Lease pgdist\//, undefined, told`delete the Lease: another pgdist may then claim the fleet`),
  row(/^Namespace /, ['create'], told`delete the Namespace, and with it all that is in it by then`),
  row(/^Open Cluster Management hub$/, undefined, told`\`clusteradm clean\`, after every cluster has left the hub`),
  row(/^ClusterManager /, undefined, told`set the former feature gates`, ['restarts-pods']),
  row(/^Klusterlet /, ['install'], told`\`clusteradm unjoin\` on the cluster`),
  row(/^Klusterlet /, undefined, told`set the former values`, ['restarts-pods']),
  {
    object: /^CertificateSigningRequest /,
    marks: ['one-way'],
    oneWay: told`a certificate that was signed counts until it ends`,
  },
  row(/^ManagedCluster /, undefined, told`set spec.hubAcceptsClient to false`),
  row(/^Helm release /, ['install'], told`\`helm uninstall\`, after what was made through it is gone`),
  row(/^Helm release /, ['delete'], told`pgdist installs it again in the same step`, ['restarts-pods']),
  row(/^Helm release /, undefined, told`\`helm rollback\``, ['restarts-pods']),
  row(/^Project /, undefined, told`delete it, after its slices`),
  row(/^(a )?Node\b/, undefined, told`take the label off the node`, ['node-label']),
  row(/^(a probe )?Pod\b/, ['run'], told`nothing is left of it`),
  row(/^Cluster /, ['create'], told`delete it, after it has left the slice`),
  row(/^Cluster /, undefined, told`set the former values`),
  row(/^Deployment kubeslice-controller\//, undefined, told`pgdist gives it its replicas back in the same step`, ['restarts-pods']),
  row(/^ManagedClusterAddOn /, undefined, told`delete it: OCM then removes KubeSlice's worker`),
  row(
    /^SliceConfig /,
    ['create'],
    told`take its namespaces off it, then delete it`,
    [],
    told`sliceSubnet, maxClusters and the kind of gateway never change once the slice exists`,
  ),
  row(/^SliceConfig /, undefined, told`set the former values; a cluster that was added may be dropped`, ['other-tenants']),
  row(/^ConfigMap kube-system\//, ['create'], told`delete it, then restart CoreDNS`, ['cluster-dns']),
  row(
    /^ConfigMap kube-system\//,
    undefined,
    told`annotation pgdist/corefile-before has the former text, or says that it had no room for it: then take the block of slice.local out`,
    ['cluster-dns'],
  ),
  row(/^Deployment kube-system\//, undefined, told`nothing is left of it but an annotation`, ['cluster-dns', 'restarts-pods']),
  row(/^PlacementPolicy /, undefined, told`delete it, after the database`, [], told`an index that is placed never moves to another cluster`),
  row(/^Postgres /, ['create'], told`delete it: its deletionPolicy says what becomes of the data`),
  row(/^Postgres /, undefined, told`set the former values`, ['restarts-pods']),
  row(/^(Job|Deployment) kubeslice-system\//, undefined, told`OCM makes it again from the hub's rendering`, ['restarts-pods']),
  row(/^ManifestWork /, undefined, told`nothing is left of it but a label`),
];

/** Undefined for a change that the table does not know: then nothing is claimed of it. */
export const consequenceOf = ({ object, action }: Pick<Change, 'object' | 'action'>): Consequence | undefined =>
  ROWS.find((one) => one.object.test(object) && (one.actions === undefined || one.actions.includes(action)));
