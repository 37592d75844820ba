import type { Mutable } from '../../../control/kit.ts';
import { CONTROLLER_DEPLOYMENT } from '../kinds.ts';
import type { KubesliceFaults, Surroundings } from '../options.ts';
import { runsIn } from '../session.ts';
import { controlAddOns } from './add-on.ts';
import { controlClusters } from './clusters.ts';
import { controlKeyRotation } from './key-rotation.ts';
import { controlProjects } from './projects.ts';
import { controlServiceExports } from './service-exports.ts';
import type { ControllerSettings } from './settings.ts';
import { controlSliceConfigs } from './slice-configs.ts';
import { startWebhooks } from './webhooks.ts';

/** The KubeSlice controller: acts while its Deployment on the hub has an available replica. */
export const startController = async (around: Surroundings, hubCa: string, faults: KubesliceFaults, signal: AbortSignal): Promise<void> => {
  const webhooks = await startWebhooks(around, signal);
  await runsIn(around.hub, CONTROLLER_DEPLOYMENT, {
    signal,
    onError: around.onError,
    async run(deployment, active) {
      const settings = settingsOf(deployment, hubCa);
      await webhooks.serve(settings, active);
      await Promise.all([
        controlProjects(around, settings, active),
        controlClusters(around, settings, active),
        controlSliceConfigs(around, settings, faults, active),
        controlKeyRotation(around, faults, active),
        controlServiceExports(around, active),
        ...(settings.ocm ? [controlAddOns(around, settings, active)] : []),
      ]);
    },
    removed: () => webhooks.unregister(),
  });
};

const settingsOf = (deployment: Mutable, hubCa: string): ControllerSettings => {
  const containers: { name: string; args?: string[] }[] = deployment.spec?.template?.spec?.containers ?? [];
  const args = containers.find(({ name }) => name === 'manager')?.args ?? [];
  const value = (flag: string, otherwise: string): string => args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1) ?? otherwise;
  return {
    endpoint: value('--controller-end-point', ''),
    rbacPrefix: value('--rbac-resource-prefix', 'kubeslice-rbac'),
    projectPrefix: value('--project-namespace-prefix', 'kubeslice'),
    ocm: args.includes('--ocm'),
    hubCa,
  };
};
