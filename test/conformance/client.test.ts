import { afterAll, beforeAll, describe } from 'vitest';
import { stringify } from 'yaml';
import { connectCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { startClusterBasics } from '../../playground/node/basics.ts';
import { simulatedTime } from '../../playground/control/simulated-time.ts';
import { startDouble, type Target } from '../playground/kubernetes-api/target.ts';
import { clientCases, type Served } from './client-cases.ts';
import { clustersUnderTest } from './clusters.ts';
import { helmCases } from './helm-cases.ts';

/** The double alone runs no pods: its nodes and controllers are those of the playground. */
const startWithNodes = async (): Promise<Target> => {
  const { double, target } = await startDouble();
  const ending = new AbortController();
  const basics = await startClusterBasics({
    connection: target.connection,
    api: double,
    time: simulatedTime(20),
    signal: ending.signal,
    nodes: [{ name: 'tokyo-1', address: '10.250.0.10' }],
  });
  return {
    ...target,
    async close() {
      ending.abort();
      await basics.close();
      await target.close();
    },
  };
};

describe.for([...clustersUnderTest(process.env['KUBECONFIG'], startWithNodes)])('$name', ({ start }) => {
  let served: Served & { readonly kubeconfig: string };
  beforeAll(async () => {
    const target = await start();
    const kubeconfig = kubeconfigOf(target);
    served = { target, kubeconfig, cluster: connectCluster({ name: target.connection.name, kubeConfig: loadKubeConfig({ text: kubeconfig }) }) };
  });
  afterAll(async () => {
    await served.cluster.close();
    await served.target.close();
  });

  clientCases(() => served);
  helmCases(() => served);
});

const kubeconfigOf = ({ connection: { name, server, ca, token } }: Target): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
