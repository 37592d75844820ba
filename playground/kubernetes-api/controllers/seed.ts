import { randomUUID } from 'node:crypto';
import { timestamp, type ApiObject } from '../object.ts';
import type { Store } from '../store/store.ts';
import { seedRoles } from './seed-roles.ts';

const PRIORITY_CLASSES = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 };
const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** What an API server makes for itself: four namespaces, the Service by which pods reach it, roles and priority classes. */
export const seed = (store: Store, { port }: { readonly port: number }): void => {
  for (const name of NAMESPACES)
    store.put(
      { group: '', plural: 'namespaces' },
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { ...metadata(name), labels: { 'kubernetes.io/metadata.name': name } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    );
  const service: ApiObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata('kubernetes'), namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: '10.96.0.1',
      clusterIPs: ['10.96.0.1'],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
    status: { loadBalancer: {} },
  };
  store.put({ group: '', plural: 'services' }, service);
  seedRoles(store);
  for (const [name, value] of Object.entries(PRIORITY_CLASSES))
    store.put(
      { group: 'scheduling.k8s.io', plural: 'priorityclasses' },
      {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { ...metadata(name), generation: 1 },
        value,
        preemptionPolicy: 'PreemptLowerPriority',
      },
    );
};

const metadata = (name: string) => ({ name, uid: randomUUID(), creationTimestamp: timestamp() });
