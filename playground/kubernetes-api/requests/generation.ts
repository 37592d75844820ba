import type { ResourceType, ResourceVersionInfo } from '../kinds/resource-type.ts';
import { equal, type ApiObject } from '../object.ts';

/** Built-in kinds that count generations. */
const COUNTED = new Set([
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Ingress',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'CustomResourceDefinition',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'PriorityClass',
  'EndpointSlice',
]);

export const countsGenerations = (type: ResourceType): boolean => type.custom || COUNTED.has(type.kind);

/** True when what is wanted changed: all but metadata, and but the status where that is a subresource. */
export const isNewGeneration = (next: ApiObject, previous: ApiObject, version: ResourceVersionInfo): boolean =>
  [...new Set([...Object.keys(next), ...Object.keys(previous)])].some(
    (field) => field !== 'metadata' && field !== 'apiVersion' && !(field === 'status' && version.status) && !equal(next[field], previous[field]),
  );
