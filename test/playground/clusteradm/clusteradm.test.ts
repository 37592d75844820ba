import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { operatorClient } from '../../../playground/control/kit.ts';
import { agentRequest } from '../../../playground/operators/ocm/spoke/csr.ts';
import { startFleet, type TestCluster, type TestFleet } from '../support/fleet.ts';
import { condition, CSR, initHub, is, joinSpoke, KLUSTERLET, MANAGED_CLUSTER } from '../support/ocm.ts';

const CLUSTER_MANAGER = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'ClusterManager', name: 'cluster-manager' } as const;
const HUB_PARTS = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'open-cluster-management-hub' } as const;
const BOOTSTRAP = { apiVersion: 'v1', kind: 'Secret', namespace: 'open-cluster-management-agent', name: 'bootstrap-hub-kubeconfig' } as const;
let fleet: TestFleet;
let hub: TestCluster;
let spoke: TestCluster;

beforeAll(async () => {
  fleet = await startFleet(['tokyo', 'osaka'], { speed: 100 });
  hub = fleet.cluster('tokyo');
  spoke = fleet.cluster('osaka');
});
afterAll(() => fleet.close());

const onHub = (...args: readonly string[]) => fleet.clusteradm(...args, '--kubeconfig', hub.kubeconfigFile);

describe('clusteradm before there is a hub', () => {
  it('prints its versions', async () => {
    expect(await fleet.clusteradm('version')).toEqual({
      exitCode: 0,
      stdout: 'clusteradm\tversion\t:v1.3.1\ndefault bundle\tversion\t:1.3.1',
      stderr: '',
    });
  });

  it.each([
    ['an unknown flag', ['init', '--nope'], 'Error: unknown flag: --nope'],
    [
      'an unknown feature gate',
      ['init', '--feature-gates=Nope=true'],
      'Error: invalid argument "Nope=true" for "--feature-gates" flag: unrecognized feature gate: Nope',
    ],
    ['a bundle that it does not know', ['init', '--bundle-version=0.1.0'], "Error: couldn't find the requested version bundle: 0.1.0"],
    ['JSON output together with --wait', ['init', '-o', 'json', '--wait'], 'Error: output should be text if --wait is set'],
    ['get token of a cluster that is no hub', ['get', 'token'], 'Error: hub oriented command should not running against non-hub cluster'],
    ['join without a token', ['join', '--cluster-name', 'x'], 'Error: token is missing'],
    ['join without the hub address', ['join', '--hub-token', 'x'], 'Error: hub-server is missing'],
  ])('refuses %s with exit code 1', async (_, args, message) => {
    expect(await onHub(...args)).toMatchObject({ exitCode: 1, stderr: message });
  });

  it('fails a preflight check for a kubeconfig without current-context', async () => {
    const { 'current-context': _, ...config } = parse(hub.api.kubeconfig) as Record<string, unknown>;
    const file = `${hub.kubeconfigFile}-without-current`;
    await writeFile(file, stringify(config));
    const { exitCode, stderr } = await fleet.clusteradm('init', '--kubeconfig', file, '--context', 'tokyo');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('[ERROR HubApiServer check]: failed to find the given Current Context in Contexts of the kubeconfig');
  });
});

describe('clusteradm on a hub', () => {
  let token: string;
  beforeAll(async () => {
    token = await initHub(fleet, hub);
  });

  it('has the work controller only with its gate, and more Deployments than init waits for', async () => {
    for (const part of ['registration-controller', 'work-controller', 'addon-webhook'])
      await hub.until({ ...HUB_PARTS, name: `cluster-manager-${part}` }, (deployment) => deployment?.status?.availableReplicas === 1);
    const manager = await hub.until(CLUSTER_MANAGER, is('Progressing', 'False'));
    expect(condition(manager, 'HubRegistrationDegraded')).toMatchObject({ status: 'False', reason: 'RegistrationFunctional' });
    expect(manager?.status.observedGeneration).toBe(manager?.metadata.generation);
  });

  it('resets registration gates but keeps work gates when it runs again, printing the flags before the JSON', async () => {
    const gates = [{ feature: 'ManagedClusterAutoApproval', mode: 'Enable' }];
    await hub.client.merge(CLUSTER_MANAGER, { spec: { registrationConfiguration: { featureGates: gates } } });
    const { exitCode, stdout, stderr } = await onHub('init', '-o', 'json');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Preflight check: HubApiServer check Passed with');
    expect(stdout.split('\n').slice(0, 2)).toEqual(['flag kubeconfig has been set', 'flag output has been set']);
    expect(JSON.parse(stdout.split('\n').at(-1) ?? '')).toMatchObject({ 'hub-apiserver': hub.api.url });
    const { spec } = (await hub.client.get(CLUSTER_MANAGER))!;
    expect(spec.registrationConfiguration.featureGates.map(({ feature }: { feature: string }) => feature)).toEqual([
      'DefaultClusterSet',
      'ResourceCleanup',
    ]);
    expect(spec.workConfiguration.featureGates).toEqual([{ feature: 'ManifestWorkReplicaSet', mode: 'Enable' }]);
  });

  it('join refuses a garbage token and an address where nothing listens, and leaves nothing on the spoke', async () => {
    expect(await joinSpoke(fleet, { hub, spoke, token: 'garbage' })).toMatchObject({ exitCode: 1, stderr: 'Error: Unauthorized' });
    const closed = { ...hub, address: 'https://127.0.0.1:1' };
    const refused = await joinSpoke(fleet, { hub: closed, spoke, token });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('dial tcp 127.0.0.1:1: connect: connection refused');
    expect(await spoke.client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'open-cluster-management' })).toBeUndefined();
  });

  it('join with a CA file panics with exit code 2 at a cluster that is no hub', async () => {
    const ca = `${spoke.kubeconfigFile}-ca`;
    await writeFile(ca, spoke.api.caPem);
    const args = ['join', '--kubeconfig', spoke.kubeconfigFile, '--hub-token', spoke.api.adminToken, '--hub-apiserver', spoke.address];
    const { exitCode, stderr } = await fleet.clusteradm(...args, '--cluster-name', 'osaka', '--ca-file', ca);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^panic: /);
  });

  it('accept says that there is nothing to accept before the join', async () => {
    const { exitCode, stderr } = await onHub('accept', '--clusters', 'osaka');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('fail to get managedcluster osaka: managedclusters.cluster.open-cluster-management.io "osaka" not found');
    expect(stderr).toContain('no csr is approved yet for cluster osaka');
  });

  it('joins and accepts a spoke, whose bootstrap kubeconfig names the advertised address', async () => {
    const joined = await joinSpoke(fleet, { hub, spoke, token });
    expect(joined).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('accept --clusters osaka') });
    expect(joined.stderr).toContain('Preflight check: HubKubeconfig check Passed with 0 warnings and 0 errors');
    const secret = await spoke.client.get(BOOTSTRAP);
    expect(parse(Buffer.from(secret?.data.kubeconfig, 'base64').toString())).toMatchObject({ clusters: [{ cluster: { server: hub.address } }] });
    const csr = await hub.any(CSR, ({ metadata }) => metadata.name.startsWith('osaka-'));
    const accepted = await onHub('accept', '--clusters', 'osaka');
    expect(accepted.exitCode).toBe(0);
    expect(accepted.stdout).toContain(`CSR ${csr.metadata.name} approved\nset hubAcceptsClient to true for managed cluster osaka\n`);
    await hub.until({ ...MANAGED_CLUSTER, name: 'osaka' }, is('ManagedClusterConditionAvailable', 'True'));
  });

  it('accept again is fine while the CSR is stored, and fails when it is gone', async () => {
    const again = await onHub('accept', '--clusters', 'osaka');
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/CSR osaka-\w+ already approved\nhubAcceptsClient already set/) });
    for (const { metadata } of await hub.client.list(CSR)) await hub.client.delete({ ...CSR, name: metadata.name });
    const late = await onHub('accept', '--clusters', 'osaka');
    expect(late).toMatchObject({ exitCode: 1, stderr: 'Error: no csr is approved yet for cluster osaka' });
    expect(late.stdout).toContain('has joined the Hub successfully');
  });

  it('join under another name overwrites the name; joining with the right one heals without an accept', async () => {
    const functional = is('HubConnectionDegraded', 'False');
    await spoke.until(KLUSTERLET, functional);
    expect(await joinSpoke(fleet, { hub, spoke, token, name: 'kyoto' })).toMatchObject({ exitCode: 0 });
    const renamed = await spoke.until(
      KLUSTERLET,
      (klusterlet) => condition(klusterlet, 'HubConnectionDegraded')?.reason === 'BootstrapSecretFunctional,HubKubeConfigUnauthorized',
    );
    expect(renamed?.spec.clusterName).toBe('kyoto');
    expect(condition(await hub.client.get({ ...MANAGED_CLUSTER, name: 'osaka' }), 'ManagedClusterConditionAvailable')?.status).toBe('True');
    expect(await joinSpoke(fleet, { hub, spoke, token })).toMatchObject({ exitCode: 0 });
    await spoke.until(KLUSTERLET, functional);
  });

  it('refuses CSRs of two requesters, yet accepts the cluster', async () => {
    await hub.client.create({ ...MANAGED_CLUSTER, metadata: { name: 'nara' }, spec: { hubAcceptsClient: false } });
    const request = async (agent: string) => {
      const body = Buffer.from((await agentRequest('nara', agent)).request).toString('base64');
      const client = operatorClient({ ...hub.connection, token }, 'agent');
      const labels = { 'open-cluster-management.io/cluster-name': 'nara' };
      await client.create({
        ...CSR,
        metadata: { name: `nara-${agent}`, labels },
        spec: { request: body, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
      });
      await client.close();
    };
    await request('one');
    await request('two');
    const { exitCode, stdout } = await onHub('accept', '--clusters', 'nara');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      'There are CSRs of different requesters: system:open-cluster-management:nara:one, system:open-cluster-management:nara:two',
    );
    expect((await hub.client.get({ ...MANAGED_CLUSTER, name: 'nara' }))?.spec.hubAcceptsClient).toBe(true);
  });

  it('join takes values of the klusterlet chart from a file, which override flags and replace lists, and refuses a file that is not there', async () => {
    const values = `${spoke.kubeconfigFile}-values`;
    const gates = [{ feature: 'ExecutorValidatingCaches', mode: 'Enable' }];
    await writeFile(
      values,
      JSON.stringify({ klusterlet: { workConfiguration: { featureGates: gates, statusSyncInterval: '10s' }, unknown: 1 }, other: 2 }),
    );
    const flags = ['--kubeconfig', spoke.kubeconfigFile, '--hub-token', token, '--hub-apiserver', hub.address, '--cluster-name', 'osaka'];
    const before = await spoke.client.get(KLUSTERLET);
    const missing = await fleet.clusteradm('join', ...flags, '--klusterlet-values-file', `${values}-not`);
    expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('failed to merge klusterlet values file') });
    expect((await spoke.client.get(KLUSTERLET))?.metadata.generation).toBe(before?.metadata.generation);
    const joined = await fleet.clusteradm('join', ...flags, '--feature-gates=RawFeedbackJsonString=true', '--klusterlet-values-file', values);
    expect(joined).toMatchObject({ exitCode: 0 });
    const { spec } = (await spoke.client.get(KLUSTERLET))!;
    expect(spec.workConfiguration).toMatchObject({ featureGates: gates, statusSyncInterval: '10s', kubeAPIQPS: 50 });
    expect(spec.registrationConfiguration.featureGates.length).toBeGreaterThan(0);
    expect(spec).not.toHaveProperty('unknown');
  });
});

describe('a spoke whose pods cannot reach the hub', () => {
  it('names the address and the network error in its condition', async () => {
    fleet.network.cut('tokyo', hub.address);
    const { stdout } = await onHub('get', 'token', '-o', 'json');
    const { 'hub-token': token } = JSON.parse(stdout) as { 'hub-token': string };
    expect(await joinSpoke(fleet, { hub, spoke: hub, token })).toMatchObject({ exitCode: 0 });
    const klusterlet = await hub.until(
      KLUSTERLET,
      (object) => condition(object, 'HubConnectionDegraded')?.reason === 'BootstrapSecretError,HubKubeConfigSecretMissing',
    );
    expect(condition(klusterlet, 'HubConnectionDegraded')?.message).toContain('https://10.250.0.10:6443');
    expect(condition(klusterlet, 'HubConnectionDegraded')?.message).toContain('i/o timeout');
  });
});
