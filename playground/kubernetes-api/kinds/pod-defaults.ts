import { isFields, type Fields } from '../object.ts';

/** Sets fields that are absent. */
export const fill = (into: Fields, defaults: Fields): void => {
  for (const [name, value] of Object.entries(defaults)) into[name] ??= typeof value === 'object' && value !== null ? structuredClone(value) : value;
};

const each = (list: unknown, change: (item: Fields) => void): void => {
  if (Array.isArray(list)) for (const item of list) if (isFields(item)) change(item);
};

/** Defaults of a PodSpec, as in pkg/apis/core/v1/defaults.go. */
export const podSpecDefaults = (spec: Fields): void => {
  fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  if (typeof spec['serviceAccountName'] === 'string') spec['serviceAccount'] ??= spec['serviceAccountName'];
  each(spec['initContainers'], containerDefaults);
  each(spec['containers'], containerDefaults);
  each(spec['ephemeralContainers'], containerDefaults);
  each(spec['volumes'], volumeDefaults);
};

const containerDefaults = (container: Fields): void => {
  const image = String(container['image'] ?? '');
  const tag = /:([^/:@]+)$/.exec(image)?.[1];
  fill(container, {
    imagePullPolicy: image.includes('@') || (tag !== undefined && tag !== 'latest') ? 'IfNotPresent' : 'Always',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  each(container['ports'], (port) => fill(port, { protocol: 'TCP' }));
  each(container['env'], (variable) => {
    const fieldRef: unknown = variable['valueFrom']?.fieldRef;
    if (isFields(fieldRef)) fill(fieldRef, { apiVersion: 'v1' });
  });
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    if (isFields(container[probe])) probeDefaults(container[probe]);
  }
};

const probeDefaults = (probe: Fields): void => {
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  if (isFields(probe['httpGet'])) fill(probe['httpGet'], { path: '/', scheme: 'HTTP' });
  if (isFields(probe['grpc'])) fill(probe['grpc'], { service: '' });
};

/** 0644, the default mode of files in a volume. */
const FILE_MODE = 0o644;

const volumeDefaults = (volume: Fields): void => {
  for (const source of ['secret', 'configMap', 'projected', 'downwardAPI'])
    if (isFields(volume[source])) fill(volume[source], { defaultMode: FILE_MODE });
  if (isFields(volume['hostPath'])) fill(volume['hostPath'], { type: '' });
  if (Object.keys(volume).length === 1) volume['emptyDir'] = {};
};
