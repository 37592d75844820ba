import { misfits } from '../domain/kubeslice-names.ts';
import { overlap, rangeOf } from '../domain/networks.ts';
import { plainText } from '../domain/text.ts';
import type { Fault } from './faults.ts';
import type { PgdistFile } from './schema.ts';

/** Something that the products would refuse, or make of it what does not work, after half of a deploy. Exported for tests. */
export interface FleetRule {
  /** Whose rule it is, for who reads the table. */
  readonly of: 'KubeSlice' | 'KubeDB' | 'Open Cluster Management' | 'Kubernetes';
  /** What the file must not have. */
  readonly forbids: string;
  faults(file: PgdistFile): Fault[];
}

/** Namespaces in which somebody else's pods live: on a slice these would need KubeSlice to start. */
const TAKEN = ['kube-system', 'kube-public', 'kube-node-lease', 'pgdist', 'kubeslice-controller', 'kubeslice-system', 'kubeslice-nsm-webhook-system'];
const isTaken = (namespace: string, { kubeslice }: PgdistFile): boolean =>
  TAKEN.includes(namespace) || namespace === `kubeslice-${kubeslice.project}` || namespace.startsWith('open-cluster-management');

/** All that the file alone forbids, beyond single values: told at start, not in the middle of a deploy. */
export const FLEET_RULES: readonly FleetRule[] = [
  {
    of: 'KubeSlice',
    forbids: 'more clusters than the slice has room for',
    faults: ({ clusters, kubeslice: { slice } }) =>
      clusters.length > slice.maxClusters
        ? [{ path: 'kubeslice.slice.maxClusters', message: `is less than the ${clusters.length} clusters of the file` }]
        : [],
  },
  {
    of: 'KubeSlice',
    forbids: 'a guaranteed bandwidth above the ceiling',
    faults: ({ kubeslice: { slice } }) =>
      slice.bandwidthGuaranteedKbps > slice.bandwidthCeilingKbps
        ? [{ path: 'kubeslice.slice.bandwidthGuaranteedKbps', message: `is above the ceiling of ${slice.bandwidthCeilingKbps}` }]
        : [],
  },
  {
    of: 'KubeSlice',
    forbids: 'names of slice and clusters that are too long together',
    faults: ({ clusters, kubeslice: { slice, project } }) =>
      misfits({ slice: slice.name, project, clusters: clusters.map(({ name }) => name) }).map(({ what, evidence }) => ({
        path: 'kubeslice.slice.name',
        message: `${plainText(what)}: ${evidence}`,
      })),
  },
  {
    of: 'KubeSlice',
    forbids: "a slice subnet in which the hub's own address lies",
    faults({ hub, kubeslice: { slice } }) {
      const [address, subnet] = [rangeOf(new URL(hub.apiServer).hostname), rangeOf(slice.subnet)];
      return address !== undefined && subnet !== undefined && overlap(address, subnet)
        ? [
            {
              path: 'kubeslice.slice.subnet',
              message: `holds the address of the hub (${hub.apiServer}), which nobody on the slice would reach any more`,
            },
          ]
        : [];
    },
  },
  {
    of: 'KubeSlice',
    forbids: 'a namespace on the slice in which others run',
    faults: (file) => [
      ...file.databases.flatMap(({ namespace }, index) => (isTaken(namespace, file) ? [takenAt(`databases[${index}].namespace`, namespace)] : [])),
      ...(isTaken(file.kubedb.namespace, file) ? [takenAt('kubedb.namespace', file.kubedb.namespace)] : []),
    ],
  },
  {
    of: 'Open Cluster Management',
    forbids: 'a cluster whose namespace on the hub somebody else uses',
    faults: (file) =>
      file.clusters.flatMap(({ name }, index) =>
        name === 'default' || name === file.kubedb.namespace || isTaken(name, file)
          ? [
              {
                path: `clusters[${index}].name`,
                message: `${name} is a namespace on the hub already, and OCM keeps there what is meant for the cluster`,
              },
            ]
          : [],
      ),
  },
  {
    of: 'Open Cluster Management',
    forbids: "a database in a cluster's namespace on the hub",
    faults: ({ clusters, databases }) =>
      databases.flatMap(({ namespace }, index) =>
        clusters.some(({ name }) => name === namespace)
          ? [
              {
                path: `databases[${index}].namespace`,
                message: `${namespace} is a cluster: OCM keeps there what is meant for it, and deletes it all when the cluster leaves`,
              },
            ]
          : [],
      ),
  },
  {
    of: 'Kubernetes',
    forbids: 'a database after which no Service can be named',
    faults: ({ databases }) =>
      databases.flatMap(({ name }, index) =>
        /^[a-z]/.test(name)
          ? []
          : [{ path: `databases[${index}].name`, message: `${name} does not begin with a letter, and its Services are named after it` }],
      ),
  },
  {
    of: 'KubeDB',
    forbids: 'databases of which one takes names that KubeDB makes of another',
    faults: ({ databases }) =>
      databases.flatMap((one, index) =>
        databases.slice(0, index).flatMap((other) => {
          const shared = namesOf(one).find((name) => namesOf(other).includes(name));
          return shared === undefined || one.name === other.name
            ? []
            : [
                {
                  path: `databases[${index}].name`,
                  message: `${one.name} and ${other.name} cannot stand side by side: KubeDB would call something ${shared} for both`,
                },
              ];
        }),
      ),
  },
];

const takenAt = (path: string, namespace: string): Fault => ({
  path,
  message: `${namespace} has pods of others, none of which could start any more without KubeSlice once the namespace is on the slice`,
});

/** Of the ManifestWorks of a database, which carry no namespace, and of its Services, where two have one namespace. */
const namesOf = ({ name, namespace, replicas, placement }: PgdistFile['databases'][number]): string[] => {
  const pods = Math.max(replicas, ...Object.values(placement).flatMap((indices) => indices.map((index) => index + 1)));
  const perPod = Array.from({ length: pods }, (_, index) => [`${name}-${index}`, `data-${name}-${index}`]).flat();
  const perDatabase = ['rbac', 'serviceexports', 'auth', 'tls-secrets', 'grpc-secrets', 'custom-config'].map((suffix) => `${name}-${suffix}`);
  const services = ['', '-standby', '-pods'].map((suffix) => `Service ${namespace}/${name}${suffix}`);
  return [...perPod, ...perDatabase, ...services];
};
