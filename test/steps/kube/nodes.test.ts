import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube-api/objects.ts';
import { nodeSchema, whyUnusable } from '../../../src/steps/kube/nodes.ts';
import { readAs } from '../../../src/steps/kube/read-as.ts';
import { chooseGateway } from '../../../src/steps/kubeslice/gateway-node.ts';
import { testFleet } from '../../support/fleet.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { NODES, type NodeForm, nodeOf } from './node-forms.ts';

const told = (object: KubeObject): string | undefined => whyUnusable(readAs(nodeSchema, object, 'tokyo'));
const forms: readonly NodeForm[] = NODES;

test.each(forms.map((form) => [form.title, form] as const))('%s', (_, form) => {
  expect(told(nodeOf('a', form)) ?? 'takes pods').toContain(form.why ?? 'takes pods');
});

const choose = async (nodes: Readonly<Record<string, NodeForm>>) => {
  const cluster = memoryCluster('tokyo');
  for (const [name, form] of Object.entries(nodes)) cluster.put(nodeOf(name, form));
  return chooseGateway(cluster, testFleet.clusters[0]!);
};
const USABLE: NodeForm = { title: '' };

test('the gateway is never one of the nodes that serve nobody, labelled or not, whatever comes first by name', async () => {
  for (const form of forms.filter(({ why }) => why !== undefined)) {
    const labelled = { ...form, labels: { ...form.labels, 'kubeslice.io/node-type': 'gateway' } };
    for (const first of [form, labelled])
      expect(await choose({ a: first, b: USABLE }), form.title).toMatchObject({ node: { metadata: { name: 'b' } } });
    expect(await choose({ a: form }), form.title).toMatchObject({ code: 'PGD-032', evidence: [expect.stringContaining(form.why ?? '?')] });
  }
});

test('a node of the control plane is the gateway only where no other one can be', async () => {
  const controlPlane = { title: '', labels: { 'node-role.kubernetes.io/control-plane': '' } };
  expect(await choose({ a: controlPlane, b: USABLE })).toMatchObject({ node: { metadata: { name: 'b' } } });
  expect(await choose({ a: controlPlane, b: { title: '', unschedulable: true } })).toMatchObject({ node: { metadata: { name: 'a' } } });
});
