import { DEPLOYMENT, POD } from '../control/objects.ts';
import { changed, deleted, evicted, kept, nudged, scaled, type Fault } from './fault.ts';

const MANAGER = { ...DEPLOYMENT, namespace: 'kubeslice-controller', name: 'kubeslice-controller-manager' };
const OPERATOR = { ...DEPLOYMENT, namespace: 'kubeslice-system', name: 'kubeslice-operator' };
const INJECTOR_NAMESPACE = 'kubeslice-nsm-webhook-system';
const INJECTOR_IMAGE = 'admission-webhook';

export const CONTROLLER: readonly Fault[] = [
  {
    id: 'kubeslice-controller-scaled-to-0',
    hop: 'KubeSlice controller',
    plants: "KubeSlice's controller was scaled to 0",
    code: 'PGD-030',
    says: ['scaled to 0', 'kubectl', '--replicas=1'],
    remedy: 'scale it up again',
    plant: ({ client, hub }) => scaled(client(hub), MANAGER, 0),
  },
  {
    id: 'kubeslice-controller-image-gone',
    hop: 'KubeSlice controller',
    plants: "KubeSlice's controller restarted while its registry cannot be reached",
    code: 'PGD-030',
    says: ['ImagePull', 'registry'],
    remedy: 'let the nodes reach the registry',
    async plant({ client, hub, pulls }) {
      pulls(hub, 'kubeslice-controller', false);
      const pods = await client(hub).list({ apiVersion: 'v1', kind: 'Pod', namespace: MANAGER.namespace });
      for (const { metadata } of pods.filter((pod) => pod.metadata.name.startsWith(MANAGER.name)))
        await client(hub).delete({ apiVersion: 'v1', kind: 'Pod', namespace: MANAGER.namespace, name: metadata.name });
      return async () => pulls(hub, 'kubeslice-controller', true);
    },
  },
  {
    id: 'agent-rights-deleted',
    hop: 'KubeSlice controller',
    plants: 'the ManifestWorkReplicaSet that gives work agents their rights on the slice was deleted',
    code: 'PGD-039',
    says: ['kubeslice-agent', 'ManifestWorkReplicaSet', 'helm rollback'],
    remedy: 'install the release again',
    plant: ({ client, hub }) =>
      deleted(client(hub), {
        apiVersion: 'work.open-cluster-management.io/v1alpha1',
        kind: 'ManifestWorkReplicaSet',
        namespace: 'kubeslice-controller',
        name: 'kubeslice-agent',
      }),
  },
  {
    id: 'namespace-off-the-slice',
    hop: 'KubeSlice controller',
    plants: "the database's namespace was taken off the slice",
    code: 'PGD-036',
    says: ['demo'],
    remedy: 'deploy: the namespace is put on the slice again',
    deploys: true,
    async plant({ client, hub, database }) {
      const [slice] = await client(hub).list({ apiVersion: 'controller.kubeslice.io/v1alpha1', kind: 'SliceConfig' });
      const { namespace = '', name = '' } = slice?.metadata ?? {};
      const boarded = (slice?.spec?.namespaceIsolationProfile?.applicationNamespaces ?? []) as { namespace: string }[];
      return changed(
        client(hub),
        { apiVersion: 'controller.kubeslice.io/v1alpha1', kind: 'SliceConfig', namespace, name },
        {
          spec: {
            namespaceIsolationProfile: { applicationNamespaces: boarded.filter((one) => one.namespace !== database.namespace) },
          },
        },
      );
    },
  },
];

export const WORKER: readonly Fault[] = [
  {
    id: 'kubeslice-operator-scaled-to-0',
    hop: 'KubeSlice worker',
    plants: "a script that saves resources keeps KubeSlice's worker operator at 0 on a spoke",
    code: 'PGD-035',
    says: ['kubeslice-operator', 'scaled to 0', 'kubectl'],
    remedy: 'end the script, and scale it up again',
    plant: ({ client, spoke }) => kept(client(spoke), OPERATOR, { spec: { replicas: 0 } }),
  },
  {
    id: 'worker-rendered-without-name',
    hop: 'KubeSlice worker',
    plants: "a spoke's worker was rendered without the name of its cluster",
    code: 'PGD-034',
    says: ['CLUSTER_NAME'],
    remedy: 'deploy: the worker is removed and rendered anew',
    deploys: true,
    async plant({ client, spoke }) {
      const operator = await client(spoke).get(OPERATOR);
      const containers = structuredClone(operator?.spec?.template?.spec?.containers ?? []) as { env?: { name: string; value?: string }[] }[];
      for (const { env = [] } of containers) for (const one of env) if (one.name === 'CLUSTER_NAME') one.value = '';
      return changed(client(spoke), OPERATOR, { spec: { template: { spec: { containers } } } });
    },
  },
  {
    id: 'gateway-label-removed',
    hop: 'KubeSlice worker',
    plants: 'the gateway label was taken off the node of a spoke',
    code: 'PGD-032',
    says: ['kubeslice.io/node-type'],
    remedy: 'deploy: the node is labelled again',
    deploys: true,
    async plant({ client, spoke }) {
      const [node] = await client(spoke).list({ apiVersion: 'v1', kind: 'Node', labelSelector: 'kubeslice.io/node-type=gateway' });
      return changed(
        client(spoke),
        { apiVersion: 'v1', kind: 'Node', name: node?.metadata.name ?? '' },
        { metadata: { labels: { 'kubeslice.io/node-type': null } } },
      );
    },
  },
  {
    id: 'injector-image-gone',
    hop: 'KubeSlice worker',
    plants: 'the webhook that puts the sidecars of the slice into pods, and then the database pod, restarted while the registry cannot be reached',
    code: 'PGD-035',
    says: ['webhook.networkservicemesh.io', 'ImagePull', 'registry'],
    remedy: 'let the nodes reach the registry',
    async plant(world) {
      const { client, hub, spoke, pulls, database } = world;
      pulls(spoke, INJECTOR_IMAGE, false);
      for (const { metadata } of await client(spoke).list({ ...POD, namespace: INJECTOR_NAMESPACE }))
        await client(spoke).delete({ ...POD, namespace: INJECTOR_NAMESPACE, name: metadata.name });
      await evicted(world, spoke, { namespace: database.namespace, name: database.remote });
      return async () => {
        pulls(spoke, INJECTOR_IMAGE, true);
        await nudged(client(hub), { namespace: spoke, name: database.remote });
      };
    },
  },
];
