import type { Fields } from '../object.ts';
import { AGE, count, listed, NAME, selectorText, text, wide, type Column } from './column.ts';

const ofTemplate = (field: 'name' | 'image') => (object: Fields) =>
  listed((object['spec']?.template?.spec?.containers ?? []).map((container: Fields) => container[field]));
const CONTAINERS = [wide(text('Containers', ofTemplate('name'))), wide(text('Images', ofTemplate('image')))];
const SELECTOR = wide(text('Selector', ({ spec }) => selectorText(spec?.selector)));
const ready = text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`);

export const DEPLOYMENT: readonly Column[] = [
  NAME,
  ready,
  count('Up-to-date', ({ status }) => status?.updatedReplicas),
  count('Available', ({ status }) => status?.availableReplicas),
  AGE,
  ...CONTAINERS,
  SELECTOR,
];

export const REPLICA_SET: readonly Column[] = [
  NAME,
  count('Desired', ({ spec }) => spec?.replicas),
  count('Current', ({ status }) => status?.replicas),
  count('Ready', ({ status }) => status?.readyReplicas),
  AGE,
  ...CONTAINERS,
  SELECTOR,
];

export const STATEFUL_SET: readonly Column[] = [NAME, ready, AGE, ...CONTAINERS];

export const DAEMON_SET: readonly Column[] = [
  NAME,
  count('Desired', ({ status }) => status?.desiredNumberScheduled),
  count('Current', ({ status }) => status?.currentNumberScheduled),
  count('Ready', ({ status }) => status?.numberReady),
  count('Up-to-date', ({ status }) => status?.updatedNumberScheduled),
  count('Available', ({ status }) => status?.numberAvailable),
  text('Node Selector', ({ spec }) => selectorText(spec?.template?.spec?.nodeSelector)),
  AGE,
  ...CONTAINERS,
  SELECTOR,
];

export const POD_DISRUPTION_BUDGET: readonly Column[] = [
  NAME,
  text('Min Available', ({ spec }) => String(spec?.minAvailable ?? 'N/A')),
  text('Max Unavailable', ({ spec }) => String(spec?.maxUnavailable ?? 'N/A')),
  count('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed),
  AGE,
];
