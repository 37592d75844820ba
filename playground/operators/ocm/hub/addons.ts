import { createHash } from 'node:crypto';
import { conditionOf, ownerReference, setCondition, type Condition, type ControllerContext } from '../../../control/objects.ts';
import { fromKey, keyOf } from '../../../control/observed.ts';
import { workQueue } from '../../../control/work-queue.ts';
import type { Mutable } from '../../../control/kit.ts';
import { ADDON_KIND, ADDON_NAME_LABEL, CLUSTER_ADDON, MANIFEST_WORK } from '../names.ts';

/** The manager writes status.configReferences this late after the creation: long enough for an add-on agent to render without them. */
const CONFIGURE_SHORTEST_MS = 300;
const CONFIGURE_SPREAD_MS = 700;

interface ConfigReference {
  readonly group?: string;
  readonly resource: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The add-on manager: configuration references of ManagedClusterAddOns and the conditions that follow from the add-on's works. */
export const runAddonManager = (context: ControllerContext): void => {
  const { client, observe, signal, now, random, time, onError } = context;
  const addons = observe(CLUSTER_ADDON);
  const kinds = observe(ADDON_KIND);
  const works = observe(MANIFEST_WORK);
  const configured = new Set<string>();

  const queue = workQueue(
    async (key) => {
      const ref = { ...CLUSTER_ADDON, ...fromKey(key) };
      const addon = await client.get(ref);
      const kind = kinds.get('', ref.name);
      if (addon === undefined || addon.metadata.deletionTimestamp !== undefined || kind === undefined) return;
      await adopt(context, addon, kind);
      const uid = addon.metadata.uid ?? '';
      if (!configured.has(uid)) {
        if (!(await time.after(CONFIGURE_SHORTEST_MS + random() * CONFIGURE_SPREAD_MS, signal))) return;
        configured.add(uid);
      }
      const supported: ConfigReference[] = kind.spec.supportedConfigs ?? [];
      const wanted: ConfigReference[] = addon.spec?.configs ?? [];
      const unsupported = wanted.filter(
        (one) => !supported.some(({ group = '', resource }) => group === (one.group ?? '') && resource === one.resource),
      );
      const references = await Promise.all(wanted.filter((one) => !unsupported.includes(one)).map((one) => referenceOf(context, one)));
      const own = works.all().filter(({ metadata }) => metadata.namespace === ref.namespace && metadata.labels?.[ADDON_NAME_LABEL] === ref.name);
      await client.setStatus(ref, (status) => {
        status.supportedConfigs = supported.map(({ group = '', resource }) => ({ group, resource }));
        status.healthCheck ??= { mode: 'Lease' };
        status.namespace = addon.spec?.installNamespace;
        if (kind.spec.addOnMeta !== undefined) status.addOnMeta = kind.spec.addOnMeta;
        const applied = own.length > 0 && own.every((work) => conditionOf(work, 'Applied')?.status === 'True');
        status.configReferences = references.map((reference) => {
          const before = (status.configReferences ?? []).find(
            ({ resource, name }: ConfigReference) => resource === reference.resource && name === reference.name,
          );
          const lastAppliedConfig = applied ? reference.desiredConfig : before?.lastAppliedConfig;
          return { ...reference, ...(lastAppliedConfig === undefined ? {} : { lastAppliedConfig }) };
        });
        for (const condition of conditionsOf(ref.name, own, unsupported)) setCondition(status, condition, now());
      });
    },
    { signal, onError },
  );
  const all = (): void => {
    for (const addon of addons.all()) queue.add(keyOf(addon));
  };
  addons.subscribe((addon, gone) => {
    if (!gone) queue.add(keyOf(addon));
  });
  kinds.subscribe(all);
  works.subscribe(({ metadata }) => {
    const name = metadata.labels?.[ADDON_NAME_LABEL];
    if (name !== undefined) queue.add(`${metadata.namespace}/${name}`);
  });
};

const adopt = async ({ client }: ControllerContext, { metadata }: Mutable, kind: Mutable): Promise<void> => {
  const owners: { uid: string }[] = (metadata as { ownerReferences?: { uid: string }[] }).ownerReferences ?? [];
  if (owners.some(({ uid }) => uid === kind.metadata.uid)) return;
  const { controller: _, ...owner } = ownerReference(kind);
  await client.merge(
    { ...CLUSTER_ADDON, namespace: metadata.namespace ?? '', name: metadata.name },
    { metadata: { ownerReferences: [...owners, owner] } },
  );
};

/** The reference with the hash of what it names, when that exists. */
const referenceOf = async ({ client }: ControllerContext, reference: ConfigReference) => {
  const { group = '', resource, name, namespace } = reference;
  const at = namespace === undefined ? {} : { namespace };
  const config = await readConfig(client, reference);
  const specHash =
    config === undefined
      ? undefined
      : createHash('sha256')
          .update(JSON.stringify(config.spec ?? {}))
          .digest('hex');
  const desiredConfig = { name, ...at, ...(specHash === undefined ? {} : { specHash }) };
  return { group, resource, name, ...at, desiredConfig, lastObservedGeneration: config?.metadata.generation ?? 0 };
};

/** Reads an object by its plural, in whatever version the group prefers. */
const readConfig = async (client: ControllerContext['client'], { group = '', resource, name, namespace }: ConfigReference) => {
  try {
    const root =
      group === ''
        ? '/api/v1'
        : `/apis/${(await client.api.json<{ preferredVersion: { groupVersion: string } }>('GET', `/apis/${group}`)).preferredVersion.groupVersion}`;
    return await client.api.json<Mutable>('GET', `${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${resource}/${name}`);
  } catch {
    return undefined;
  }
};

const conditionsOf = (name: string, works: readonly Mutable[], unsupported: readonly ConfigReference[]): readonly Condition[] => {
  const failed = works.find((work) => conditionOf(work, 'Applied')?.status === 'False');
  const applied = works.length > 0 && works.every((work) => conditionOf(work, 'Applied')?.status === 'True');
  const manifests: readonly Condition[] =
    works.length === 0
      ? []
      : failed !== undefined
        ? [{ type: 'ManifestApplied', status: 'False', reason: 'AddonManifestAppliedFailed', message: `Work ${failed.metadata.name} apply failed` }]
        : applied
          ? [{ type: 'ManifestApplied', status: 'True', reason: 'AddonManifestApplied', message: 'manifests of addon are applied successfully' }]
          : [{ type: 'ManifestApplied', status: 'False', reason: 'AddonManifestAppliedFailed', message: 'works are not applied yet' }];
  const progressing: Condition =
    unsupported.length > 0
      ? {
          type: 'Progressing',
          status: 'False',
          reason: 'ConfigurationUnsupported',
          message: `Configuration with gr ${unsupported[0]?.group ?? ''}/${unsupported[0]?.resource} is not supported for this addon`,
        }
      : applied
        ? { type: 'Progressing', status: 'False', reason: 'Completed', message: 'completed with no errors.' }
        : { type: 'Progressing', status: 'True', reason: 'Progressing', message: 'progressing... work is not ready' };
  return [
    { type: 'Configured', status: 'True', reason: 'ConfigurationsConfigured', message: 'Configurations configured' },
    progressing,
    ...manifests,
    { type: 'Available', status: 'Unknown', reason: 'ManagedClusterAddOnLeaseNotFound', message: `The status of ${name} add-on is unknown.` },
  ];
};
