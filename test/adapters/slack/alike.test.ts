import { expect, test } from 'vitest';
import { planFile } from '../../../src/adapters/slack/render/plan-file.ts';
import { planReply } from '../../../src/adapters/slack/render/plan-reply.ts';
import type { Change } from '../../../src/domain/finding.ts';
import type { Plan, PlannedStep } from '../../../src/domain/plan.ts';
import type { Run } from '../../../src/domain/run.ts';
import { told } from '../../../src/domain/text.ts';
import { awaiting, plan } from './fixtures.ts';
import { shownAs } from './shown.ts';

const NAMES = Array.from({ length: 32 }, (_, index) => `cluster-${String(index + 1).padStart(2, '0')}`);
const [HUB] = NAMES as [string];

const step = (path: string, cluster: string, ...changes: Change[]): PlannedStep => ({
  id: `${path}@${cluster}`,
  title: `${path.split('/')[1] ?? ''} of ${cluster}`,
  stage: 'KubeSlice',
  cluster,
  usualMs: 1_000,
  finding: { kind: 'change', changes },
});
const label = (cluster: string): Change => ({
  cluster,
  action: 'change',
  object: `Node ${cluster}-${cluster.length}`,
  fields: [{ path: 'metadata.labels.kubeslice.io/node-type', to: 'gateway' }],
});
const join = (cluster: string): Change => ({
  cluster,
  action: 'install',
  object: 'Klusterlet klusterlet',
  command: `clusteradm join --cluster-name=${cluster}`,
  fields: [{ path: 'spec.clusterName', to: cluster }],
});
const accept = (cluster: string): Change => ({
  cluster: HUB,
  action: 'change',
  object: `ManagedCluster ${cluster}`,
  fields: [{ path: 'spec.hubAcceptsClient', from: false, to: true }],
});
const register = (cluster: string): Change => ({
  cluster: HUB,
  action: 'create',
  object: `Cluster kubeslice-demo/${cluster}`,
  fields: [{ path: 'spec.networkInterface', to: cluster.endsWith('7') ? 'eth0' : 'enp3s0' }],
});
const restart = (cluster: string): Change => ({
  cluster,
  action: 'restart',
  object: 'Deployment kube-system/coredns',
  fields: [],
  impact: told`DNS of every workload of ${cluster}`,
});

const many: Plan = {
  ...plan,
  steps: NAMES.flatMap((name) => [
    step('kubeslice/gateway-labelled', name, label(name)),
    step('ocm/spoke-joined', name, join(name)),
    step('ocm/spoke-accepted', name, accept(name)),
    step('kubeslice/cluster-registered', name, register(name)),
    step('coredns/slice-names-forwarded', name, restart(name)),
  ]),
};
const run: Run = {
  ...awaiting,
  plan: many,
  fleet: { ...awaiting.fleet, hub: HUB, clusters: NAMES.map((name) => ({ ...awaiting.fleet.clusters[0]!, name, context: name })) },
};
const reply = shownAs(planReply(run, many, { approvers: ['U0BOB'], requesterMayApprove: false }));
const { content } = planFile(run, many);

test('what is the same on 32 clusters is one line of the reply', () => {
  const lines = reply.split('\n').filter((line) => line.startsWith('•'));
  expect(lines).toEqual([
    expect.stringContaining('each of 32 clusters · `Node cluster-01-10, cluster-02-10'),
    '• cluster-01 · `ManagedCluster <cluster> (32)` · is changed: spec.hubAcceptsClient false → true',
    '• each of 32 clusters · `Deployment kube-system/coredns` · is restarted (DNS of every workload of <cluster>)',
    '• each of 32 clusters · Klusterlet klusterlet',
    '• cluster-01 · Cluster kubeslice-demo/<cluster> (32)',
    ...plan.worthKnowing.map(() => expect.any(String)),
  ]);
  expect(reply).toContain('*Create 64*: cluster-01 33, 1 on each of 31 clusters');
});

test('the file names each cluster whose value is another one, and the others once', () => {
  expect(content).toContain('to do      spoke-joined of <cluster> - on all 32 clusters');
  expect(content).toContain('$ clusteradm join --cluster-name=<cluster>');
  expect(content.match(/spec\.clusterName/g)).toHaveLength(1);
  expect(content).toContain('cluster-07, cluster-17, cluster-27: spec.networkInterface: eth0');
  expect(content.split('\n').length).toBeLessThan(70);
});

test('one cluster that differs is told apart', () => {
  const odd: Plan = {
    ...many,
    steps: many.steps.map((one) =>
      one.id === 'coredns/slice-names-forwarded@cluster-09' ? step('coredns/slice-names-forwarded', 'cluster-09') : one,
    ),
  };
  const shown = shownAs(planReply({ ...run, plan: odd }, odd, { approvers: [], requesterMayApprove: false }));
  expect(shown).toContain('• 31 of 32 clusters (not cluster-09) · `Deployment kube-system/coredns` · is restarted');
});
