import type { Step } from '../../src/steps/context.ts';
import { clusterRegistered } from '../../src/steps/kubeslice/cluster-registered.ts';
import { controllerInstalled } from '../../src/steps/kubeslice/controller-installed.ts';
import { gatewayLabelled } from '../../src/steps/kubeslice/gateway-labelled.ts';
import { projectReady } from '../../src/steps/kubeslice/project-ready.ts';
import { sliceConfigured } from '../../src/steps/kubeslice/slice-configured.ts';
import { pairsOf, tunnelUp } from '../../src/steps/kubeslice/tunnel-up.ts';
import { workerHealthy } from '../../src/steps/kubeslice/worker-healthy.ts';
import { workerNamed } from '../../src/steps/kubeslice/worker-named.ts';
import { workerRendered } from '../../src/steps/kubeslice/worker-rendered.ts';
import type { JoinedFleet } from './joined-fleet.ts';
import { becomesHealthy } from './step-contract.ts';

/** Steps in their order, up to where the slice is configured and its tunnels are up. */
const ORDER: Readonly<Record<string, (joined: JoinedFleet) => Step[]>> = {
  controller: ({ fleet }) => [controllerInstalled(fleet)],
  registered: ({ fleet }) => [
    projectReady(fleet),
    ...fleet.clusters.map((cluster) => gatewayLabelled(fleet, cluster)),
    ...fleet.clusters.map((cluster) => clusterRegistered(fleet, cluster)),
  ],
  workers: ({ fleet }) => [
    workerRendered(fleet),
    ...fleet.clusters.map((cluster) => workerNamed(fleet, cluster)),
    ...fleet.clusters.map((cluster) => workerHealthy(fleet, cluster)),
  ],
  slice: ({ fleet, database }) => [sliceConfigured(fleet, database), ...pairsOf(fleet).map(([server, client]) => tunnelUp(fleet, server, client))],
};

/** Applies all steps up to and with a stage, as a deploy would; throws what stays unhealthy. */
export const reach = async (joined: JoinedFleet, stage: 'controller' | 'registered' | 'workers' | 'slice'): Promise<void> => {
  for (const [name, steps] of Object.entries(ORDER)) {
    for (const step of steps(joined)) await make(joined, step);
    if (name === stage) return;
  }
};

/** Check, apply what is missing, wait until healthy. */
export const make = async ({ context }: JoinedFleet, step: Step): Promise<void> => {
  const finding = await step.check(context);
  if (finding.kind === 'change') await step.apply(context);
  const verdict = await becomesHealthy(step, context);
  if (!verdict.healthy) throw new Error(`${step.id}: ${verdict.waitingFor}`);
};
