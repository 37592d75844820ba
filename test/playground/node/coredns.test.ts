import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectCluster, type ConnectedCluster } from '../../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../../src/kube-api/kube-config.ts';
import { readAnswer, TYPE_A, writeQuery, type Answer } from '../../../playground/node/dns/message.ts';
import { framed } from '../../../playground/node/dns/tcp.ts';
import { KUBEADM_COREFILE } from '../../../playground/node/seed-coredns.ts';
import type { Mutable } from '../../../playground/control/kit.ts';
import { startFleet, type TestCluster, type TestFleet } from '../support/fleet.ts';
import { eventually } from '../../support/eventually.ts';

const SLICE_DNS = '10.96.7.7';
const SLICE_BLOCK = `slice.local:53 {\n    errors\n    cache 30\n    forward . ${SLICE_DNS}\n}\n`;
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' } as const;
const POD = { apiVersion: 'v1', kind: 'Pod' } as const;
const CONFIG = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' } as const;

let fleet: TestFleet;
let cluster: TestCluster;
let reader: ConnectedCluster;

beforeAll(async () => {
  fleet = await startFleet(['tokyo'], {
    ocm: false,
    speed: 100,
    basics: {
      forwardTargets: async (address) =>
        address === SLICE_DNS ? async ({ name }) => ({ rcode: 'NOERROR', addresses: name.startsWith('postgres-0.') ? ['10.1.0.5'] : [] }) : undefined,
    },
  });
  cluster = fleet.cluster('tokyo');
  reader = connectCluster({ name: 'tokyo', kubeConfig: loadKubeConfig({ text: cluster.api.kubeconfig }) });
  await cluster.until(DEPLOYMENT, isRolledOut);
});
afterAll(async () => {
  await reader.close();
  await fleet.close();
});

describe('CoreDNS of a cluster', () => {
  it('answers names of the cluster and fails those that nothing serves', async () => {
    expect(await ask('kube-dns.kube-system.svc.cluster.local')).toMatchObject({ rcode: 'NOERROR', addresses: ['10.96.0.10'] });
    expect(await ask('nothing.kube-system.svc.cluster.local')).toMatchObject({ rcode: 'NXDOMAIN' });
    expect(await ask('postgres-0.demo.svc.slice.local')).toMatchObject({ rcode: 'SERVFAIL' });
  });

  it('forwards a new zone after a restart, with the Corefile of that moment', async () => {
    await cluster.client.merge(CONFIG, { data: { Corefile: `${SLICE_BLOCK}${KUBEADM_COREFILE.replace('    reload\n', '')}` } });
    await restart('slice');
    expect(await ask('postgres-0.demo.svc.slice.local')).toMatchObject({ rcode: 'NOERROR', addresses: ['10.1.0.5'] });
    expect(await ask('kube-dns.kube-system.svc.cluster.local')).toMatchObject({ addresses: ['10.96.0.10'] });
  });

  it('fails a zone whose forward target does not answer', async () => {
    await cluster.client.merge(CONFIG, { data: { Corefile: `${SLICE_BLOCK.replace(SLICE_DNS, '10.96.9.9')}${KUBEADM_COREFILE}` } });
    await restart('wrong-target');
    expect(await ask('postgres-0.demo.svc.slice.local')).toMatchObject({ rcode: 'SERVFAIL' });
  });

  it('crashes with two blocks for one zone, while the old pods go on', async () => {
    await cluster.client.merge(CONFIG, { data: { Corefile: `${SLICE_BLOCK}${SLICE_BLOCK}${KUBEADM_COREFILE}` } });
    await annotate('duplicate');
    const crashed = await crashingPod();
    const log = await cluster.client.api.text('GET', `/api/v1/namespaces/kube-system/pods/${crashed.metadata.name}/log`);
    expect(log).toContain('cannot serve dns://slice.local.:53 - it is already defined');
    await cluster.until(DEPLOYMENT, (deployment) => deployment?.status.availableReplicas === 1);
    await cluster.client.merge(CONFIG, { data: { Corefile: KUBEADM_COREFILE } });
    await restart('repaired');
  });

  it('picks a changed Corefile up by itself when it has the reload plugin', async () => {
    await cluster.client.merge(CONFIG, { data: { Corefile: `${SLICE_BLOCK}${KUBEADM_COREFILE}` } });
    await eventually(async () => expect(await ask('postgres-0.demo.svc.slice.local')).toMatchObject({ addresses: ['10.1.0.5'] }));
    const [pod] = await pods();
    const log = await cluster.client.api.text('GET', `/api/v1/namespaces/kube-system/pods/${pod?.metadata.name}/log`);
    expect(log).toContain('[INFO] Reloading complete');
  });
});

const isRolledOut = (deployment: Mutable | undefined): boolean => {
  if (deployment === undefined) return false;
  const { status, spec, metadata } = deployment;
  const { observedGeneration, updatedReplicas, replicas, availableReplicas } = status ?? {};
  return observedGeneration === metadata.generation && [updatedReplicas, replicas, availableReplicas].every((count) => count === spec.replicas);
};

const annotate = (why: string) =>
  cluster.client.merge(DEPLOYMENT, { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': why } } } } });

const restart = async (why: string): Promise<void> => {
  const { generation = 0 } = (await annotate(why)).metadata;
  await cluster.until(DEPLOYMENT, (deployment) => (deployment?.metadata.generation ?? 0) >= generation && isRolledOut(deployment));
};

const pods = async (): Promise<readonly Mutable[]> =>
  (await cluster.client.list({ ...POD, namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' })).filter(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.containerStatuses?.[0]?.ready === true,
  );

const crashingPod = async (): Promise<Mutable> => {
  const crashing = (pod: Mutable): boolean => pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff';
  return cluster.any({ ...POD, namespace: 'kube-system' }, crashing);
};

const ask = async (name: string): Promise<Answer> => {
  const [pod] = await pods();
  const stream = await reader.forward({ namespace: 'kube-system', pod: pod?.metadata.name ?? '', port: 53 });
  try {
    stream.write(framed(writeQuery({ id: 7, name, type: TYPE_A })));
    return readAnswer((await firstMessage(stream)).subarray(2));
  } finally {
    stream.destroy();
  }
};

const firstMessage = (stream: Duplex): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    stream.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      if (seen.length >= 2 && seen.length >= 2 + seen.readUInt16BE(0)) resolve(seen);
    });
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('the connection ended without an answer')));
  });
