import { expect, test } from 'vitest';
import { ProblemError } from '../../src/domain/problem.ts';
import { sliceDnsAddress } from '../../src/steps/coredns/forward-target.ts';
import { sliceForwardIn } from '../../src/steps/coredns/slice-block.ts';
import { controllerRef, dnsServiceRef } from '../../src/steps/kubeslice/objects.ts';
import { FORMER_REPLICAS, release } from '../../src/steps/kubeslice/render-guard.ts';
import { interfaceIn } from '../../src/steps/kubeslice/interface.ts';
import { memoryCluster } from '../support/memory-cluster.ts';

/** A spoke whose Service of KubeSlice's DNS has this address. */
const spoke = (clusterIP: unknown) => {
  const cluster = memoryCluster('osaka');
  const { apiVersion, kind, ...metadata } = dnsServiceRef;
  cluster.put({ apiVersion, kind, metadata, spec: { clusterIP } });
  return cluster;
};

test.each(['10.96.0.5', 'fd00::a'])('the address %s is forwarded to', async (address) => {
  expect(await sliceDnsAddress(spoke(address))).toBe(address);
  expect(sliceForwardIn({ path: '/Corefile', defaultPort: 53, files: new Map() }, address).wanted).toContain(`forward . ${address}\n`);
});

test.each([
  '10.96.0.5\n}\n.:53 {\n    forward . 203.0.113.66\n}',
  '10.96.0.5 203.0.113.66',
  '10.96.0.5 {',
  '10.96.0.5}',
  '10.96.0.5#',
  "10.96.0.5'; curl x | sh; '",
  '$1',
  '$&',
  '/etc/resolv.conf',
  'tls://203.0.113.66',
  'example.com',
  '010.096.0.5',
  '10.96.0',
  '::1%eth0',
  ' 10.96.0.5',
  '1'.repeat(2_000_000),
])('%j as the address of a DNS goes neither into a Corefile nor into a command', async (address) => {
  const refused = await sliceDnsAddress(spoke(address)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProblemError);
  const [problem] = (refused as ProblemError).problems;
  expect(problem?.code).toBe('PGD-085');
  expect(JSON.stringify(problem).length).toBeLessThan(1_000);
});

test.each([7, null, {}, ['10.96.0.5'], '', 'None'])('%j as the address of a DNS is none yet', async (address) => {
  await expect(sliceDnsAddress(spoke(address))).rejects.toThrow('does not exist yet');
});

test.each([
  ['0', 0],
  ['1', 1],
  ['3', 3],
  ['', 1],
  ['999999999', 1],
  ['-1', 1],
  ['1e9', 1],
  ['0x10', 1],
  ['1.5', 1],
  ['NaN', 1],
  ['3\n', 1],
])('a controller that is held with %j gets %d replicas back', async (former, replicas) => {
  const hub = memoryCluster('tokyo');
  const { apiVersion, kind, ...metadata } = controllerRef;
  hub.put({ apiVersion, kind, metadata: { ...metadata, annotations: { [FORMER_REPLICAS]: former } }, spec: { replicas: 0 } });
  const patches: unknown[] = [];
  await release({
    ...hub,
    async merge(_ref, patch) {
      patches.push(patch);
      return (await hub.read(controllerRef))!;
    },
  });
  expect(patches).toEqual([{ metadata: { annotations: { [FORMER_REPLICAS]: null } }, spec: { replicas } }]);
});

test.each(['dev eth0; rm -rf ~', 'dev ../../x', 'dev eth0\u0000', 'dev {eth0}', `dev ${'e'.repeat(16)}`])(
  'what a probe prints, such as %j, names no interface but one of an interface’s letters',
  (log) => {
    expect(interfaceIn(log) ?? 'eth0').toMatch(/^[A-Za-z0-9_.@-]{1,15}$/);
  },
);
