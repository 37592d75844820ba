import type { Step } from '../../src/steps/context.ts';
import * as kubeslice from '../../src/steps/kubeslice/index.ts';
import type { JoinedFleet } from './joined-fleet.ts';
import { becomesHealthy } from './step-contract.ts';

/** Steps in their order, up to where the slice is configured and its tunnels are up. */
const ORDER: Readonly<Record<string, (joined: JoinedFleet) => Step[]>> = {
  controller: ({ fleet }) => [kubeslice.controllerInstalled(fleet)],
  registered: ({ fleet }) => [
    kubeslice.projectReady(fleet),
    ...fleet.clusters.map((cluster) => kubeslice.gatewayLabelled(fleet, cluster)),
    ...fleet.clusters.map((cluster) => kubeslice.clusterRegistered(fleet, cluster)),
  ],
  workers: ({ fleet }) => [
    kubeslice.workerRendered(fleet),
    ...fleet.clusters.map((cluster) => kubeslice.workerNamed(fleet, cluster)),
    ...fleet.clusters.map((cluster) => kubeslice.workerHealthy(fleet, cluster)),
  ],
  slice: ({ fleet, database }) => [
    kubeslice.sliceConfigured(fleet, database),
    ...kubeslice.pairsOf(fleet).map(([server, client]) => kubeslice.tunnelUp(fleet, server, client)),
  ],
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
