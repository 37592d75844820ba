import type { Fields } from '../object.ts';
import { AGE, NAME, text, wide, type Column } from './column.ts';

const ROLE = 'node-role.kubernetes.io/';

const nodeStatus = ({ spec, status }: Fields): string => {
  const ready = (status?.conditions ?? []).find(({ type }: Fields) => type === 'Ready')?.status;
  const word = ready === 'True' ? 'Ready' : ready === undefined ? 'Unknown' : 'NotReady';
  return spec?.unschedulable === true ? `${word},SchedulingDisabled` : word;
};

const roles = ({ metadata }: Fields): string => {
  const found = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(ROLE));
  return found.length === 0
    ? '<none>'
    : found
        .map((label) => label.slice(ROLE.length))
        .toSorted()
        .join(',');
};

const address =
  (type: string) =>
  ({ status }: Fields) =>
    (status?.addresses ?? []).find((one: Fields) => one['type'] === type)?.address ?? '<none>';

export const NODE: readonly Column[] = [
  NAME,
  text('Status', nodeStatus),
  text('Roles', roles),
  AGE,
  text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion),
  wide(text('Internal-IP', address('InternalIP'))),
  wide(text('External-IP', address('ExternalIP'))),
  wide(text('OS-Image', ({ status }) => status?.nodeInfo?.osImage || '<unknown>')),
  wide(text('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>')),
  wide(text('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>')),
];

const MODES: Readonly<Record<string, string>> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };
const modes = (given: readonly string[] = []): string => given.map((mode) => MODES[mode] ?? mode).join(',');

export const PERSISTENT_VOLUME_CLAIM: readonly Column[] = [
  NAME,
  text('Status', ({ metadata, status }) => (metadata.deletionTimestamp === undefined ? status?.phase : 'Terminating')),
  text('Volume', ({ spec }) => spec?.volumeName),
  text('Capacity', ({ spec, status }) => (spec?.volumeName ? status?.capacity?.storage : '')),
  text('Access Modes', ({ spec, status }) => (spec?.volumeName ? modes(status?.accessModes) : '')),
  text('StorageClass', ({ spec }) => spec?.storageClassName),
  text('VolumeAttributesClass', ({ spec }) => spec?.volumeAttributesClassName || '<unset>'),
  AGE,
  wide(text('VolumeMode', ({ spec }) => spec?.volumeMode ?? '<unset>')),
];

export const PERSISTENT_VOLUME: readonly Column[] = [
  NAME,
  text('Capacity', ({ spec }) => spec?.capacity?.storage),
  text('Access Modes', ({ spec }) => modes(spec?.accessModes)),
  text('Reclaim Policy', ({ spec }) => spec?.persistentVolumeReclaimPolicy),
  text('Status', ({ metadata, status }) => (metadata.deletionTimestamp === undefined ? status?.phase : 'Terminating')),
  text('Claim', ({ spec }) => (spec?.claimRef === undefined ? '' : `${spec.claimRef.namespace}/${spec.claimRef.name}`)),
  text('StorageClass', ({ spec }) => spec?.storageClassName),
  text('VolumeAttributesClass', ({ spec }) => spec?.volumeAttributesClassName || '<unset>'),
  text('Reason', ({ status }) => status?.reason),
  AGE,
  wide(text('VolumeMode', ({ spec }) => spec?.volumeMode ?? '<unset>')),
];

const isDefault = ({ metadata }: Fields): boolean => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';

export const STORAGE_CLASS: readonly Column[] = [
  { ...NAME, value: (object) => `${object['metadata'].name}${isDefault(object) ? ' (default)' : ''}` },
  text('Provisioner', ({ provisioner }) => provisioner),
  text('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
  text('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate'),
  { name: 'AllowVolumeExpansion', type: 'string', value: ({ allowVolumeExpansion }) => String(allowVolumeExpansion ?? false) },
  AGE,
];
