import { operatorClient, type OperatorClient } from '../../playground/control/kit.ts';
import { simulatedTime } from '../../playground/control/simulated-time.ts';
import { startClusterBasics } from '../../playground/node/basics.ts';
import { startKubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { connectCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import type { ClusterClient } from '../../src/ports/cluster.ts';
import type { ApplyContext } from '../../src/steps/context.ts';
import { testFleet } from './fleet.ts';
import { systemClock } from './system-clock.ts';

/** One cluster with CoreDNS as kubeadm sets it up and the Service of KubeSlice's DNS. */
export interface DnsWorld {
  readonly cluster: ClusterClient;
  readonly operator: OperatorClient;
  readonly kubeconfig: string;
  readonly context: ApplyContext;
  /** Of KubeSlice's DNS. */
  address: string;
  dnsRuns: boolean;
  /** Makes KubeSlice's DNS Service anew; its address is another one each time. */
  renewService(): Promise<string>;
  close(): Promise<void>;
}

export const dnsWorld = async (): Promise<DnsWorld> => {
  const ending = new AbortController();
  const { signal } = ending;
  const api = await startKubernetesApi({ name: 'tokyo' });
  const connection = { name: 'tokyo', server: api.url, ca: api.caPem, token: api.adminToken };
  const operator = operatorClient(connection, 'test');
  const cluster = connectCluster({ name: 'tokyo', kubeConfig: loadKubeConfig({ text: api.kubeconfig }) });
  const basics = await startClusterBasics({
    connection,
    api,
    signal,
    time: simulatedTime(40),
    nodes: [{ name: 'tokyo-1', address: '10.250.0.10' }],
    forwardTargets: async (address) => (address === world.address && world.dnsRuns ? async () => ({ rcode: 'NOERROR', addresses: [] }) : undefined),
  });
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  const context = {
    fleet: testFleet,
    installation: 'test',
    runId: 'r1',
    clock: systemClock,
    signal,
    licence: unused,
    toolVersion: unused,
    helm: { upgrade: unused, rollback: unused, uninstall: unused, version: unused },
    clusteradm: { init: unused, join: unused, version: unused },
    cluster: () => cluster,
    afterCancel: () => cluster,
    progress: () => undefined,
  } as ApplyContext;
  const world: DnsWorld = {
    cluster,
    operator,
    kubeconfig: api.kubeconfig,
    context,
    address: '',
    dnsRuns: true,
    async renewService() {
      const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'kubeslice-system', name: 'kubeslice-dns' };
      await operator.delete(ref);
      const made = await operator.create({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: ref.name, namespace: ref.namespace },
        spec: { ports: [{ port: 53, protocol: 'TCP' }] },
      });
      return String(made?.spec.clusterIP);
    },
    async close() {
      ending.abort();
      await Promise.all([basics.close(), cluster.close(), operator.close()]);
      await api.close();
    },
  };
  await operator.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kubeslice-system' } });
  world.address = await world.renewService();
  return world;
};

/** A DNS cache on each node, as NodeLocal DNSCache's manifest has it. */
export const plantNodeCache = async (
  operator: OperatorClient,
  { name, namespace, corefile }: { readonly name: string; readonly namespace: string; readonly corefile: string },
): Promise<void> => {
  if (namespace !== 'kube-system') await operator.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await operator.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { Corefile: corefile } });
  await operator.create({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { 'k8s-app': name } },
      template: {
        metadata: { labels: { 'k8s-app': name } },
        spec: {
          hostNetwork: true,
          dnsPolicy: 'Default',
          tolerations: [{ operator: 'Exists' }],
          containers: [
            {
              name: 'node-cache',
              image: 'registry.k8s.io/dns/k8s-dns-node-cache:1.25.0',
              args: ['-localip', '169.254.20.10,10.96.0.10', '-conf', '/etc/Corefile', '-upstreamsvc', 'kube-dns-upstream'],
              volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
            },
          ],
          volumes: [{ name: 'config', configMap: { name, items: [{ key: 'Corefile', path: 'Corefile.base' }] } }],
        },
      },
    },
  });
};
/** What the manifest's Corefile has for each zone. */
export const cacheBlock = (zone: string, target: string): string =>
  `${zone}:53 {\n    errors\n    cache 30\n    bind 169.254.20.10 10.96.0.10\n    forward . ${target} {\n        force_tcp\n    }\n}\n`;
