import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cluster } from '../../../src/domain/fleet.ts';
import type { Step } from '../../../src/steps/context.ts';
import { sliceNamesForwarded, sliceNamesResolve } from '../../../src/steps/coredns/index.ts';
import * as kubeslice from '../../../src/steps/kubeslice/index.ts';
import { joinedFleet, type JoinedFleet } from '../../support/joined-fleet.ts';
import { keepsTheContract } from '../../support/step-contract.ts';

let joined: JoinedFleet;
beforeAll(async () => {
  joined = await joinedFleet({ speed: 40 });
}, 60_000);
afterAll(() => joined?.close());

interface Link {
  readonly fact: string;
  step(joined: JoinedFleet): Step;
  readonly comesByItself?: boolean;
}
const onEach = (fact: string, step: (joined: JoinedFleet, cluster: Cluster) => Step, comesByItself = false): Link[] =>
  ['tokyo', 'osaka'].map((name, index) => ({ fact: `${fact} on ${name}`, step: (at) => step(at, at.fleet.clusters[index]!), comesByItself }));

/** From an OCM fleet to slice names that resolve, on one fleet: what one step leaves behind is what the next finds. */
const CHAIN: Link[] = [
  { fact: 'the controller is installed', step: ({ fleet }) => kubeslice.controllerInstalled(fleet) },
  { fact: 'the project is ready', step: ({ fleet }) => kubeslice.projectReady(fleet) },
  ...onEach('a gateway node is labelled', ({ fleet }, cluster) => kubeslice.gatewayLabelled(fleet, cluster)),
  ...onEach('the cluster is registered', ({ fleet }, cluster) => kubeslice.clusterRegistered(fleet, cluster)),
  { fact: 'workers are rendered', step: ({ fleet }) => kubeslice.workerRendered(fleet) },
  ...onEach('the worker knows its cluster', ({ fleet }, cluster) => kubeslice.workerNamed(fleet, cluster), true),
  ...onEach('the worker is healthy', ({ fleet }, cluster) => kubeslice.workerHealthy(fleet, cluster), true),
  { fact: 'the slice spans the fleet', step: ({ fleet, database }) => kubeslice.sliceConfigured(fleet, database) },
  { fact: 'the tunnel is up', step: ({ fleet }) => kubeslice.tunnelUp(fleet, ...kubeslice.pairsOf(fleet)[0]!), comesByItself: true },
  ...onEach('CoreDNS forwards slice names', ({ fleet }, cluster) => sliceNamesForwarded(fleet, cluster)),
  ...onEach('slice names resolve', ({ fleet }, cluster) => sliceNamesResolve(fleet, cluster), true),
];

test.each(CHAIN)(
  '$fact, by the contract of steps',
  async ({ step, comesByItself = false }) => {
    await expect(keepsTheContract(step(joined), joined.context, { comesByItself, apis: joined.apis })).resolves.toBeUndefined();
  },
  60_000,
);
