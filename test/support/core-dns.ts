import type { KubeObject } from '../../src/kube-api/objects.ts';

const namespace = 'kube-system';
const meta = (name: string, owner?: readonly [kind: string, name: string]) => ({
  name,
  namespace,
  ...(owner === undefined ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind: owner[0], name: owner[1], uid: owner[1], controller: true }] }),
});

/** CoreDNS as kubeadm sets it up, with that Corefile. */
export const coreDnsObjects = (corefile: string): KubeObject[] => {
  const labels = { 'k8s-app': 'kube-dns' };
  const pod = {
    containers: [
      {
        name: 'coredns',
        image: 'registry.k8s.io/coredns/coredns:v1.12.1',
        args: ['-conf', '/etc/coredns/Corefile'],
        volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns' }],
      },
    ],
    volumes: [{ name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } }],
  };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: meta('kube-dns'), spec: { clusterIP: '10.96.0.10', selector: labels } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('coredns'), data: { Corefile: corefile } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('coredns'), spec: { selector: { matchLabels: labels }, template: { spec: pod } } },
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: meta('coredns-1', ['Deployment', 'coredns']), spec: {} },
    { apiVersion: 'v1', kind: 'Pod', metadata: { ...meta('coredns-1-a', ['ReplicaSet', 'coredns-1']), labels }, spec: pod, status: {} },
  ];
};
