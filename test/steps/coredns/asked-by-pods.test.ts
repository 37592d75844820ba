import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sliceNamesForwarded } from '../../../src/steps/coredns/slice-names-forwarded.ts';
import { sliceNamesResolve } from '../../../src/steps/coredns/slice-names-resolve.ts';
import { cacheBlock, type DnsWorld, dnsWorld, plantNodeCache } from '../../support/dns-world.ts';
import { eventually } from '../../support/eventually.ts';
import { testDatabase, testFleet } from '../../support/fleet.ts';
import { becomesHealthy } from '../../support/step-contract.ts';

const tokyo = testFleet.clusters[0]!;
const resolve = sliceNamesResolve(testFleet, tokyo, testDatabase);
const forwarded = sliceNamesForwarded(testFleet, tokyo, testDatabase);
const ALPINE = 'ghcr.io/appscode-images/postgres:17.2-alpine';
const DEBIAN = 'ghcr.io/appscode-images/postgres:17.2-bookworm';

let world: DnsWorld;
beforeEach(async () => {
  world = await dnsWorld();
  await forwarded.apply(world.context);
  await becomesHealthy(forwarded, world.context);
});
afterEach(() => world.close());

const podOf = (kind: string, namespace: string, name: string) => world.cluster.read({ apiVersion: 'v1', kind, namespace, name }) as Promise<any>;
const startPod = async (image: string, spec: Record<string, unknown> = {}): Promise<void> => {
  await world.operator.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
  await world.operator.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'postgres-0', namespace: 'demo' },
    spec: { containers: [{ name: 'postgres', image }], ...spec },
  });
  await eventually(async () => {
    const pod = await podOf('Pod', 'demo', 'postgres-0');
    expect(pod.status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
  });
};
const cacheRuns = async (): Promise<void> =>
  eventually(async () => {
    const { items } = await world.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'networking' });
    expect(items[0]?.['status']).toMatchObject({ phase: 'Running' });
  });
const plant = async (corefile: string): Promise<void> => {
  await plantNodeCache(world.operator, { name: 'dns-at-home', namespace: 'networking', corefile });
  await cacheRuns();
};
const PAST = `${cacheBlock('cluster.local', '__PILLAR__CLUSTER__DNS__')}${cacheBlock('.', '__PILLAR__UPSTREAM__SERVERS__')}`;

describe('without a pod of the database', () => {
  test('what CoreDNS says is told as no more than that', async () => {
    expect(await resolve.verify(world.context)).toMatchObject({
      healthy: true,
      evidence: expect.stringContaining('no pod of a database runs there'),
    });
  });
});

describe('with a pod of the database', () => {
  test('the names resolve by the resolver that its resolv.conf names', async () => {
    await startPod(ALPINE);
    const verdict = await resolve.verify(world.context);
    expect(verdict).toMatchObject({ healthy: true, evidence: expect.stringContaining('pod postgres-0 gets them from 10.96.0.10') });
  });

  test.each([
    ['at the address of kube-dns', undefined],
    ['at an address of its own', '169.254.20.10'],
  ])('a cache on the nodes %s that sends them past CoreDNS is found, whatever its name', async (_, clusterDns) => {
    await plant(PAST);
    if (clusterDns !== undefined)
      await world.operator.merge(
        { apiVersion: 'v1', kind: 'Node', name: 'tokyo-1' },
        { metadata: { labels: { 'playground/cluster-dns': clusterDns } } },
      );
    await startPod(ALPINE);
    const problem = { code: 'PGD-052', evidence: [expect.stringContaining(`pod postgres-0 asks ${clusterDns ?? '10.96.0.10'}, which gives `)] };
    expect(await resolve.verify(world.context)).toMatchObject({ healthy: false, problem });
    expect(await forwarded.verify(world.context)).toMatchObject({ healthy: false, problem: { code: 'PGD-050' } });
  });

  test('a cache that hands them on to CoreDNS is no obstacle', async () => {
    await plant(`${cacheBlock('cluster.local', '__PILLAR__CLUSTER__DNS__')}${cacheBlock('.', '__PILLAR__CLUSTER__DNS__')}`);
    await startPod(ALPINE);
    expect(await resolve.verify(world.context)).toMatchObject({ healthy: true, evidence: expect.stringContaining('postgres-0') });
    expect(await forwarded.verify(world.context)).toMatchObject({ healthy: true });
  });

  test('a resolver of its own that nobody runs is found', async () => {
    await startPod(ALPINE, { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.96.200.200'] } });
    const problem = { evidence: [expect.stringContaining('pod postgres-0 asks 10.96.200.200, which gives no answer in time')] };
    expect(await resolve.verify(world.context)).toMatchObject({ healthy: false, problem });
  });

  test('whose image has no tool to ask with, it is told as not known', async () => {
    await startPod(DEBIAN);
    const verdict = await resolve.verify(world.context);
    expect(verdict).toMatchObject({ healthy: true, warnings: [expect.stringMatching(/is not known: pod postgres-0 could not be asked/)] });
  });

  test('verify makes and changes nothing for it', async () => {
    await startPod(ALPINE);
    const before = await world.cluster.list({ apiVersion: 'v1', kind: 'Pod' });
    await resolve.verify(world.context);
    const after = await world.cluster.list({ apiVersion: 'v1', kind: 'Pod' });
    expect(after.items.map(({ metadata }) => [metadata.name, metadata.resourceVersion])).toEqual(
      before.items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
    );
  });
});
