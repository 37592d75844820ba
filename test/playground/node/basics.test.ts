import * as x509 from '../../../playground/control/x509.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../../../playground/control/program.ts';
import { operatorClient, type Mutable } from '../../../playground/control/kit.ts';
import { agentRequest } from '../../../playground/operators/ocm/spoke/csr.ts';
import { startFleet, type TestCluster, type TestFleet } from '../support/fleet.ts';
import { condition, CSR } from '../support/ocm.ts';
import { eventually } from '../../support/eventually.ts';

const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'demo' } as const;
const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'demo' } as const;
const EVENT = { apiVersion: 'v1', kind: 'Event', namespace: 'demo' } as const;

/** Runs image 'failing', which ends with 3 as soon as it starts, before its probe passes. */
const failing: Program = {
  name: 'failing',
  claims: (pod) => (pod as Mutable).spec.containers[0].image === 'failing',
  async start(_pod, _container, { log }) {
    log('cannot go on');
    return { ended: Promise.resolve(3), ready: new Promise(() => undefined), stop: async () => undefined };
  },
};

let fleet: TestFleet;
let cluster: TestCluster;
beforeAll(async () => {
  fleet = await startFleet(['tokyo'], { ocm: false, speed: 100, basics: { programs: [failing], interfaceName: 'enp3s0' } });
  cluster = fleet.cluster('tokyo');
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
});
afterAll(() => fleet.close());

const create = (
  manifest: { apiVersion: string; kind: string; namespace?: string },
  name: string,
  body: Record<string, unknown>,
): Promise<Mutable | undefined> => {
  const { namespace, ...kind } = manifest;
  return cluster.client.create({ ...kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, ...body });
};
const createPod = (name: string, spec: Record<string, unknown>) =>
  create(POD, name, { spec: { containers: [{ name: 'main', image: 'any' }], ...spec } });
const logOf = (pod: string) => cluster.client.api.text('GET', `/api/v1/namespaces/demo/pods/${pod}/log`);
const mainOf = (pod: Mutable | undefined) => pod?.status?.containerStatuses?.[0];

describe('pods', () => {
  it('cannot pull an image on a node of a platform that it is not built for', async () => {
    const node = { apiVersion: 'v1', kind: 'Node', name: 'mainframe' };
    await cluster.client.create({ apiVersion: node.apiVersion, kind: node.kind, metadata: { name: node.name } });
    await cluster.client.setStatus(node, (status) => {
      status.nodeInfo = { operatingSystem: 'linux', architecture: 's390x' };
    });
    await createPod('misplaced', { nodeName: node.name });
    const pod = await cluster.until({ ...POD, name: 'misplaced' }, (one) => mainOf(one)?.state.waiting?.reason === 'ErrImagePull');
    expect(mainOf(pod).state.waiting.message).toContain('no matching manifest for linux/s390x');
    await cluster.client.delete({ ...POD, name: 'misplaced' });
    await cluster.client.delete(node);
  });

  it('start on the node, with an address of the pod network or of the node', async () => {
    await createPod('plain', {});
    await createPod('on-host', { hostNetwork: true });
    const plain = await cluster.until({ ...POD, name: 'plain' }, (pod) => condition(pod, 'Ready')?.status === 'True');
    expect(plain?.status).toMatchObject({ phase: 'Running', hostIP: '10.250.0.10', podIP: expect.stringMatching(/^10\.244\./) });
    const onHost = await cluster.until({ ...POD, name: 'on-host' }, (pod) => condition(pod, 'Ready')?.status === 'True');
    expect(onHost?.status.podIP).toBe('10.250.0.10');
  });

  it('start although the API refused what the node first asked of them', async () => {
    await create({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo' }, 'settings', { data: {} });
    let refusals = 3;
    const stop = cluster.api.observe({
      request({ method, url }) {
        if (method !== 'GET' || !url.endsWith('/configmaps/settings') || refusals === 0) return;
        refusals -= 1;
        cluster.api.faults.throttleNext = 1;
      },
    });
    await createPod('configured', { volumes: [{ name: 'settings', configMap: { name: 'settings' } }] });
    await cluster.until({ ...POD, name: 'configured' }, (pod) => pod?.status?.phase === 'Running');
    stop();
    expect(refusals).toBeLessThan(3);
  });

  it('stay pending with the reason when no node fits, until one does', async () => {
    await createPod('picky', { nodeSelector: { 'kubeslice.io/node-type': 'gateway' } });
    const picky = await cluster.until({ ...POD, name: 'picky' }, (pod) => condition(pod, 'PodScheduled')?.status === 'False');
    expect(condition(picky, 'PodScheduled')).toMatchObject({
      reason: 'Unschedulable',
      message: expect.stringContaining("1 node(s) didn't match Pod's node affinity/selector"),
    });
    await cluster.any(EVENT, (event) => event['reason'] === 'FailedScheduling');
    await cluster.client.merge(
      { apiVersion: 'v1', kind: 'Node', name: 'tokyo-node' },
      { metadata: { labels: { 'kubeslice.io/node-type': 'gateway' } } },
    );
    await cluster.until({ ...POD, name: 'picky' }, (pod) => pod?.status?.phase === 'Running');
  });

  it('crash-loop when their program fails, and keep its log', async () => {
    await createPod('crashing', { containers: [{ name: 'main', image: 'failing' }] });
    const pod = await cluster.until({ ...POD, name: 'crashing' }, (one) => mainOf(one)?.state.waiting?.reason === 'CrashLoopBackOff');
    expect(mainOf(pod)).toMatchObject({
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    });
    expect(await logOf('crashing')).toContain('cannot go on');
  });

  it('stay down when a container is stopped, until it is started again', async () => {
    cluster.basics.faults.stopContainer('demo', 'plain');
    const stopped = await cluster.until({ ...POD, name: 'plain' }, (pod) => condition(pod, 'Ready')?.status === 'False');
    expect(mainOf(stopped)).toMatchObject({
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 137, finishedAt: expect.any(String) } },
    });
    cluster.basics.faults.startContainer('demo', 'plain');
    const back = await cluster.until({ ...POD, name: 'plain' }, (pod) => condition(pod, 'Ready')?.status === 'True');
    expect(mainOf(back).restartCount).toBe(1);
  });

  it('wait for a Secret that they mount', async () => {
    await createPod('mounting', { volumes: [{ name: 'certificates', secret: { secretName: 'late' } }] });
    const event = await cluster.any(EVENT, (one) => one['reason'] === 'FailedMount');
    expect(event['message']).toBe('MountVolume.SetUp failed for volume "certificates" : secret "late" not found');
    await create({ apiVersion: 'v1', kind: 'Secret', namespace: 'demo' }, 'late', { data: {} });
    await cluster.until({ ...POD, name: 'mounting' }, (pod) => pod?.status?.phase === 'Running');
  });

  it('are gone after their deletion', async () => {
    await cluster.client.delete({ ...POD, name: 'mounting' });
    expect(await cluster.until({ ...POD, name: 'mounting' }, (pod) => pod === undefined)).toBeUndefined();
  });
});

describe('probe pods', () => {
  const probe = async (name: string, script: string): Promise<{ phase: string; log: string }> => {
    await createPod(name, {
      restartPolicy: 'Never',
      hostNetwork: true,
      containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', script] }],
    });
    const pod = await cluster.until({ ...POD, name }, (one) => ['Succeeded', 'Failed'].includes(one?.status?.phase));
    return { phase: pod?.status.phase, log: await logOf(name) };
  };

  it('see the default route of their node', async () => {
    const { phase, log } = await probe('route', 'ip -o route get 8.8.8.8');
    expect(log).toBe('8.8.8.8 via 10.250.0.1 dev enp3s0 src 10.250.0.10 uid 0 \\    cache \n');
    expect(phase).toBe('Succeeded');
  });

  it('reach advertised addresses only, and not over a cut way', async () => {
    expect(await probe('open', 'nc -z -w 2 10.250.0.10 6443 && echo open')).toEqual({ phase: 'Succeeded', log: 'open\n' });
    expect(await probe('refused', 'nc -z -w 2 10.250.0.99 6443')).toEqual({
      phase: 'Failed',
      log: 'nc: 10.250.0.99 (10.250.0.99:6443): Connection refused\n',
    });
    fleet.network.cut('tokyo');
    expect(await probe('cut', 'nc -z -w 2 10.250.0.10 6443; echo code')).toEqual({
      phase: 'Succeeded',
      log: 'nc: 10.250.0.10 (10.250.0.10:6443): Connection timed out\ncode\n',
    });
    fleet.network.heal('tokyo');
  });
});

describe('workloads', () => {
  const template = (labels: Record<string, string>, image = 'any') => ({ metadata: { labels }, spec: { containers: [{ name: 'main', image }] } });

  it('keep a Deployment available while a new version that fails is rolled out', async () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo' } as const;
    await create(deployment, 'web', { spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web' }) } });
    await cluster.until({ ...deployment, name: 'web' }, (one) => one?.status?.availableReplicas === 3);
    await cluster.client.merge(
      { ...deployment, name: 'web' },
      { spec: { progressDeadlineSeconds: 60, template: template({ app: 'web' }, 'failing') } },
    );
    const stuck = await cluster.until({ ...deployment, name: 'web' }, (one) => condition(one, 'Progressing')?.reason === 'ProgressDeadlineExceeded');
    expect(stuck?.status).toMatchObject({ observedGeneration: 2, updatedReplicas: 1, unavailableReplicas: 1, availableReplicas: 3 });
    expect(condition(stuck, 'Available')?.status).toBe('True');
    await cluster.client.delete({ ...deployment, name: 'web' });
    await eventually(async () => expect(await cluster.client.list({ ...POD, labelSelector: 'app=web' })).toEqual([]));
  });

  it('give each pod of a StatefulSet its bound claim', async () => {
    const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'demo' } as const;
    const volumeClaimTemplates = [
      { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    ];
    await create(set, 'store', {
      spec: {
        replicas: 2,
        serviceName: 'store',
        selector: { matchLabels: { app: 'store' } },
        template: template({ app: 'store' }),
        volumeClaimTemplates,
      },
    });
    await cluster.until({ ...set, name: 'store' }, (one) => one?.status?.readyReplicas === 2);
    const claim = await cluster.client.get({ ...CLAIM, name: 'data-store-1' });
    expect(claim).toMatchObject({ spec: { storageClassName: 'local-path' }, status: { phase: 'Bound', capacity: { storage: '1Gi' } } });
  });

  it('complete a Job, and fail one whose pods fail too often', async () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'demo' } as const;
    await create(job, 'good', { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'any' }] } } } });
    await create(job, 'bad', {
      spec: { backoffLimit: 1, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'failing' }] } } },
    });
    const good = await cluster.until({ ...job, name: 'good' }, (one) => condition(one, 'Complete')?.status === 'True');
    expect(good?.status).toMatchObject({ succeeded: 1, completionTime: expect.any(String) });
    const bad = await cluster.until({ ...job, name: 'bad' }, (one) => condition(one, 'Failed')?.status === 'True');
    expect(condition(bad, 'Failed')?.reason).toBe('BackoffLimitExceeded');
  });

  it('run one pod of a DaemonSet on the node', async () => {
    const set = { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: 'demo' } as const;
    await create(set, 'agent', { spec: { selector: { matchLabels: { app: 'agent' } }, template: template({ app: 'agent' }) } });
    const done = await cluster.until({ ...set, name: 'agent' }, (one) => one?.status?.numberReady === 1);
    expect(done?.status).toMatchObject({ desiredNumberScheduled: 1, numberAvailable: 1 });
  });
});

describe('what a cluster hands out', () => {
  it('says which storage class a claim lacks', async () => {
    await create(CLAIM, 'lost', { spec: { storageClassName: 'nope', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } });
    const event = await cluster.any(EVENT, (one) => one['reason'] === 'ProvisioningFailed');
    expect(event['message']).toBe('storageclass.storage.k8s.io "nope" not found');
    expect((await cluster.client.get({ ...CLAIM, name: 'lost' }))?.status.phase).toBe('Pending');
  });

  it('fills a token Secret with a token that the API accepts', async () => {
    await create({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'demo' }, 'robot', {});
    const annotations = { 'kubernetes.io/service-account.name': 'robot' };
    await cluster.client.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'robot-token', namespace: 'demo', annotations },
      type: 'kubernetes.io/service-account-token',
    });
    const secret = await cluster.until(
      { apiVersion: 'v1', kind: 'Secret', namespace: 'demo', name: 'robot-token' },
      (one) => one?.data?.token !== undefined,
    );
    const text = (key: string): string => Buffer.from(secret?.data[key], 'base64').toString();
    expect(text('namespace')).toBe('demo');
    expect(text('ca.crt')).toBe(cluster.api.caPem);
    const robot = operatorClient({ ...cluster.connection, token: text('token') }, 'robot');
    const review = await robot.api.json<{ status: { userInfo: { username: string } } }>('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    expect(review.status.userInfo.username).toBe('system:serviceaccount:demo:robot');
    await robot.close();
  });

  it('signs an approved client certificate request, and no other', async () => {
    const { request } = await agentRequest('osaka', 'agent');
    await create(CSR, 'client', {
      spec: { request: Buffer.from(request).toString('base64'), signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
    });
    expect((await cluster.client.get({ ...CSR, name: 'client' }))?.status?.certificate).toBeUndefined();
    await cluster.client.merge(
      { ...CSR, name: 'client' },
      { status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Test', message: '' }] } },
      'approval',
    );
    const signed = await cluster.until({ ...CSR, name: 'client' }, (csr) => csr?.status?.certificate !== undefined);
    const certificate = new x509.X509Certificate(Buffer.from(signed?.status.certificate, 'base64').toString());
    expect(certificate.subjectName.getField('CN')).toEqual(['system:open-cluster-management:osaka:agent']);
    expect(certificate.issuer).toBe('CN=tokyo-client-ca');
  });

  it('lists the pods of a Service in an EndpointSlice', async () => {
    const slice = await cluster.any(
      { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace: 'kube-system' },
      (one) => ((one['endpoints'] ?? []) as unknown[]).length === 2,
    );
    expect(slice.metadata.labels).toMatchObject({ 'kubernetes.io/service-name': 'kube-dns' });
  });
});
