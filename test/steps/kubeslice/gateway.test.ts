import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../../src/domain/fleet.ts';
import type { KubeObject } from '../../../src/kube-api/objects.ts';
import type { ClusterReader } from '../../../src/ports/cluster.ts';
import { chooseGateway } from '../../../src/steps/kubeslice/gateway-node.ts';
import { interfaceIn } from '../../../src/steps/kubeslice/interface.ts';

const node = (name: string, { labelled = false, ready = true, taint = '', cordoned = false } = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: labelled ? { 'kubeslice.io/node-type': 'gateway' } : {} },
  spec: { unschedulable: cordoned, taints: taint === '' ? [] : [{ key: taint, effect: 'NoSchedule' }] },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
const choose = (configured: string, ...nodes: KubeObject[]) => {
  const reader = { list: async () => ({ items: nodes, resourceVersion: '1' }) } as unknown as ClusterReader;
  const cluster: Cluster = { name: 'tokyo', context: 'tokyo', gateway: { node: configured, interface: 'auto' } };
  return chooseGateway(reader, cluster);
};

describe('the gateway node', () => {
  test('is one that is labelled already, if it can serve', async () => {
    expect(await choose('auto', node('a'), node('b', { labelled: true }), node('c', { labelled: true }))).toMatchObject({
      node: { metadata: { name: 'b' } },
      labelled: true,
      others: ['c'],
    });
  });

  test('is else the first by name that is ready, free of taints and not cordoned', async () => {
    const nodes = [
      node('e'),
      node('d'),
      node('a', { ready: false }),
      node('b', { cordoned: true }),
      node('c', { taint: 'node-role.kubernetes.io/control-plane' }),
    ];
    expect(await choose('auto', ...nodes, node('aa', { labelled: true, ready: false }))).toMatchObject({
      node: { metadata: { name: 'd' } },
      labelled: false,
    });
  });

  test('that is configured is taken or refused, never replaced', async () => {
    expect(await choose('e', node('a', { labelled: true }), node('e'))).toMatchObject({ node: { metadata: { name: 'e' } }, others: ['a'] });
    expect(await choose('c', node('c', { taint: 'dedicated' }), node('e'))).toMatchObject({
      code: 'PGD-032',
      evidence: ['c has taint dedicated:NoSchedule'],
    });
    expect(await choose('z', node('c'))).toMatchObject({ code: 'PGD-032', evidence: ['tokyo has nodes c'] });
  });
});

test.each([
  ['8.8.8.8 via 10.0.0.1 dev enp3s0 src 10.0.0.5 uid 0 \\    cache', 'enp3s0'],
  ['8.8.8.8 dev wlan0.7 src 10.0.0.5', 'wlan0.7'],
  ['RTNETLINK answers: Network is unreachable', undefined],
  ['', undefined],
])('of the route %j the interface is %j', (route, found) => {
  expect(interfaceIn(route)).toBe(found);
});
