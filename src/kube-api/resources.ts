import type { Kind } from './objects.ts';
import { ApiError, cut, isNotTaken, unusable } from './api-error.ts';
import type { ApiServer } from './api-server.ts';
import { LIMITS } from './limits.ts';
import { isName, isRecord } from './objects-in.ts';

interface Resource {
  /** Path of the group and version: /api/v1, /apis/apps/v1 */
  readonly root: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Names that can stand in a path, as RFC 1123 has them; kinds are spelled with letters and digits. */
const PLURAL = /^[a-z0-9][a-z0-9.-]{0,252}$/;
const KIND = /^[A-Za-z][A-Za-z0-9]{0,252}$/;

/** Resolves kinds by discovery. Groups and versions that exist are remembered; a kind that is missing is asked for again each time. */
export const discover = (api: ApiServer): ((kind: Kind, signal?: AbortSignal) => Promise<Resource | undefined>) => {
  const known = new Map<string, Resource>();
  return async ({ apiVersion, kind }, signal) => {
    const key = `${apiVersion}/${kind}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      const request = { mostBytes: LIMITS.discoveryBytes, ...(signal === undefined ? {} : { signal }) };
      const answer = await api.json<unknown>('GET', root, request);
      for (const [name, resource] of resourcesIn(answer, root)) known.set(`${apiVersion}/${name}`, resource);
    } catch (error) {
      if (error instanceof ApiError && error.status.code === 404 && !isNotTaken(error)) return undefined;
      throw error;
    }
    return known.get(key);
  };
};

/** By kind; parts of objects (pods/log) and names that no API server gives are left out. */
function* resourcesIn(answer: unknown, root: string): Generator<readonly [kind: string, resource: Resource]> {
  const resources = isRecord(answer) ? answer['resources'] : undefined;
  if (!Array.isArray(resources)) throw unusable('the answer is no list of kinds');
  for (const found of resources as readonly unknown[]) {
    if (!isRecord(found)) continue;
    const { name, kind, namespaced } = found;
    if (typeof name === 'string' && PLURAL.test(name) && typeof kind === 'string' && KIND.test(kind))
      yield [kind, { root, plural: name, namespaced: namespaced === true }];
  }
}

/** A namespace, a name and a part of an object, as far as they are there. */
interface Place {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** '/apis/apps/v1/namespaces/kube-system/deployments/coredns'. Throws ApiError for names that are none: one object often names the next to be read. */
export const pathOf = (resource: Resource, { namespace, name, subresource }: Place): string =>
  [
    resource.root,
    ...(resource.namespaced && namespace !== undefined ? ['namespaces', segment(namespace)] : []),
    resource.plural,
    ...[name, subresource].filter((part) => part !== undefined).map(segment),
  ].join('/');

/** The same for kinds that every Kubernetes serves at one place. */
export const corePath = (plural: 'pods' | 'serviceaccounts', place: Place): string => pathOf({ root: '/api/v1', plural, namespaced: true }, place);

const segment = (name: string): string => {
  if (!isName(name)) throw unusable(`${JSON.stringify(cut(name, LIMITS.nameLength))} is no name of an object`);
  return encodeURIComponent(name);
};
