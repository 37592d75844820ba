import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Clock } from '../../../src/ports/clock.ts';
import { clusterRegistered } from '../../../src/steps/kubeslice/cluster-registered.ts';
import { gatewayLabelled } from '../../../src/steps/kubeslice/gateway-labelled.ts';
import { projectReady } from '../../../src/steps/kubeslice/project-ready.ts';
import { clusterRef } from '../../../src/steps/kubeslice/objects.ts';
import { joinedFleet, type JoinedFleet } from '../../support/joined-fleet.ts';
import { make, reach } from '../../support/kubeslice-steps.ts';
import { becomesHealthy } from '../../support/step-contract.ts';
import { systemClock } from '../../support/system-clock.ts';

const pullable = new Set<string>();
let joined: JoinedFleet;
beforeAll(async () => {
  joined = await joinedFleet({ speed: 40, imageIsThere: (image) => !image.startsWith('busybox') || pullable.has(image) });
  await reach(joined, 'controller');
  await make(joined, projectReady(joined.fleet));
  await make(joined, gatewayLabelled(joined.fleet, joined.fleet.clusters[1]!));
});
afterAll(() => joined?.close());

/** Sleeps a fortieth of the time, as the fleet's own time goes. */
const fastClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 40, signal) };

/** Checks and, if there is something to do, applies the registration of osaka with this probe image; what is told of it then. */
const register = async (probeImage: string) => {
  const fleet = { ...joined.fleet, probeImage };
  const context = { ...joined.context, clock: fastClock };
  const step = clusterRegistered(fleet, fleet.clusters[1]!);
  const finding = await step.check(context);
  if (finding.kind === 'change') await step.apply(context);
  const verdict = await becomesHealthy(step, joined.context);
  return { finding, warnings: verdict.healthy ? (verdict.warnings ?? []) : [verdict.waitingFor] };
};
const interfaceOnHub = async (): Promise<string> =>
  ((await joined.cluster('tokyo').read(clusterRef(joined.fleet, 'osaka'))) as any).spec.networkInterface;
const probePods = async () =>
  (await joined.cluster('osaka').list({ apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system' })).items.filter(({ metadata }) =>
    metadata.name.startsWith('pgdist-interface-'),
  );

test('a probe whose image cannot be pulled says which image, and which settings of pgdist.yaml help', async () => {
  const { finding, warnings } = await register('busybox:away');
  expect(finding.kind).toBe('change');
  expect(warnings).toEqual([
    expect.stringMatching(
      /^the interface of osaka's gateway node could not be found: node osaka-1 could not pull image busybox:away \(ImagePullBackOff: .*\)\. probeImage of pgdist\.yaml names another image, clusters\[\]\.gateway\.interface the interface itself; until then eth0 is assumed, which costs traffic shaping at most$/,
    ),
  ]);
  expect(await interfaceOnHub()).toBe('eth0');
  expect(await probePods()).toEqual([]);
});

test('it is not looked for again with the same image, and still told', async () => {
  const { finding, warnings } = await register('busybox:away');
  expect(finding).toMatchObject({ kind: 'in-place', warnings });
  expect(warnings[0]).toContain('could not pull image busybox:away');
});

test('it is looked for again with another image, and what that one finds takes the place of the assumption', async () => {
  pullable.add('busybox:here');
  const { finding, warnings } = await register('busybox:here');
  expect(finding).toMatchObject({
    kind: 'change',
    changes: [
      { action: 'run', fields: expect.arrayContaining([{ path: 'spec.containers', to: [expect.objectContaining({ image: 'busybox:here' })] }]) },
      { action: 'change', fields: [{ path: 'spec.networkInterface', later: expect.stringContaining('as the probe pod finds it') }] },
    ],
  });
  expect(warnings).toEqual([]);
  expect(await interfaceOnHub()).toBe('enp3s0');
  expect((await register('busybox:other')).finding.kind).toBe('in-place');
});
