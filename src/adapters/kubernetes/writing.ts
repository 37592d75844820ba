import type { KubeObject } from '../../kube-api/objects.ts';
import type { ClusterClient, ClusterReader } from '../../ports/cluster.ts';
import { ApiError, tooLarge } from '../../kube-api/api-error.ts';
import type { ApiServer } from '../../kube-api/api-server.ts';
import { LIMITS } from '../../kube-api/limits.ts';
import { isShort, objectIn } from '../../kube-api/objects-in.ts';
import { namesOf, type Requests, type Target } from './requests.ts';

/** Owner of the fields that pgdist writes. */
export const FIELD_MANAGER = 'pgdist';
const WRITER = { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' };
const ONCE = { repeatable: false };

/** Sends the request; what it answers is the object as it is now. */
const written = async (api: ApiServer, ...request: Parameters<ApiServer['json']>): Promise<KubeObject> =>
  objectIn(await api.json<unknown>(...request));

const targetOf = ({ apiVersion, kind, metadata }: { apiVersion: string; kind: string; metadata: { name: string; namespace?: string } }): Target => ({
  apiVersion,
  kind,
  name: metadata.name,
  namespace: metadata.namespace,
});

export const writing = ({ at, call }: Requests): Omit<ClusterClient, keyof ClusterReader> => ({
  apply: (manifest) =>
    at(targetOf(manifest), `applying ${namesOf(targetOf(manifest))}`, { repeatable: true }, (api, path, bounds) =>
      written(api, 'PATCH', path, { ...bounds, body: manifest, type: 'application/apply-patch+yaml', query: { ...WRITER, force: 'false' } }),
    ),
  merge: (ref, patch, { resourceVersion, subresource } = {}) =>
    at({ ...ref, subresource }, `patching ${namesOf(ref)}`, ONCE, (api, path, bounds) =>
      written(api, 'PATCH', path, {
        ...bounds,
        body: resourceVersion === undefined ? patch : { ...patch, metadata: { ...(patch['metadata'] as object | undefined), resourceVersion } },
        type: 'application/merge-patch+json',
        query: WRITER,
      }),
    ),
  create: (manifest) =>
    at({ ...targetOf(manifest), name: undefined }, `creating ${namesOf(targetOf(manifest))}`, ONCE, (api, path, bounds) =>
      written(api, 'POST', path, { ...bounds, body: manifest, query: WRITER }),
    ),
  update: (object, { subresource } = {}) =>
    at({ ...targetOf(object), subresource }, `updating ${namesOf(targetOf(object))}`, ONCE, (api, path, bounds) =>
      written(api, 'PUT', path, { ...bounds, body: object, query: WRITER }),
    ),
  delete: (ref, { uid, propagation = 'Background' } = {}) =>
    at(ref, `deleting ${namesOf(ref)}`, { repeatable: true }, async (api, path, bounds) => {
      const body = { propagationPolicy: propagation, ...(uid === undefined ? {} : { preconditions: { uid } }) };
      await api.json('DELETE', path, { ...bounds, body }).catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.status.reason !== 'NotFound') throw error;
      });
    }),
  token: ({ namespace, name }, expirationSeconds) =>
    call(`asking for a token of ServiceAccount ${namespace}/${name}`, ONCE, async ({ api }, bounds) => {
      const answer = await api.json<{ status?: { token?: unknown } } | null>(
        'POST',
        `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
        {
          ...bounds,
          body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds } },
        },
      );
      const token = answer?.status?.token;
      if (!isShort(token, LIMITS.tokenLength)) throw tooLarge('the answer holds no token of usual length');
      return token;
    }),
});
