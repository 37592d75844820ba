import type { Manifest } from '../../../../src/kube-api/objects.ts';
import type { Mutable } from '../../../control/kit.ts';
import { ADD_ON, CLUSTER, MANIFEST_WORK, SECRET } from '../kinds.ts';
import type { Surroundings } from '../options.ts';
import type { ControllerSettings } from './settings.ts';
import { workerManifests, type WorkerValues } from './render.ts';
import { decoded } from './secrets.ts';

const WORK = 'addon-kubeslice-deploy-0';
const WORK_LABEL = 'open-cluster-management.io/addon-name';
/** The right rendering follows the empty one by 1 to 10 s; by then the work agent has applied the first. */
const SECOND_RENDER_MS = 4000;
/** How often a Secret that is not complete yet is looked at again. */
const SECRET_MS = 500;
const SECRET_KEYS = ['ca.crt', 'namespace', 'token', 'controllerEndpoint', 'clusterName'];

/**
 * The OCM add-on agent inside the controller. As the real one it renders from `status.configReferences` as they are at that moment and does not
 * wait for them: an add-on that OCM has not answered yet gets a worker without name, endpoint and token.
 */
export const controlAddOns = async (around: Surroundings, settings: ControllerSettings, signal: AbortSignal): Promise<void> => {
  const { hub, time, onError, dnsOutside = false, injectorsOf } = around;

  const valuesOf = async (addOn: Mutable): Promise<WorkerValues | undefined> => {
    const references: { group?: string; resource?: string; desiredConfig?: { name: string; namespace: string } }[] =
      addOn.status?.configReferences ?? [];
    const wanted = references.find(({ group, resource }) => group === 'controller.kubeslice.io' && resource === 'clusters')?.desiredConfig;
    if (wanted === undefined) return { clusterName: '', projectNamespace: '', endpoint: '', token: '', ca: '' };
    const { name, namespace } = wanted;
    if ((await hub.get({ ...CLUSTER, name, namespace })) === undefined)
      await hub.create({ ...CLUSTER, metadata: { name, namespace }, spec: { networkInterface: 'enp1s0', clusterProperty: {} } });
    const secretName = `${settings.rbacPrefix}-worker-${name}`;
    for (;;) {
      const secret = await hub.get({ ...SECRET, name: secretName, namespace });
      if (SECRET_KEYS.every((key) => secret?.data?.[key] !== undefined)) {
        const read = (key: string): string => decoded(secret?.data, key);
        return {
          clusterName: read('clusterName'),
          projectNamespace: read('namespace'),
          endpoint: read('controllerEndpoint'),
          token: read('token'),
          ca: read('ca.crt'),
        };
      }
      if (!(await time.after(SECRET_MS, signal))) return undefined;
    }
  };

  const render = async (addOn: Mutable): Promise<void> => {
    const cluster = addOn.metadata.namespace ?? '';
    const work = { ...MANIFEST_WORK, namespace: cluster, name: WORK };
    const values = await valuesOf(addOn);
    if (values === undefined) return;
    const existing = await hub.get(work);
    const emptyBefore = JSON.stringify(existing?.spec?.workload?.manifests ?? []).includes('"spoke-cluster":""');
    if (emptyBefore && values.clusterName !== '' && !(await time.after(SECOND_RENDER_MS, signal))) return;
    if ((await hub.get({ ...ADD_ON, namespace: cluster, name: 'kubeslice' }))?.metadata.uid !== addOn.metadata.uid) return;
    await hub.apply({
      ...MANIFEST_WORK,
      metadata: {
        name: WORK,
        namespace: cluster,
        labels: { [WORK_LABEL]: 'kubeslice' },
        ownerReferences: [{ apiVersion: addOn.apiVersion, kind: addOn.kind, name: addOn.metadata.name, uid: addOn.metadata.uid }],
      },
      spec: { workload: { manifests: workerManifests(values, { dnsOutside, injectors: (await injectorsOf?.(cluster)) ?? [] }) } },
    } as Manifest);
  };

  const report = async (work: Mutable): Promise<void> => {
    const namespace = work.metadata.namespace ?? '';
    const ref = { ...ADD_ON, namespace, name: 'kubeslice' };
    const addOn = await hub.get(ref);
    if (addOn === undefined) return hub.delete({ ...MANIFEST_WORK, namespace, name: work.metadata.name });
    const applied = (work.status?.conditions as { type: string; status: string; observedGeneration?: number }[] | undefined)?.find(
      ({ type }) => type === 'Applied',
    );
    if (applied === undefined) return;
    const ok = applied.status === 'True';
    await hub.setStatus(ref, (status) => {
      status.conditions ??= [];
      const condition = {
        type: 'ManifestApplied',
        status: ok ? 'True' : 'False',
        reason: ok ? 'AddonManifestApplied' : 'AddonManifestAppliedFailed',
        message: ok ? 'manifests of addon are applied successfully' : 'the manifests of addon are not all applied',
      };
      const before = status.conditions.find(({ type }: { type: string }) => type === condition.type);
      if (before?.status === condition.status) return;
      status.conditions = [
        ...status.conditions.filter(({ type }: { type: string }) => type !== condition.type),
        { ...condition, lastTransitionTime: `${new Date().toISOString().slice(0, 19)}Z` },
      ];
    });
  };

  await Promise.all([
    hub.control({ ...ADD_ON, fieldSelector: 'metadata.name=kubeslice' }, render, {
      signal,
      gone: (addOn) => hub.delete({ ...MANIFEST_WORK, namespace: addOn.metadata.namespace ?? '', name: WORK }),
      onError,
    }),
    hub.control({ ...MANIFEST_WORK, labelSelector: `${WORK_LABEL}=kubeslice` }, report, { signal, onError }),
  ]);
};
