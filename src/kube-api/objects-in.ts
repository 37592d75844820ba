import { unusable } from './api-error.ts';
import { LIMITS } from './limits.ts';
import type { KubeObject } from './objects.ts';

/** What was asked for, as far as it says which object an answer may hold. */
export interface Asked {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
}

/**
 * The value as an object of Kubernetes. Throws ApiError when it has no name, a name or version that no API server gives, or is another one than
 * was asked for: who reads on would act upon the wrong object.
 */
export const objectIn = (value: unknown, asked?: Asked): KubeObject => {
  const metadata = isRecord(value) ? value['metadata'] : undefined;
  if (!isRecord(metadata)) throw unusable('the answer holds an object without metadata');
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  if (!isName(name)) throw unusable('the answer holds an object without a valid name');
  if (namespace !== undefined && namespace !== null && namespace !== '' && !isName(namespace))
    throw unusable('the answer holds an object whose namespace is not valid');
  for (const [field, text, most] of [
    ['uid', uid, LIMITS.nameLength],
    ['creationTimestamp', creationTimestamp, LIMITS.nameLength],
    ['resourceVersion', resourceVersion, LIMITS.versionLength],
  ] as const)
    if (text !== undefined && text !== null && !isShort(text, most)) throw unusable(`the answer holds an object whose ${field} is not valid`);
  const object = value as KubeObject;
  if (asked !== undefined && !isAsked(object, asked)) throw unusable(`the answer holds another object than was asked for (${toldName(object)})`);
  return object;
};

/** Items of a list come without their kind; cluster-scoped objects have no namespace, wherever they are asked for. */
const isAsked = ({ apiVersion, kind, metadata }: KubeObject, asked: Asked): boolean =>
  (asked.name === undefined || metadata.name === asked.name) &&
  (asked.namespace === undefined || !metadata.namespace || metadata.namespace === asked.namespace) &&
  (kind === undefined || asked.kind === undefined || kind === asked.kind) &&
  (apiVersion === undefined || asked.apiVersion === undefined || apiVersion === asked.apiVersion);

const toldName = ({ kind, metadata: { name, namespace } }: KubeObject): string =>
  [isName(kind) ? `${kind} ` : '', namespace ? `${namespace}/` : '', name].join('');

/**
 * RFC 1123 names, and those that roles and users have. Nothing of it has a meaning in a path, a shell, a line or a selector: names are told to
 * people inside of commands, too.
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,252}$/;
export const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);

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
