import { execIn } from '../../src/kube-api/exec.ts';
import { operatorClient, type Connection, type OperatorClient } from '../control/kit.ts';
import { POD, WORKER_NAMESPACE } from '../operators/kubeslice/kinds.ts';

/** nslookup gives up after 5 s, some builds of it after 10. */
const ASK_MS = 15_000;
const DNS_PODS = { ...POD, namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' };

interface UdpProbe {
  /** Whether a UDP packet of a gateway pod is answered in the other cluster: by CoreDNS, at the addresses of its pods. Throws when it cannot be sent. */
  crosses(cluster: string, pod: string, remote: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Sends DNS questions between clusters whose pod networks reach each other, from gateway pods, which run an image with nslookup. */
export const udpProbe = (connections: readonly Connection[], signal: AbortSignal): UdpProbe => {
  const clients = new Map(connections.map((connection) => [connection.name, operatorClient(connection, 'kubeslice-sidecar')]));
  const addresses = new Map<string, readonly string[]>();
  /** Of the DNS pods; while the cluster's API server is silent, which says nothing about packets, the last ones known. */
  const targetsIn = async (remote: string): Promise<readonly string[]> => {
    try {
      const pods = (await clients.get(remote)?.list(DNS_PODS)) ?? [];
      const ready = pods.filter(({ status }) => status?.phase === 'Running').map(({ status }) => String(status?.podIP));
      addresses.set(remote, ready);
    } catch (error) {
      if (!addresses.has(remote)) throw error;
    }
    return addresses.get(remote) ?? [];
  };
  return {
    async crosses(cluster, pod, remote) {
      const client = clients.get(cluster)!;
      const asked = await Promise.all((await targetsIn(remote)).map((address) => answers(client, pod, address, signal)));
      return asked.includes(true);
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
};

/** The server's name heads every answer, also one that knows no such name. */
const answers = async ({ api, cluster }: OperatorClient, pod: string, address: string, signal: AbortSignal): Promise<boolean> => {
  const { exitCode, stdout } = await execIn(api, {
    target: { namespace: WORKER_NAMESPACE, pod, container: 'kubeslice-sidecar' },
    command: ['nslookup', '-type=a', 'kubernetes.default.svc.cluster.local', address],
    signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]),
    timeoutMs: ASK_MS,
  });
  if (exitCode === undefined) throw new Error(`${cluster}: the connection to ${pod} ended while it asked ${address}`);
  return stdout.includes('Server:');
};
