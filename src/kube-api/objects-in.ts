import { unusable } from './api-error.ts';
import { LIMITS } from './limits.ts';
import type { KubeObject } from './objects.ts';

/** The value as an object of Kubernetes. Throws ApiError when it has no name, or a name or version that no API server gives. */
export const objectIn = (value: unknown): KubeObject => {
  const metadata = isRecord(value) ? value['metadata'] : undefined;
  if (!isRecord(metadata)) throw unusable('the answer holds an object without metadata');
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  if (!isShort(name, LIMITS.nameLength) || name === '') throw unusable('the answer holds an object without a valid name');
  for (const [field, text, most] of [
    ['namespace', namespace, LIMITS.nameLength],
    ['uid', uid, LIMITS.nameLength],
    ['creationTimestamp', creationTimestamp, LIMITS.nameLength],
    ['resourceVersion', resourceVersion, LIMITS.versionLength],
  ] as const)
    if (text !== undefined && text !== null && !isShort(text, most)) throw unusable(`the answer holds an object whose ${field} is not valid`);
  return value as KubeObject;
};

/** A version that a watch may start from; '' where a server gives none. Throws ApiError for what is none. */
export const versionIn = (value: unknown): string => {
  const metadata = isRecord(value) ? value['metadata'] : undefined;
  const version = isRecord(metadata) ? (metadata['resourceVersion'] ?? '') : undefined;
  if (!isShort(version, LIMITS.versionLength)) throw unusable('the answer has no valid resourceVersion');
  return version;
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text of at most so many characters. */
export const isShort = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most;
