import type { Mutable } from '../../../control/kit.ts';
import { CONTROLLER_NAMESPACE, NAMESPACE, PROJECT, SLICE_QOS_CONFIG } from '../kinds.ts';
import type { Surroundings } from '../options.ts';
import { addFinalizer, refOf, removeFinalizer } from './finalizers.ts';
import type { ControllerSettings } from './settings.ts';
import { serviceAccountWithToken } from './secrets.ts';

const FINALIZER = 'controller.kubeslice.io/project-finalizer';
/** Seen with the real controller: the namespace 0.9 s after the Project, its accounts at 1.5 s. */
const NAMESPACE_MS = 900;
const ACCOUNTS_MS = 600;

/** Gives each Project its namespace, accounts and default SliceQoSConfig. */
export const controlProjects = (around: Surroundings, settings: ControllerSettings, signal: AbortSignal): Promise<void> => {
  const { hub, time, onError } = around;
  const reconcile = async (project: Mutable): Promise<void> => {
    const namespace = `${settings.projectPrefix}-${project.metadata.name}`;
    if (project.metadata.deletionTimestamp !== undefined) {
      await hub.delete({ ...NAMESPACE, name: namespace });
      await removeFinalizer(hub, project, FINALIZER);
      return;
    }
    await addFinalizer(hub, project, FINALIZER);
    if (project.metadata.labels?.['kubeslice-project-namespace'] !== namespace)
      await hub.merge(refOf(project), { metadata: { labels: { 'kubeslice-project-namespace': namespace } } });
    const labels = {
      'kubeslice-resource-owner': 'kubeslice-controller',
      'kubeslice-controller-resource-name': `Project-${namespace}`,
    };
    const existing = await hub.get({ ...NAMESPACE, name: namespace });
    if (existing?.metadata.labels?.['kubeslice-controller-resource-name'] === undefined) {
      if (!(await time.after(NAMESPACE_MS, signal))) return;
      await hub.apply({ ...NAMESPACE, metadata: { name: namespace, labels } });
      if (!(await time.after(ACCOUNTS_MS, signal))) return;
    }
    for (const [role, names] of [
      ['rw', project.spec?.serviceAccount?.readWrite ?? []],
      ['ro', project.spec?.serviceAccount?.readOnly ?? []],
    ] as const) {
      for (const name of names as string[])
        await serviceAccountWithToken(around, { namespace, name: `${settings.rbacPrefix}-${role}-${name}`, labels }, settings.hubCa, signal);
    }
    await hub.create({
      ...SLICE_QOS_CONFIG,
      metadata: { name: 'default', namespace },
      spec: {
        queueType: 'HTB',
        priority: 0,
        tcType: 'BANDWIDTH_CONTROL',
        bandwidthCeilingKbps: 10_000_000,
        bandwidthGuaranteedKbps: 1_000_000,
        dscpClass: 'AF11',
      },
    });
  };
  return hub.control({ ...PROJECT, namespace: CONTROLLER_NAMESPACE }, reconcile, { signal, onError });
};
