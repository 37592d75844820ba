import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Step } from '../../../src/steps/context.ts';
import { sliceNamesForwarded, sliceNamesResolve } from '../../../src/steps/coredns/index.ts';
import * as kubeslice from '../../../src/steps/kubeslice/index.ts';
import { joinedFleet, type JoinedFleet } from '../../support/joined-fleet.ts';
import { keepsTheContract } from '../../support/step-contract.ts';

/** Steps on one fleet, each after those before it: what one leaves behind is what the next finds. */
describe('from an OCM fleet to slice names that resolve', () => {
  let joined: JoinedFleet;
  beforeAll(async () => {
    joined = await joinedFleet({ speed: 40 });
  }, 60_000);
  afterAll(() => joined?.close());

  const onEach = (make: (joined: JoinedFleet, index: number) => Step) => [
    (joined: JoinedFleet) => make(joined, 0),
    (joined: JoinedFleet) => make(joined, 1),
  ];
  const applied: [string, (joined: JoinedFleet) => Step][] = [
    ['the controller is installed', ({ fleet }) => kubeslice.controllerInstalled(fleet)],
    ['the project is ready', ({ fleet }) => kubeslice.projectReady(fleet)],
    ...onEach(({ fleet }, index) => kubeslice.gatewayLabelled(fleet, fleet.clusters[index]!)).map(titled('a gateway node is labelled')),
    ...onEach(({ fleet }, index) => kubeslice.clusterRegistered(fleet, fleet.clusters[index]!)).map(titled('the cluster is registered')),
    ['workers are rendered', ({ fleet }) => kubeslice.workerRendered(fleet)],
  ];
  test.each(applied)('%s, by the contract of steps', (_, step) => keepsTheContract(step(joined), joined.context), 60_000);

  const awaited = [
    ...onEach(({ fleet }, index) => kubeslice.workerNamed(fleet, fleet.clusters[index]!)).map(titled('the worker knows its cluster')),
    ...onEach(({ fleet }, index) => kubeslice.workerHealthy(fleet, fleet.clusters[index]!)).map(titled('the worker is healthy')),
  ];
  test.each(awaited)('%s by itself', (_, step) => keepsTheContract(step(joined), joined.context, { comesByItself: true }), 60_000);

  test(
    'the slice spans the fleet, by the contract of steps',
    () => keepsTheContract(kubeslice.sliceConfigured(joined.fleet, joined.database), joined.context),
    60_000,
  );
  test('tunnels come up by themselves', async () => {
    for (const [server, client] of kubeslice.pairsOf(joined.fleet))
      await keepsTheContract(kubeslice.tunnelUp(joined.fleet, server, client), joined.context, { comesByItself: true });
  }, 60_000);
  test.each(onEach(({ fleet }, index) => sliceNamesForwarded(fleet, fleet.clusters[index]!)).map(titled('CoreDNS forwards slice names')))(
    '%s, by the contract of steps',
    (_, step) => keepsTheContract(step(joined), joined.context),
    60_000,
  );
  test.each(onEach(({ fleet }, index) => sliceNamesResolve(fleet, fleet.clusters[index]!)).map(titled('slice names resolve')))(
    '%s at once then',
    (_, step) => keepsTheContract(step(joined), joined.context, { comesByItself: true }),
    60_000,
  );
});

function titled(title: string) {
  return (step: (joined: JoinedFleet) => Step, index: number): [string, (joined: JoinedFleet) => Step] => [
    `${title} on the ${index === 0 ? 'hub' : 'spoke'}`,
    step,
  ];
}
