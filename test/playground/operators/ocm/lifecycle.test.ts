import * as x509 from '../../../../playground/control/x509.ts';
import type { Manifest } from '../../../../src/kube-api/objects.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mutable } from '../../../../playground/control/kit.ts';
import { startFleet, type TestCluster, type TestFleet } from '../../support/fleet.ts';
import { acceptSpoke, condition, CSR, initHub, is, joinSpoke, KLUSTERLET, MANAGED_CLUSTER, WORK } from '../../support/ocm.ts';

const AGENTS = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'open-cluster-management-agent' } as const;
const AVAILABLE = 'ManagedClusterConditionAvailable';
let fleet: TestFleet;
let hub: TestCluster;
let spoke: TestCluster;

beforeAll(async () => {
  fleet = await startFleet(['tokyo', 'osaka'], { speed: 100 });
  hub = fleet.cluster('tokyo');
  spoke = fleet.cluster('osaka');
  const token = await initHub(fleet, hub);
  await joinSpoke(fleet, { hub, spoke, token, gates: false });
});
afterAll(() => fleet.close());

describe('joining and accepting', () => {
  it('holds the work agent back and names the reason until the cluster is accepted', async () => {
    const waiting = await spoke.until(
      KLUSTERLET,
      (klusterlet) => condition(klusterlet, 'HubConnectionDegraded')?.reason === 'BootstrapSecretFunctional,HubKubeConfigSecretMissing',
    );
    expect(condition(waiting, 'HubConnectionDegraded')?.status).toBe('True');
    const work = await spoke.until({ ...AGENTS, name: 'klusterlet-work-agent' }, (deployment) => deployment !== undefined);
    expect(work?.spec.replicas).toBe(0);
    const idle = await spoke.until(KLUSTERLET, (klusterlet) => condition(klusterlet, 'Available')?.reason === 'NoAvailablePods');
    expect(condition(idle, 'WorkDesiredDegraded')?.status).toBe('False');
  });

  it('asks for a certificate in the name of the cluster, as the bootstrap account', async () => {
    const csr = await hub.any(CSR, ({ metadata }) => metadata.labels?.['open-cluster-management.io/cluster-name'] === 'osaka');
    expect(csr.spec.username).toBe('system:serviceaccount:open-cluster-management:agent-registration-bootstrap');
    expect(csr.spec.signerName).toBe('kubernetes.io/kube-apiserver-client');
    const { subjectName } = new x509.Pkcs10CertificateRequest(Buffer.from(csr.spec.request, 'base64').toString());
    expect(subjectName.getField('CN')[0]).toMatch(/^system:open-cluster-management:osaka:[a-z0-9]+$/);
    expect(subjectName.getField('O')).toEqual(
      expect.arrayContaining(['system:open-cluster-management:osaka', 'system:open-cluster-management:managed-clusters']),
    );
    expect((await hub.client.get({ ...MANAGED_CLUSTER, name: 'osaka' }))?.spec.hubAcceptsClient).toBe(false);
  });

  it('becomes available with a namespace, a lease and a functional connection', async () => {
    await acceptSpoke(hub, 'osaka');
    const cluster = await hub.until({ ...MANAGED_CLUSTER, name: 'osaka' }, is(AVAILABLE, 'True'));
    expect(condition(cluster, 'HubAcceptedManagedCluster')?.reason).toBe('HubClusterAdminAccepted');
    expect(condition(cluster, 'ManagedClusterJoined')?.status).toBe('True');
    expect(await hub.client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'osaka' })).toBeDefined();
    expect(
      await hub.client.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'osaka', name: 'managed-cluster-lease' }),
    ).toBeDefined();
    const klusterlet = await spoke.until(KLUSTERLET, (object) => is('Available', 'True')(object) && is('HubConnectionDegraded', 'False')(object));
    expect(condition(klusterlet, 'HubConnectionDegraded')?.reason).toBe('HubConnectionFunctional');
  });

  it('puts a look at the connection off while one is under way, and tells of a right that is missing as Go prints it', async () => {
    await spoke.client.merge(KLUSTERLET, { spec: { clusterName: 'kyoto' } });
    const refused = await spoke.until(KLUSTERLET, is('HubConnectionDegraded', 'True'));
    expect(condition(refused, 'HubConnectionDegraded')?.message).toMatch(
      /Operation for resource &ResourceAttributes\{.*Verb:update,.*\} is not allowed/,
    );
    // Two changes in one breath: the second is looked at half a minute later.
    await spoke.client.merge(KLUSTERLET, { spec: { clusterName: 'osaka' } });
    await spoke.client.merge(KLUSTERLET, { metadata: { labels: { again: 'yes' } } });
    await spoke.until(KLUSTERLET, is('HubConnectionDegraded', 'False'));
  });

  it('lets the work agent work while its pod holds the lock', async () => {
    const lock = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: AGENTS.namespace, name: 'work-agent-lock' };
    const agents = { apiVersion: 'v1', kind: 'Pod', namespace: AGENTS.namespace, labelSelector: 'app=klusterlet-work-agent' };
    let holder: string | undefined;
    let pods: readonly string[];
    // The roll-outs before may still go on: a holder may be gone, and its successor tries again only so often.
    do {
      const past = holder;
      holder = (await spoke.until(lock, (lease) => lease !== undefined && lease.spec.holderIdentity !== past))?.spec.holderIdentity;
      pods = (await spoke.client.list(agents)).map(({ metadata }) => `${metadata.name}_${metadata.uid}`);
    } while (!pods.includes(String(holder)));
    expect(pods).toContain(holder);
  });
});

describe('works', () => {
  it('names the missing namespace, and applies the manifest once it is there', async () => {
    await createPodWork('pod-a', 'demo');
    const failed = await hub.until(workRef('pod-a'), is('Applied', 'False'));
    expect(manifestCondition(failed, 'Applied')).toMatchObject({
      reason: 'AppliedManifestFailed',
      message: 'Failed to apply manifest: namespaces "demo" not found',
    });
    await spoke.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
    await hub.until(workRef('pod-a'), is('Applied', 'True'));
  });

  it('feeds scalars back, and refuses an object while the gate is off', async () => {
    const work = await hub.until(workRef('pod-a'), (object) => valueOf(object, 'PodPhase')?.string === 'Running');
    expect(valueOf(work, 'ReadyCondition')).toBeUndefined();
    expect(manifestCondition(work, 'StatusFeedbackSynced')).toMatchObject({ status: 'False', reason: 'StatusFeedbackSyncFailed' });
    expect(manifestCondition(work, 'StatusFeedbackSynced')?.message).toContain(
      'the type map[string]interface {} of the value for ReadyCondition is not found',
    );
  });

  it('feeds the object back when the gate is live on the rolled out agent', async () => {
    const workConfiguration = { featureGates: [{ feature: 'RawFeedbackJsonString', mode: 'Enable' }], statusSyncInterval: '10s' };
    await spoke.client.merge(KLUSTERLET, { spec: { workConfiguration } });
    const work = await hub.until(workRef('pod-a'), (object) => valueOf(object, 'ReadyCondition') !== undefined);
    expect(JSON.parse(valueOf(work, 'ReadyCondition')?.jsonRaw ?? '')).toMatchObject({ type: 'Ready', status: 'True' });
    expect(manifestCondition(work, 'StatusFeedbackSynced')?.status).toBe('True');
    const args: string[] = (await spoke.client.get({ ...AGENTS, name: 'klusterlet-work-agent' }))?.spec.template.spec.containers[0].args;
    expect(args).toEqual(
      expect.arrayContaining(['--feature-gates=RawFeedbackJsonString=true', '--status-sync-interval=10s', '--hub-kube-api-qps=50']),
    );
  });

  it('notices a pod that is gone with the next look, keeps its last values, and makes it anew with the resync', async () => {
    const before = await spoke.client.get({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name: 'a' });
    await spoke.client.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name: 'a' });
    const lost = await hub.until(workRef('pod-a'), is('Available', 'False'));
    expect(valueOf(lost, 'PodPhase')?.string).toBe('Running');
    const again = await spoke.until(
      { apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name: 'a' },
      (pod) => pod !== undefined && pod.metadata.uid !== before?.metadata.uid,
    );
    expect(again).toBeDefined();
  });

  it('leaves ignored fields of a present object alone', async () => {
    await spoke.client.merge({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name: 'a' }, { metadata: { labels: { role: 'primary' } } });
    await hub.client.merge(workRef('pod-a'), { metadata: { annotations: { again: 'yes' } } });
    await hub.until(workRef('pod-a'), is('Available', 'True'));
    expect((await spoke.client.get({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name: 'a' }))?.metadata.labels).toMatchObject({
      role: 'primary',
    });
  });

  it('refuses kinds that the agent has no rights for until a role for it exists', async () => {
    const manifests = [{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' }, provisioner: 'x' }];
    await hub.client.create({ ...WORK, metadata: { name: 'class', namespace: 'osaka' }, spec: { workload: { manifests } } });
    const refused = await hub.until(workRef('class'), is('Applied', 'False'));
    expect(manifestCondition(refused, 'Applied')?.message).toContain(
      'storageclasses.storage.k8s.io is forbidden: User "system:serviceaccount:open-cluster-management-agent:klusterlet-work-sa" cannot create',
    );
    await spoke.client.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'classes', labels: { 'open-cluster-management.io/aggregate-to-work': 'true' } },
      rules: [{ apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['create', 'update'] }],
    });
    await hub.until(workRef('class'), is('Applied', 'True'));
  });

  it('deletes what it applied together with the work', async () => {
    await hub.client.delete(workRef('pod-a'));
    await hub.until(workRef('pod-a'), (work) => work === undefined);
    expect(await spoke.until({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name: 'a' }, (pod) => pod === undefined)).toBeUndefined();
  });
});

describe('sets of works and add-ons', () => {
  it('spreads a ManifestWorkReplicaSet over the accepted clusters of a bound set and counts them', async () => {
    await hub.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kubedb' } });
    const at = { namespace: 'kubedb', name: 'global' };
    await hub.client.create({
      apiVersion: 'cluster.open-cluster-management.io/v1beta2',
      kind: 'ManagedClusterSetBinding',
      metadata: at,
      spec: { clusterSet: 'global' },
    });
    await hub.client.create({
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: at,
      spec: { clusterSets: ['global'] },
    });
    const set = {
      apiVersion: 'work.open-cluster-management.io/v1alpha1',
      kind: 'ManifestWorkReplicaSet',
      namespace: 'kubedb',
      name: 'agent',
    } as const;
    const manifests = [{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'from-set' }, rules: [] }];
    await hub.client.create({
      apiVersion: set.apiVersion,
      kind: set.kind,
      metadata: { name: set.name, namespace: set.namespace },
      spec: { placementRefs: [{ name: 'global' }], manifestWorkTemplate: { workload: { manifests } } },
    });
    const done = await hub.until(set, (object) => object?.status?.summary?.applied === 1);
    expect(done?.status.summary).toMatchObject({ total: 1, applied: 1 });
    expect(await spoke.client.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'from-set' })).toBeDefined();
  });

  it('writes configReferences of an add-on after a moment and judges it by its works', async () => {
    const addon = {
      apiVersion: 'addon.open-cluster-management.io/v1alpha1',
      kind: 'ManagedClusterAddOn',
      namespace: 'osaka',
      name: 'network',
    } as const;
    await hub.client.create({
      apiVersion: addon.apiVersion,
      kind: 'ClusterManagementAddOn',
      metadata: { name: 'network' },
      spec: { supportedConfigs: [{ group: '', resource: 'configmaps' }], installStrategy: { type: 'Manual' } },
    });
    await hub.client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'osaka' }, data: {} });
    const created = await hub.client.create({
      apiVersion: addon.apiVersion,
      kind: addon.kind,
      metadata: { name: addon.name, namespace: addon.namespace },
      spec: { configs: [{ resource: 'configmaps', name: 'settings', namespace: 'osaka' }] },
    });
    expect(created?.status?.configReferences).toBeUndefined();
    const configured = await hub.until(addon, (object) => object?.status?.configReferences?.[0]?.desiredConfig?.name === 'settings');
    expect(condition(configured, 'Available')).toMatchObject({ status: 'Unknown', reason: 'ManagedClusterAddOnLeaseNotFound' });
    expect(condition(configured, 'Progressing')?.status).toBe('True');
    await createWork('addon-network-deploy-0', {
      labels: { 'open-cluster-management.io/addon-name': 'network' },
      manifests: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } }],
    });
    const done = await hub.until(addon, is('ManifestApplied', 'True'));
    expect(condition(done, 'Progressing')).toMatchObject({ status: 'False', reason: 'Completed' });
  });
});

describe('a cut network', () => {
  it('makes the cluster and its works unknown after five silent minutes, and available again afterwards', async () => {
    fleet.network.cut('osaka');
    const unknown = await hub.until({ ...MANAGED_CLUSTER, name: 'osaka' }, is(AVAILABLE, 'Unknown'));
    expect(condition(unknown, AVAILABLE)?.reason).toBe('ManagedClusterLeaseUpdateStopped');
    await hub.until(workRef('class'), is('Available', 'Unknown'));
    fleet.network.heal('osaka');
    await hub.until({ ...MANAGED_CLUSTER, name: 'osaka' }, is(AVAILABLE, 'True'));
    await hub.until(workRef('class'), is('Available', 'True'));
  });
});

const workRef = (name: string) => ({ ...WORK, namespace: 'osaka', name });

const createWork = async (
  name: string,
  {
    labels = {},
    manifests,
    manifestConfigs = [],
  }: { labels?: Record<string, string>; manifests: readonly Manifest[]; manifestConfigs?: readonly unknown[] },
): Promise<void> => {
  await hub.client.create({ ...WORK, metadata: { name, namespace: 'osaka', labels }, spec: { workload: { manifests }, manifestConfigs } });
};

/** A pod with the feedback rules and the update strategy that petset uses. */
const createPodWork = (name: string, namespace: string): Promise<void> =>
  createWork(name, {
    manifests: [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace, labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'x' }] } },
    ],
    manifestConfigs: [
      {
        resourceIdentifier: { resource: 'pods', namespace, name: 'a' },
        updateStrategy: {
          type: 'ServerSideApply',
          serverSideApply: { force: true, ignoreFields: [{ condition: 'OnSpokePresent', jsonPaths: ['$.metadata.labels'] }] },
        },
        feedbackRules: [
          {
            type: 'JSONPaths',
            jsonPaths: [
              { name: 'PodPhase', path: '.status.phase' },
              { name: 'ReadyCondition', path: ".status.conditions[?(@.type=='Ready')]" },
            ],
          },
        ],
      },
    ],
  });

const manifestCondition = (work: Mutable | undefined, type: string): { status: string; reason: string; message: string } | undefined =>
  work?.status?.resourceStatus?.manifests?.[0]?.conditions?.find((one: { type: string }) => one.type === type);

const valueOf = (work: Mutable | undefined, name: string): { string?: string; jsonRaw?: string } | undefined =>
  work?.status?.resourceStatus?.manifests?.[0]?.statusFeedback?.values?.find((value: { name: string }) => value.name === name)?.fieldValue;
