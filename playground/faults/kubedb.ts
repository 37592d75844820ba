import { gunzipSync, gzipSync } from 'node:zlib';
import type { OperatorClient } from '../control/kit.ts';
import { DEPLOYMENT, POD, SECRET, STATEFUL_SET } from '../control/objects.ts';
import { changed, deleted, scaled, type Fault, type Mend } from './fault.ts';

const NAMESPACE = 'kubedb';
const workload = (kind: typeof DEPLOYMENT, name: string) => ({ ...kind, namespace: NAMESPACE, name: `kubedb-${name}` });

/** What a killed helm leaves: a newer revision that is on its way for ever. */
const interrupted = async (client: OperatorClient): Promise<Mend> => {
  const releases = await client.list({ ...SECRET, namespace: NAMESPACE, labelSelector: 'owner=helm,name=kubedb' });
  const newest = releases.toSorted((a, b) => Number(b.metadata.labels?.['version']) - Number(a.metadata.labels?.['version']))[0];
  if (newest === undefined) throw new Error('there is no release');
  const revision = Number(newest.metadata.labels?.['version']) + 1;
  const record = JSON.parse(gunzipSync(Buffer.from(Buffer.from(String(newest.data?.release), 'base64').toString(), 'base64')).toString()) as {
    info: object;
  };
  const status = 'pending-upgrade';
  const release = gzipSync(JSON.stringify({ ...record, version: revision, info: { ...record.info, status } })).toString('base64');
  const ref = { ...SECRET, namespace: NAMESPACE, name: `sh.helm.release.v1.kubedb.v${revision}` };
  await client.create({
    ...SECRET,
    metadata: { namespace: NAMESPACE, name: ref.name, labels: { ...newest.metadata.labels, status, version: String(revision) } },
    type: 'helm.sh/release.v1',
    data: { release: Buffer.from(release).toString('base64') },
  });
  return () => client.delete(ref);
};

const operators = (
  [
    ['provisioner', workload(STATEFUL_SET, 'kubedb-provisioner')],
    ['petset', workload(DEPLOYMENT, 'petset')],
    ['webhook-server', workload(DEPLOYMENT, 'kubedb-webhook-server')],
  ] as const
).map(([name, ref]): Fault => ({
  id: `kubedb-${name}-scaled-to-0`,
  hop: 'KubeDB',
  plants: `KubeDB's ${name} was scaled to 0`,
  code: 'PGD-043',
  says: ['scaled to 0', ref.name, 'kubectl', '--replicas=1'],
  remedy: 'scale it up again',
  plant: ({ client, hub }) => scaled(client(hub), ref, 0),
}));

export const KUBEDB: readonly Fault[] = [
  ...operators,
  {
    id: 'kubedb-image-gone',
    hop: 'KubeDB',
    plants: "KubeDB's provisioner restarted while its registry cannot be reached",
    code: 'PGD-043',
    says: ['ImagePull', 'registry'],
    remedy: 'let the nodes reach the registry',
    async plant({ client, hub, pulls }) {
      pulls(hub, 'kubedb-provisioner', false);
      await client(hub).delete({ ...POD, namespace: NAMESPACE, name: 'kubedb-kubedb-provisioner-0' });
      return async () => pulls(hub, 'kubedb-provisioner', true);
    },
  },
  {
    id: 'kubedb-release-pending',
    hop: 'KubeDB',
    plants: 'a helm upgrade of KubeDB was killed half way',
    code: 'PGD-048',
    says: ['pending-upgrade'],
    remedy: 'deploy: the release is rolled back and installed again',
    deploys: true,
    plant: ({ client, hub }) => interrupted(client(hub)),
  },
  {
    id: 'postgres-version-deleted',
    hop: 'KubeDB',
    plants: 'the entry of the Postgres version was deleted from the catalogue',
    code: 'PGD-047',
    says: ['17.2'],
    remedy: 'install the catalogue again',
    plant: ({ client, hub }) => deleted(client(hub), { apiVersion: 'catalog.kubedb.com/v1alpha1', kind: 'PostgresVersion', name: '17.2' }),
  },
  {
    id: 'petset-agent-deleted',
    hop: 'KubeDB',
    plants: 'the ManifestWorkReplicaSet that gives work agents their rights on exported names was deleted',
    code: 'PGD-044',
    says: ['petset'],
    remedy: 'install the release again',
    plant: ({ client, hub }) =>
      deleted(client(hub), {
        apiVersion: 'work.open-cluster-management.io/v1alpha1',
        kind: 'ManifestWorkReplicaSet',
        namespace: NAMESPACE,
        name: 'petset-agent',
      }),
  },
  {
    id: 'placement-policy-deleted',
    hop: 'Placement',
    plants: 'the PlacementPolicy was deleted',
    code: 'PGD-045',
    says: ['PlacementPolicy'],
    remedy: 'deploy: the policy is made again',
    deploys: true,
    async plant({ client, hub }) {
      const [policy] = await client(hub).list({ apiVersion: 'apps.k8s.appscode.com/v1', kind: 'PlacementPolicy' });
      return deleted(client(hub), { apiVersion: 'apps.k8s.appscode.com/v1', kind: 'PlacementPolicy', name: policy?.metadata.name ?? '' });
    },
  },
  {
    id: 'replicas-edited',
    hop: 'Placement',
    plants: 'somebody scaled the database by hand on the hub',
    code: 'PGD-047',
    says: ['replicas'],
    remedy: 'an operation of KubeDB, or the configuration',
    plant: ({ client, hub, database }) =>
      changed(
        client(hub),
        { apiVersion: 'kubedb.com/v1', kind: 'Postgres', namespace: database.namespace, name: database.name },
        { spec: { replicas: 2 } },
      ),
  },
];
