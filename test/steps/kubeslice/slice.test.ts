import { afterAll, beforeAll, expect, test } from 'vitest';
import { sliceConfigured } from '../../../src/steps/kubeslice/slice-configured.ts';
import { tunnelUp } from '../../../src/steps/kubeslice/tunnel-up.ts';
import { workerHealthy } from '../../../src/steps/kubeslice/worker-healthy.ts';
import { workerRendered } from '../../../src/steps/kubeslice/worker-rendered.ts';
import { sliceConfigRef, sliceGatewayRef } from '../../../src/steps/kubeslice/objects.ts';
import { joinedFleet, type JoinedFleet } from '../../support/joined-fleet.ts';
import { reach } from '../../support/kubeslice-steps.ts';
import { becomesHealthy } from '../../support/step-contract.ts';
import { eventually } from '../../support/eventually.ts';

let joined: JoinedFleet;
const healthWarnings = new Set(['osaka']);
beforeAll(async () => {
  joined = await joinedFleet({ speed: 40, kubeslice: { healthWarnings } });
  await reach(joined, 'registered');
});
afterAll(() => joined?.close());
const problemOf = (verdict: Awaited<ReturnType<ReturnType<typeof workerHealthy>['verify']>>) => (verdict.healthy ? undefined : verdict.problem);
const tunnel = () => tunnelUp(joined.fleet, joined.fleet.clusters[0]!, joined.fleet.clusters[1]!);

test('a first health report of Warning is waited through until the next report', async () => {
  const { fleet, context, cluster } = joined;
  await workerRendered(fleet).apply(context);
  await eventually(async () => {
    const osaka = (await cluster('tokyo').read({
      apiVersion: 'controller.kubeslice.io/v1alpha1',
      kind: 'Cluster',
      namespace: 'kubeslice-demo',
      name: 'osaka',
    })) as any;
    expect(osaka.status.clusterHealth?.clusterHealthStatus).toBe('Warning');
  });
  const step = workerHealthy(fleet, fleet.clusters[1]!);
  const warned = await step.verify(context);
  expect(warned).toMatchObject({ healthy: false, waitingFor: 'clusterHealth is Warning (admission-webhook); the next report comes within 120 s' });
  healthWarnings.delete('osaka');
  expect(await becomesHealthy(step, context)).toMatchObject({ healthy: true });
});

test('a subnet that meets a pod network is refused by KubeSlice in the plan already', async () => {
  const { fleet, database, context } = joined;
  const overlapping = { ...fleet, kubeslice: { ...fleet.kubeslice, slice: { ...fleet.kubeslice.slice, subnet: '10.100.0.0/16' } } };
  await expect(sliceConfigured(overlapping, database).check(context)).rejects.toMatchObject({
    problems: [{ code: 'PGD-036', evidence: [expect.stringContaining('must not overlap with CniSubnet 10.100.0.0/16 of cluster tokyo')] }],
  });
});

test('gateways that have no certificates are told with the Job that makes them', async () => {
  const { fleet, database, context, kubeslice: standIn } = joined;
  standIn.faults.certificatesFail = true;
  await sliceConfigured(fleet, database).apply(context);
  expect(await becomesHealthy(sliceConfigured(fleet, database), context)).toMatchObject({ healthy: true });
  const verdict = await tunnel().verify(context);
  expect(verdict).toMatchObject({ healthy: false, waitingFor: 'SliceGateway demo-slice-tokyo-osaka does not exist on tokyo' });
  expect(problemOf(verdict)).toMatchObject({
    code: 'PGD-037',
    means: { kind: 'terminal', lines: expect.arrayContaining([expect.objectContaining({ line: 'get pods -l app=ovpn-cert-generator' })]) },
  });
  // The hub calls such a slice Normal: it has no component for the tunnel that is not there.
  const ref = { apiVersion: 'worker.kubeslice.io/v1alpha1', kind: 'WorkerSliceConfig', namespace: 'kubeslice-demo', name: 'demo-slice-osaka' };
  await eventually(async () => {
    const config = (await joined.cluster('tokyo').read(ref)) as any;
    const components = config.status.sliceHealth.componentStatuses.map(({ component }: { component: string }) => component);
    expect(components).toContain('slice-router');
    expect(components).not.toContain('gateway-tunnel');
  });
  standIn.faults.certificatesFail = false;
  expect(await becomesHealthy(tunnel(), context)).toMatchObject({ healthy: true });
});

test('a tunnel that is cut is found by both of its ends and comes back when it is mended', async () => {
  const { context, kubeslice: standIn, fleet, cluster } = joined;
  standIn.faults.cutTunnel('tokyo', 'osaka');
  // Each end notices by itself, one of them first.
  const problem = await eventually(async () => {
    const found = problemOf(await tunnel().verify(context));
    const evidence = found?.evidence.join('\n');
    expect(evidence).toMatch(/gateway demo-slice-tokyo-osaka-\S+ on tokyo: TunnelState is DOWN, PacketLoss 100 %/);
    expect(evidence).toMatch(/gateway demo-slice-osaka-tokyo-\S+ on osaka: TunnelState is DOWN, PacketLoss 100 %/);
    return found;
  });
  expect(problem?.remedy).toContain('UDP 30000-33000 to the gateway node of tokyo');
  expect(standIn.link('tokyo', 'osaka')).toBe(false);
  standIn.faults.mendTunnel('tokyo', 'osaka');
  expect(await becomesHealthy(tunnel(), context)).toMatchObject({ healthy: true });
  expect(standIn.link('osaka', 'tokyo')).toBe(true);
  const gateway = (await cluster('osaka').read(sliceGatewayRef(fleet, 'osaka', 'tokyo'))) as any;
  expect(gateway.status.config).toMatchObject({ sliceGatewayHostType: 'Client', sliceGatewayRemoteNodeIps: ['10.250.0.10'] });
});

test('an existing slice gets what it lacks and keeps what it has', async () => {
  const { fleet, database, context, cluster } = joined;
  await cluster('tokyo').merge(sliceConfigRef(fleet), {
    spec: {
      qosProfileDetails: { bandwidthCeilingKbps: 5120, bandwidthGuaranteedKbps: 2560 },
      namespaceIsolationProfile: {
        applicationNamespaces: [
          { namespace: 'shop', clusters: ['*'] },
          { namespace: 'demo', clusters: ['tokyo'] },
        ],
      },
    },
  });
  const step = sliceConfigured(fleet, database);
  const finding = await step.check(context);
  expect(finding.kind === 'change' && finding.changes[0]?.fields).toEqual([
    {
      path: 'spec.namespaceIsolationProfile.applicationNamespaces',
      from: [
        { namespace: 'shop', clusters: ['*'] },
        { namespace: 'demo', clusters: ['tokyo'] },
      ],
      to: [
        { namespace: 'shop', clusters: ['*'] },
        { namespace: 'demo', clusters: ['tokyo', 'osaka'] },
        { namespace: 'kubedb', clusters: ['*'] },
      ],
    },
    { path: 'spec.qosProfileDetails.bandwidthCeilingKbps', from: 5120, to: 102_400 },
    { path: 'spec.qosProfileDetails.bandwidthGuaranteedKbps', from: 2560, to: 51_200 },
  ]);
  await step.apply(context);
  expect(await becomesHealthy(step, context)).toMatchObject({ healthy: true });
});

test('a slice that differs in what can never change blocks the plan', async () => {
  const { fleet, database, context } = joined;
  const other = { ...fleet, kubeslice: { ...fleet.kubeslice, slice: { ...fleet.kubeslice.slice, subnet: '10.9.0.0/16', maxClusters: 4 } } };
  const finding = await sliceConfigured(other, database).check(context);
  expect(finding).toMatchObject({
    kind: 'blocked',
    problems: [{ code: 'PGD-036', evidence: ['spec.sliceSubnet is "10.1.0.0/16", wanted is "10.9.0.0/16"', 'spec.maxClusters is 16, wanted is 4'] }],
  });
});
