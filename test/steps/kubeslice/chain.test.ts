import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cluster } from '../../../src/domain/fleet.ts';
import type { Step } from '../../../src/steps/context.ts';
import { sliceNamesForwarded } from '../../../src/steps/coredns/slice-names-forwarded.ts';
import { sliceNamesResolve } from '../../../src/steps/coredns/slice-names-resolve.ts';
import { clusterRegistered } from '../../../src/steps/kubeslice/cluster-registered.ts';
import { controllerInstalled } from '../../../src/steps/kubeslice/controller-installed.ts';
import { gatewayLabelled } from '../../../src/steps/kubeslice/gateway-labelled.ts';
import { projectReady } from '../../../src/steps/kubeslice/project-ready.ts';
import { sliceConfigured } from '../../../src/steps/kubeslice/slice-configured.ts';
import { pairsOf, tunnelUp } from '../../../src/steps/kubeslice/tunnel-up.ts';
import { workerHealthy } from '../../../src/steps/kubeslice/worker-healthy.ts';
import { workerNamed } from '../../../src/steps/kubeslice/worker-named.ts';
import { workerRendered } from '../../../src/steps/kubeslice/worker-rendered.ts';
import { namespaceOnSlice } from '../../../src/steps/postgres/namespace.ts';
import { joinedFleet, type JoinedFleet } from '../../support/joined-fleet.ts';
import { keepsTheContract } from '../../support/step-contract.ts';

let joined: JoinedFleet;
beforeAll(async () => {
  joined = await joinedFleet({ speed: 40 });
});
afterAll(() => joined?.close());

interface Link {
  readonly path: string;
  readonly fact: string;
  step(joined: JoinedFleet): Step;
  readonly comesByItself?: boolean;
}
const onEach = (path: string, fact: string, step: (joined: JoinedFleet, cluster: Cluster) => Step, comesByItself = false): Link[] =>
  ['tokyo', 'osaka'].map((name, index) => ({ path, fact: `${fact} on ${name}`, step: (at) => step(at, at.fleet.clusters[index]!), comesByItself }));

/** From an OCM fleet to slice names that resolve, on one fleet: what one step leaves behind is what the next finds. */
const CHAIN: Link[] = [
  { path: 'kubeslice/controller-installed', fact: 'the controller is installed', step: ({ fleet }) => controllerInstalled(fleet) },
  { path: 'kubeslice/project-ready', fact: 'the project is ready', step: ({ fleet }) => projectReady(fleet) },
  ...onEach('kubeslice/gateway-labelled', 'a gateway node is labelled', ({ fleet }, cluster) => gatewayLabelled(fleet, cluster)),
  ...onEach('kubeslice/cluster-registered', 'the cluster is registered', ({ fleet }, cluster) => clusterRegistered(fleet, cluster)),
  { path: 'kubeslice/worker-rendered', fact: 'workers are rendered', step: ({ fleet }) => workerRendered(fleet) },
  ...onEach('kubeslice/worker-named', 'the worker knows its cluster', ({ fleet }, cluster) => workerNamed(fleet, cluster), true),
  ...onEach('kubeslice/worker-healthy', 'the worker is healthy', ({ fleet }, cluster) => workerHealthy(fleet, cluster), true),
  { path: 'kubeslice/slice-configured', fact: 'the slice spans the fleet', step: ({ fleet, database }) => sliceConfigured(fleet, database) },
  { path: 'kubeslice/tunnel-up', fact: 'the tunnel is up', step: ({ fleet }) => tunnelUp(fleet, ...pairsOf(fleet)[0]!), comesByItself: true },
  ...onEach(
    'postgres/namespace',
    'the database’s namespace is on the slice',
    ({ fleet, database }, { name }) => namespaceOnSlice(fleet, database, name),
    true,
  ),
  ...onEach('coredns/slice-names-forwarded', 'CoreDNS forwards slice names', ({ fleet }, cluster) => sliceNamesForwarded(fleet, cluster)),
  ...onEach('coredns/slice-names-resolve', 'slice names resolve', ({ fleet }, cluster) => sliceNamesResolve(fleet, cluster), true),
];

test.each(CHAIN)('$fact, by the contract of steps', async ({ path, step, comesByItself = false }) => {
  await expect(keepsTheContract(path, step(joined), joined.context, { comesByItself, apis: joined.apis })).resolves.toBeUndefined();
});
