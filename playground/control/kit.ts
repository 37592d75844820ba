import { setTimeout as delay } from 'node:timers/promises';
import { keepRunning } from './background.ts';
import { ApiError, connectApiServer, type ApiServer } from '../../src/kube-api/api-server.ts';
import { unpacedIntake } from '../../src/kube-api/intake.ts';
import { discover, pathOf } from '../../src/kube-api/resources.ts';
import { watchCollection } from '../../src/kube-api/watch.ts';
import type { KubeObject, Manifest, ObjectRef, Query } from '../../src/kube-api/objects.ts';

/** How to reach one Kubernetes cluster, real or not. */
export interface Connection {
  readonly name: string;
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

/** An object while an operator works on it. */
export type Mutable = { -readonly [K in keyof KubeObject]: KubeObject[K] } & { spec?: any; status?: any; data?: any };

export interface OperatorClient {
  readonly cluster: string;
  readonly api: ApiServer;
  get(ref: ObjectRef): Promise<Mutable | undefined>;
  /** Empty when the kind is not served. */
  list(query: Query): Promise<Mutable[]>;
  /** undefined when it exists already. */
  create(manifest: Manifest): Promise<Mutable | undefined>;
  /** Forced server-side apply under the operator's own name. */
  apply(manifest: Manifest): Promise<Mutable>;
  merge(ref: ObjectRef, patch: unknown, subresource?: string): Promise<Mutable>;
  /** Reads, changes and writes the status again until nobody came between; nothing is written when it did not change. `known` spares the first reading. */
  setStatus(ref: ObjectRef, change: (status: any, object: Mutable) => void, known?: Mutable): Promise<void>;
  delete(ref: ObjectRef): Promise<void>;
  /**
   * Calls `reconcile` for every object now and after each change, one call per object at a time, again after an error.
   * `gone` is called with the last known object, again after an error unless one of its name is there again. A kind that is not served yet is waited for.
   */
  control(
    query: Query,
    reconcile: (object: Mutable) => Promise<void>,
    options: {
      readonly signal: AbortSignal;
      readonly gone?: (object: Mutable) => Promise<void>;
      readonly onError?: (error: unknown, object: Mutable) => void;
    },
  ): Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = 200;

export const operatorClient = (connection: Connection, operator: string): OperatorClient => {
  const api = connectApiServer({
    server: connection.server,
    ca: connection.ca,
    userAgent: operator,
    connections: 64,
    intake: unpacedIntake(),
    authorization: async () => `Bearer ${connection.token}`,
  });
  const resolve = discover(api);

  const path = async (ref: {
    apiVersion: string;
    kind: string;
    namespace?: string | undefined;
    name?: string;
    subresource?: string | undefined;
  }): Promise<string | undefined> => {
    const resource = await resolve(ref);
    return resource === undefined ? undefined : pathOf(resource, ref);
  };
  const pathOrThrow = async (ref: Parameters<typeof path>[0]): Promise<string> => {
    const found = await path(ref);
    if (found === undefined) throw new Error(`${connection.name} does not serve ${ref.kind} of ${ref.apiVersion}`);
    return found;
  };
  const unless = async <T>(codes: readonly number[], call: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof ApiError && codes.includes(error.status.code)) return undefined;
      throw error;
    }
  };

  /** Strict: without it the API server would drop what a CRD does not know, and say nothing. */
  const writer = { fieldManager: operator, fieldValidation: 'Strict' };
  const client: OperatorClient = {
    cluster: connection.name,
    api,
    async get(ref) {
      const at = await path(ref);
      return at === undefined ? undefined : unless([404], () => api.json<Mutable>('GET', at));
    },
    async list({ labelSelector, fieldSelector, ...query }) {
      const at = await path(query);
      if (at === undefined) return [];
      const list = await api.json<{ items?: Mutable[] }>('GET', at, { query: { labelSelector, fieldSelector } });
      return (list.items ?? []).map((item) => ({ ...item, apiVersion: query.apiVersion, kind: query.kind }));
    },
    async create(manifest) {
      const at = await pathOrThrow({ apiVersion: manifest.apiVersion, kind: manifest.kind, namespace: manifest.metadata.namespace });
      return unless([409], () => api.json<Mutable>('POST', at, { body: manifest, query: writer }));
    },
    async apply(manifest) {
      const { namespace, name } = manifest.metadata;
      const at = await pathOrThrow({ apiVersion: manifest.apiVersion, kind: manifest.kind, namespace, name });
      return api.json<Mutable>('PATCH', at, {
        body: manifest,
        type: 'application/apply-patch+yaml',
        query: { ...writer, force: 'true' },
      });
    },
    async merge(ref, patch, subresource) {
      return api.json<Mutable>('PATCH', await pathOrThrow({ ...ref, subresource }), {
        body: patch,
        type: 'application/merge-patch+json',
        query: writer,
      });
    },
    async setStatus(ref, change, known) {
      for (let newest = known; ; newest = undefined) {
        const object = newest ?? (await client.get(ref));
        if (object === undefined) return;
        const status = structuredClone(object.status ?? {});
        change(status, object);
        if (JSON.stringify(status) === JSON.stringify(object.status ?? {})) return;
        const written = await unless([409], async () =>
          api.json('PUT', await pathOrThrow({ ...ref, subresource: 'status' }), { body: { ...object, status }, query: writer }).then(() => true),
        ).catch((error: unknown) => {
          if (error instanceof ApiError && error.status.code === 404) return true;
          throw error;
        });
        if (written === true) return;
      }
    },
    async delete(ref) {
      const at = await path(ref);
      if (at !== undefined) await unless([404], () => api.json('DELETE', at, { body: { propagationPolicy: 'Background' } }));
    },
    async control({ labelSelector, fieldSelector, ...query }, reconcile, { signal, gone, onError }) {
      const known = new Map<string, Mutable>();
      const busy = new Set<string>();
      const dirty = new Set<string>();
      const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
      const work = async (key: string): Promise<void> => {
        if (busy.has(key)) {
          dirty.add(key);
          return;
        }
        busy.add(key);
        try {
          do {
            dirty.delete(key);
            const object = known.get(key);
            if (object === undefined) break;
            try {
              await reconcile(structuredClone(object));
            } catch (error) {
              if (signal.aborted) return;
              onError?.(error, object);
              dirty.add(key);
              await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
            }
          } while (dirty.has(key) && !signal.aborted);
        } finally {
          busy.delete(key);
        }
      };
      const forget = (key: string): void => {
        const object = known.get(key);
        known.delete(key);
        if (object === undefined || gone === undefined) return;
        void keepRunning(async () => (known.has(key) ? undefined : gone(object)), { signal, onError: (error) => onError?.(error, object) });
      };
      while (!signal.aborted) {
        try {
          const at = await path(query);
          if (at === undefined) {
            await delay(RETRY_MS, undefined, { signal });
            continue;
          }
          for await (const seen of watchCollection(api, at, { query: { labelSelector, fieldSelector }, signal })) {
            const typed = (object: KubeObject): Mutable => ({ ...object, apiVersion: query.apiVersion, kind: query.kind });
            if (seen.type === 'LIST') {
              const now = new Set(seen.items.map(keyOf));
              for (const key of known.keys()) if (!now.has(key)) forget(key);
              for (const item of seen.items) known.set(keyOf(item), typed(item));
              for (const key of now) void work(key);
            } else if (seen.type === 'DELETED') forget(keyOf(seen.object));
            else {
              known.set(keyOf(seen.object), typed(seen.object));
              void work(keyOf(seen.object));
            }
          }
        } catch {
          if (!signal.aborted) await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      }
    },
    close: () => api.close(),
  };
  return client;
};
