import { changed, deleted, evicted, type Fault, type FaultWorld, type Mend } from './fault.ts';

const answering = async ({ answers }: FaultWorld, cluster: string, how: 'refuses' | 'hangs'): Promise<Mend> => {
  answers(cluster, how);
  return async () => answers(cluster, 'answers');
};

const ROLES = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', name: 'pgdist' };

export const CLUSTERS: readonly Fault[] = [
  {
    id: 'spoke-api-down',
    hop: 'Clusters',
    plants: 'the API server of a spoke refuses connections',
    code: 'PGD-001',
    says: ['connection refused'],
    remedy: 'start the API server',
    plant: (world) => answering(world, world.spoke, 'refuses'),
  },
  {
    id: 'spoke-api-hangs',
    hop: 'Clusters',
    plants: 'the API server of a spoke takes connections and answers nothing',
    code: 'PGD-001',
    says: ['no answer'],
    remedy: 'end what keeps the API server from answering',
    plant: (world) => answering(world, world.spoke, 'hangs'),
  },
  {
    id: 'hub-api-down',
    hop: 'Clusters',
    plants: 'the API server of the hub refuses connections',
    code: 'PGD-001',
    says: ['connection refused'],
    remedy: 'start the API server',
    plant: (world) => answering(world, world.hub, 'refuses'),
  },
  {
    id: 'hub-api-hangs',
    hop: 'Clusters',
    plants: 'the API server of the hub takes connections and answers nothing',
    code: 'PGD-001',
    says: ['no answer'],
    remedy: 'end what keeps the API server from answering',
    plant: (world) => answering(world, world.hub, 'hangs'),
  },
  {
    id: 'rights-taken-away',
    hop: 'Clusters',
    plants: "somebody tidied up and deleted the binding of the worker's roles on a spoke",
    code: 'PGD-002',
    says: ['npm run rbac'],
    remedy: 'apply the roles again',
    plant: ({ client, spoke }) => deleted(client(spoke), ROLES),
  },
  {
    id: 'storage-class-deleted',
    hop: 'Clusters',
    plants: 'the storage class of the database was deleted on a spoke',
    code: 'PGD-012',
    says: ['local-path'],
    remedy: 'make the storage class again',
    plant: ({ client, spoke }) => deleted(client(spoke), { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name: 'local-path' }),
  },
  {
    id: 'node-cordoned',
    hop: 'Clusters',
    plants: 'the node of a spoke was cordoned for maintenance, the database pod was evicted, and nobody uncordoned it',
    code: 'PGD-011',
    says: ['cordoned', 'kubectl uncordon'],
    remedy: 'uncordon the node',
    async plant(world) {
      const { client, spoke, database } = world;
      const [node] = await client(spoke).list({ apiVersion: 'v1', kind: 'Node' });
      const mend = await changed(
        client(spoke),
        { apiVersion: 'v1', kind: 'Node', name: node?.metadata.name ?? '' },
        { spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] } },
      );
      await evicted(world, spoke, { namespace: database.namespace, name: database.remote });
      return mend;
    },
  },
];
