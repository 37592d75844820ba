import { FIELD_MANAGER } from '../../domain/field-manager.ts';
import type { KubeObject } from '../../kube-api/objects.ts';
import type { ClusterClient, ClusterReader } from '../../ports/cluster.ts';
import { ApiError, tooLarge, unusable } from '../../kube-api/api-error.ts';
import type { ApiServer } from '../../kube-api/api-server.ts';
import { ConflictError } from '../../ports/cluster-errors.ts';
import { LIMITS } from '../../kube-api/limits.ts';
import { isShort, objectIn, type Asked } from '../../kube-api/objects-in.ts';
import { corePath } from '../../kube-api/resources.ts';
import { namesOf, type Requests, type Target } from './requests.ts';

const WRITER = { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' };
const ONCE = { repeatable: false };
/** Of what a bearer token is made (RFC 6750): it becomes a header, and a word of a command line. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** Sends the request; what it answers is the object as it is now. */
const written = async (api: ApiServer, asked: Asked, ...request: Parameters<ApiServer['json']>): Promise<KubeObject> =>
  objectIn(await api.json<unknown>(...request), asked);

const targetOf = ({ apiVersion, kind, metadata }: { apiVersion: string; kind: string; metadata: { name: string; namespace?: string } }): Target => ({
  apiVersion,
  kind,
  name: metadata.name,
  namespace: metadata.namespace,
});

export const writing = ({ at, call }: Requests): Omit<ClusterClient, keyof ClusterReader> => ({
  apply: (manifest) =>
    at(targetOf(manifest), `applying ${namesOf(targetOf(manifest))}`, { repeatable: true }, (api, path, bounds) =>
      written(api, targetOf(manifest), 'PATCH', path, {
        ...bounds,
        body: manifest,
        type: 'application/apply-patch+yaml',
        query: { ...WRITER, force: 'false' },
      }).catch((error: unknown) => {
        // Two applies that both found nothing: this one's own, whose answer was lost, or somebody else's. The next one changes what is there.
        if (error instanceof ApiError && error.status.reason === 'AlreadyExists') throw new ConflictError(error.status.message);
        throw error;
      }),
    ),
  merge: (ref, patch, { resourceVersion, subresource } = {}) =>
    at({ ...ref, subresource }, `patching ${namesOf(ref)}`, ONCE, (api, path, bounds) =>
      written(api, ref, 'PATCH', path, {
        ...bounds,
        body: resourceVersion === undefined ? patch : { ...patch, metadata: { ...(patch['metadata'] as object | undefined), resourceVersion } },
        type: 'application/merge-patch+json',
        query: WRITER,
      }),
    ),
  create: (manifest) =>
    at({ ...targetOf(manifest), name: undefined }, `creating ${namesOf(targetOf(manifest))}`, ONCE, (api, path, bounds) =>
      written(api, targetOf(manifest), 'POST', path, { ...bounds, body: manifest, query: WRITER }),
    ),
  update: (object, { subresource } = {}) =>
    at({ ...targetOf(object), subresource }, `updating ${namesOf(targetOf(object))}`, ONCE, (api, path, bounds) =>
      written(api, targetOf(object), 'PUT', path, { ...bounds, body: object, query: WRITER }),
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
        corePath('serviceaccounts', { namespace, name, subresource: 'token' }),
        {
          ...bounds,
          body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds } },
        },
      );
      const token = answer?.status?.token;
      if (!isShort(token, LIMITS.tokenLength)) throw tooLarge('the answer holds no token of usual length');
      if (!TOKEN.test(token)) throw unusable('the answer holds no token');
      return token;
    }),
});
