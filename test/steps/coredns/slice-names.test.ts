import { afterEach, beforeEach, expect, test } from 'vitest';
import { sliceNamesForwarded } from '../../../src/steps/coredns/slice-names-forwarded.ts';
import { sliceNamesResolve } from '../../../src/steps/coredns/slice-names-resolve.ts';
import { cacheBlock, type DnsWorld, dnsWorld, plantNodeCache } from '../../support/dns-world.ts';
import { DNS_FLAVOURS } from './dns-flavours.ts';
import { testFleet } from '../../support/fleet.ts';
import { becomesHealthy, keepsTheContract } from '../../support/step-contract.ts';
import { told } from '../../../src/domain/text.ts';
import { eventually } from '../../support/eventually.ts';

const NAMESPACE = 'kube-system';
const tokyo = testFleet.clusters[0]!;
const forwarded = sliceNamesForwarded(testFleet, tokyo);
const resolve = sliceNamesResolve(testFleet, tokyo);

let world: DnsWorld;
beforeEach(async () => {
  world = await dnsWorld();
});
afterEach(() => world.close());

const nodeCache = (name: string, namespace: string, corefile: string): Promise<void> => plantNodeCache(world.operator, { name, namespace, corefile });
const configMap = async (name = 'coredns'): Promise<any> => world.cluster.read({ apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, name });
const patch = (kind: string, name: string, change: unknown, apiVersion = 'v1') =>
  world.operator.merge({ apiVersion, kind, namespace: NAMESPACE, name }, change);

test('the block is written, its address follows KubeSlice’s DNS, and names resolve', async () => {
  const before = (await configMap()).data.Corefile;
  expect(await resolve.verify(world.context)).toMatchObject({ healthy: false, problem: { code: 'PGD-052' }, recheckEveryMs: expect.any(Number) });
  await keepsTheContract('coredns/slice-names-forwarded', forwarded, world.context);
  expect((await configMap()).metadata.annotations['pgdist/corefile-before']).toBe(before);
  expect(await resolve.verify(world.context)).toMatchObject({ healthy: true });

  world.address = await world.renewService();
  const finding = await forwarded.check(world.context);
  expect(finding).toMatchObject({ kind: 'change', changes: [{ action: 'change', fields: [{ to: world.address }] }, { action: 'restart' }] });
  await forwarded.apply(world.context);
  expect(await becomesHealthy(forwarded, world.context)).toMatchObject({ healthy: true });
  expect((await configMap()).data.Corefile.match(/slice\.local/g)).toHaveLength(1);
  expect(await becomesHealthy(resolve, world.context)).toMatchObject({ healthy: true });
  expect((await configMap()).metadata.annotations['pgdist/corefile-before']).toBe(before);
});

test('a KubeSlice DNS that does not run is told by the pods that do not get their answers', async () => {
  await forwarded.apply(world.context);
  await becomesHealthy(forwarded, world.context);
  world.dnsRuns = false;
  const verdict = await resolve.verify(world.context);
  expect(verdict).toMatchObject({ healthy: false, problem: { remedy: expect.stringContaining('app=kubeslice-dns') } });
});

test('where the Corefile imports server files, as on k3s, the imported ConfigMap is written and the main one left alone', async () => {
  const main = await configMap();
  await patch('ConfigMap', 'coredns', {
    metadata: { annotations: { 'objectset.rio.cattle.io/owner-gvk': 'k3s.cattle.io/v1, Kind=Addon' } },
    data: { Corefile: `${main.data.Corefile}import /etc/coredns/custom/*.server\n` },
  });
  const deployment = (await world.cluster.read({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name: 'coredns' })) as any;
  const { volumes, containers } = deployment.spec.template.spec;
  containers[0].volumeMounts.push({ name: 'custom-config-volume', mountPath: '/etc/coredns/custom', readOnly: true });
  volumes.push({ name: 'custom-config-volume', configMap: { name: 'coredns-custom', optional: true } });
  await patch('Deployment', 'coredns', { spec: { template: { spec: { volumes, containers } } } }, 'apps/v1');
  await becomesHealthy({ ...forwarded, verify: rolledOut }, world.context);
  await keepsTheContract('coredns/slice-names-forwarded', forwarded, world.context);
  expect((await configMap('coredns-custom')).data['kubeslice.server']).toContain(`forward . ${world.address}`);
  expect((await configMap()).data.Corefile).not.toContain('slice.local');
  expect(await becomesHealthy(resolve, world.context)).toMatchObject({ healthy: true });
});

/** The add-on: every CoreDNS of EKS has the label, only the add-on's is written by EKS. */
const asEks = async (): Promise<void> => {
  await patch('Deployment', 'coredns', { metadata: { labels: { 'eks.amazonaws.com/component': 'coredns' } } }, 'apps/v1');
  await world.operator.api.json('PATCH', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/coredns`, {
    body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'coredns', labels: { 'eks.amazonaws.com/component': 'coredns' } } },
    type: 'application/apply-patch+yaml',
    query: { fieldManager: 'eks', force: 'true' },
  });
};

const managed: [string, () => Promise<unknown>, string][] = [
  ['EKS', () => asEks(), 'aws eks update-addon'],
  [
    'RKE2',
    () =>
      world.operator.setStatus({ apiVersion: 'v1', kind: 'Node', name: 'tokyo-1' }, (status) => {
        status.nodeInfo.kubeletVersion = 'v1.34.1+rke2r1';
      }),
    'HelmChartConfig kube-system/rke2-coredns',
  ],
  [
    'a controller that rewrites it',
    () => patch('ConfigMap', 'coredns', { metadata: { labels: { 'addonmanager.kubernetes.io/mode': 'Reconcile' } } }),
    'where that owner takes',
  ],
  [
    'NodeLocal DNSCache',
    () =>
      nodeCache(
        'node-local-dns',
        NAMESPACE,
        `${cacheBlock('cluster.local', '__PILLAR__CLUSTER__DNS__')}${cacheBlock('.', '__PILLAR__UPSTREAM__SERVERS__')}`,
      ),
    'ConfigMap kube-system/node-local-dns',
  ],
  [
    'a node cache of another name and namespace',
    () => nodeCache('nodelocaldns', 'networking', `${cacheBlock('cluster.local', '10.96.0.10')}${cacheBlock('.', '/etc/resolv.conf')}`),
    'ConfigMap networking/nodelocaldns',
  ],
  [
    'a node cache that still knows the address of before',
    () => nodeCache('dns-cache', NAMESPACE, `${cacheBlock('slice.local', '10.96.77.77')}${cacheBlock('.', '10.96.0.10')}`),
    'ConfigMap kube-system/dns-cache',
  ],
  [
    'kube-dns',
    async () => {
      const labels = { 'k8s-app': 'kube-dns' };
      await world.operator.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name: 'coredns' });
      const { items } = await world.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE });
      for (const { metadata } of items) await world.operator.delete({ apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE, name: metadata.name });
      await world.operator.create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a-kube-dns', namespace: NAMESPACE, labels },
        spec: { containers: [{ name: 'kubedns', image: 'registry.k8s.io/dns/k8s-dns-kube-dns:1.22.28', args: ['--config-dir=/kube-dns-config'] }] },
      });
      await eventually(async () => expect((await podNames()).filter((name) => name.startsWith('coredns-'))).toEqual([]));
    },
    'stubDomains',
  ],
];
const podNames = async (): Promise<string[]> =>
  (await world.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE })).items.map(({ metadata }) => metadata.name);

test.each([
  ['forwards all it does not know to CoreDNS', () => `${cacheBlock('cluster.local', '10.96.0.10')}${cacheBlock('.', '10.96.0.10')}`],
  ['forwards slice.local to KubeSlice itself', () => `${cacheBlock('slice.local', world.address)}${cacheBlock('.', '/etc/resolv.conf')}`],
])('a node cache that %s is no obstacle', async (_, corefile) => {
  await nodeCache('nodelocaldns', NAMESPACE, corefile());
  expect(await forwarded.check(world.context)).toMatchObject({ kind: 'change' });
});

test('a CoreDNS that a person put on EKS is edited: its label says nothing, its fields are not written by EKS', async () => {
  await patch('Deployment', 'coredns', { metadata: { labels: { 'eks.amazonaws.com/component': 'coredns' } } }, 'apps/v1');
  expect(await forwarded.check(world.context)).toMatchObject({ kind: 'change' });
});

test('a Corefile with which CoreDNS would not start is named with its line, although the pods of before still answer', async () => {
  await forwarded.apply(world.context);
  await becomesHealthy(forwarded, world.context);
  const main = await configMap();
  await patch('ConfigMap', 'coredns', { data: { Corefile: `${main.data.Corefile}corp.example {\n    forward . 10.0.0.53\n` } });
  const problem = {
    code: 'PGD-051',
    evidence: [expect.stringMatching(/^ConfigMap kube-system\/coredns, key Corefile: .*line \d+: the text ends inside a block/)],
  };
  expect(await forwarded.check(world.context)).toMatchObject({ kind: 'blocked', problems: [problem] });
  expect(await forwarded.verify(world.context)).toMatchObject({ healthy: false, problem });
  await expect(forwarded.apply(world.context)).rejects.toMatchObject({ problems: [problem] });
});

test('a Corefile for whose text the annotation has no room is edited all the same, and the plan says that the text is not kept', async () => {
  const text = `${(await configMap()).data.Corefile}# ${'x'.repeat(256 * 1024)}\n`;
  await patch('ConfigMap', 'coredns', { data: { Corefile: text } });
  const path = 'metadata.annotations.pgdist/corefile-before';
  const finding = await forwarded.check(world.context);
  const fields = finding.kind === 'change' ? finding.changes.flatMap((change) => change.fields) : [];
  const told = fields.find((field) => field.path === path);
  expect(told?.to).toMatch(/^not kept: an object has no room for \d+ kB more of annotations/);
  await forwarded.apply(world.context);
  expect((await configMap()).metadata.annotations['pgdist/corefile-before']).toBe(told?.to);
  expect(await becomesHealthy(forwarded, world.context)).toMatchObject({ healthy: true });
});

test('a ConfigMap that takes no change blocks the plan in the words of the API server, and not the deploy in its middle', async () => {
  await patch('ConfigMap', 'coredns', { immutable: true });
  await expect(forwarded.check(world.context)).rejects.toMatchObject({
    code: 422,
    message: expect.stringContaining('field is immutable when `immutable` is set'),
  });
});

test('a ConfigMap that has no room for the block blocks the plan, and not the deploy in its middle', async () => {
  const { length } = (await configMap()).data.Corefile;
  await patch('ConfigMap', 'coredns', { data: { NodeHosts: 'x'.repeat(2 ** 20 - length - 10) } });
  expect(await forwarded.check(world.context)).toMatchObject({
    kind: 'blocked',
    problems: [{ code: 'PGD-051', what: 'ConfigMap kube-system/coredns of tokyo has no room for the block of slice.local' }],
  });
});

test('each DNS that is not edited is in the list of those that are known', () => {
  expect(DNS_FLAVOURS.map(({ name }) => name)).toEqual(expect.arrayContaining(managed.map(([name]) => name)));
});

test.each(managed)('DNS under %s is not edited: the plan is blocked with the edit that lasts', async (_, become, remedy) => {
  await become();
  expect(await forwarded.check(world.context)).toMatchObject({
    kind: 'blocked',
    problems: [{ code: 'PGD-050', remedy: expect.stringContaining(remedy) }],
  });
});

test('DNS that its owner has put right is in place, whoever manages it', async () => {
  await forwarded.apply(world.context);
  await becomesHealthy(forwarded, world.context);
  await asEks();
  expect(await forwarded.check(world.context)).toMatchObject({ kind: 'in-place', warnings: [expect.stringContaining('EKS')] });
  expect(await forwarded.verify(world.context)).toMatchObject({ healthy: true });
});

test('a block that somebody wrote before is kept, and CoreDNS is not restarted for it', async () => {
  const main = await configMap();
  await patch('ConfigMap', 'coredns', { data: { Corefile: `slice.local {\n  forward . ${world.address}\n}\n${main.data.Corefile}` } });
  expect(await forwarded.check(world.context)).toMatchObject({ kind: 'in-place' });
});

test('without KubeSlice’s DNS the step waits for it', async () => {
  await world.operator.delete({ apiVersion: 'v1', kind: 'Service', namespace: 'kubeslice-system', name: 'kubeslice-dns' });
  await expect(forwarded.check(world.context)).rejects.toMatchObject({
    name: 'NotYetError',
    missing: 'Service kubeslice-system/kubeslice-dns on tokyo',
  });
});

const rolledOut: typeof forwarded.verify = async (context) => {
  const { status, metadata } = (await context
    .cluster('tokyo')
    .read({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name: 'coredns' })) as any;
  const done =
    status?.observedGeneration === metadata.generation && status.updatedReplicas === 2 && status.availableReplicas === 2 && status.replicas === 2;
  if (done) return { healthy: true, evidence: '' };
  return { healthy: false, waitingFor: 'rollout', problem: { code: 'PGD-090', what: told``, evidence: [], remedy: told`` } };
};
