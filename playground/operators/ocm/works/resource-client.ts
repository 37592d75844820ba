import { ApiError } from '../../../../src/kube-api/api-server.ts';
import { discover, pathOf } from '../../../../src/kube-api/resources.ts';
import type { Manifest } from '../../../../src/kube-api/objects.ts';
import type { Mutable, OperatorClient } from '../../../control/kit.ts';

/** Where an object of a manifest lives. */
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** Of the object, and of its collection. */
  readonly path: string;
  readonly collection: string;
}

export interface ResourceClient {
  /** Throws when the kind is not served. */
  locate(manifest: Manifest): Promise<Target>;
  read(target: Target): Promise<Mutable | undefined>;
  create(target: Target, manifest: Manifest): Promise<Mutable>;
  update(target: Target, object: Mutable): Promise<Mutable>;
  apply(target: Target, manifest: Manifest, options: { readonly fieldManager: string; readonly force: boolean }): Promise<Mutable>;
  delete(target: Pick<Target, 'path'>, uid: string | undefined, propagationPolicy: string): Promise<void>;
}

/** The spoke's objects as the work agent handles them: any kind, found by discovery. */
export const resourceClient = ({ api }: OperatorClient): ResourceClient => {
  const resolve = discover(api);
  const absent = async <T>(call: Promise<T>): Promise<T | undefined> => {
    try {
      return await call;
    } catch (error) {
      if (error instanceof ApiError && error.status.code === 404) return undefined;
      throw error;
    }
  };
  return {
    async locate({ apiVersion, kind, metadata }) {
      const found = await resolve({ apiVersion, kind });
      if (found === undefined)
        throw new Error(`the server could not find the requested resource, no matches for kind "${kind}" in version "${apiVersion}"`);
      const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['', apiVersion];
      const namespace = found.namespaced ? (metadata.namespace ?? 'default') : '';
      const at = namespace === '' ? {} : { namespace };
      const collection = pathOf(found, at);
      return {
        group,
        version,
        kind,
        resource: found.plural,
        namespace,
        name: metadata.name,
        collection,
        path: pathOf(found, { ...at, name: metadata.name }),
      };
    },
    read: ({ path }) => absent(api.json<Mutable>('GET', path)),
    create: ({ collection }, manifest) => api.json('POST', collection, { body: manifest, query: { fieldManager: 'work-agent' } }),
    update: ({ path }, object) => api.json('PUT', path, { body: object, query: { fieldManager: 'work-agent' } }),
    apply: ({ path }, manifest, { fieldManager, force }) =>
      api.json('PATCH', path, { body: manifest, type: 'application/apply-patch+yaml', query: { fieldManager, force: String(force) } }),
    async delete({ path }, uid, propagationPolicy) {
      await absent(api.json('DELETE', path, { body: { propagationPolicy, ...(uid === undefined ? {} : { preconditions: { uid } }) } }));
    },
  };
};
