import type { Kind, Query } from '../../kube-api/objects.ts';
import type { Asked } from '../../kube-api/objects-in.ts';
import type { ApiServer } from '../../kube-api/api-server.ts';
import type { CallOptions, Calls } from './calls.ts';
import { failureOf, kindMissing } from './failures.ts';
import { pathOf, type discover } from '../../kube-api/resources.ts';

export interface Connection {
  readonly api: ApiServer;
  readonly resolve: ReturnType<typeof discover>;
}

interface Bounds {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** An object, a collection, or a part of an object. */
export interface Target extends Kind {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** What reading and writing are made of. Activities are told in errors: 'reading ConfigMap kube-system/coredns'. */
export interface Requests {
  /** Name of the cluster in the fleet. */
  readonly cluster: string;
  readonly calls: Calls;
  /** Calls the API server at a path that every Kubernetes has. */
  call<T>(
    activity: string,
    options: CallOptions & { readonly throughKubelet?: boolean },
    request: (connection: Connection, bounds: Bounds) => Promise<T>,
  ): Promise<T>;
  /** Calls the API server at the path of the target. Throws KindMissingError when its kind is not served. */
  at<T>(
    target: Target,
    activity: string,
    options: CallOptions & { readonly planning?: boolean },
    request: (api: ApiServer, path: string, bounds: Bounds) => Promise<T>,
  ): Promise<T>;
  /** The error of the port for what a long request threw. */
  failure(error: unknown, activity: string, kind: Kind): Error;
}

export const requestsOf = (cluster: string, connection: () => Promise<Connection>, calls: Calls): Requests => ({
  cluster,
  calls,
  call: (text, { throughKubelet = false, ...options }, request) =>
    calls.run({ cluster, text, throughKubelet }, options, async (bounds) => request(await connection(), bounds)),
  at: ({ apiVersion, kind, ...place }, text, { planning = false, ...options }, request) =>
    calls.run({ cluster, text, kind: { apiVersion, kind }, planning }, options, async (bounds) => {
      const { api, resolve } = await connection();
      const resource = await resolve({ apiVersion, kind }, bounds.signal);
      if (resource === undefined) throw kindMissing(cluster, { apiVersion, kind });
      return request(api, pathOf(resource, place), bounds);
    }),
  failure: (error, text, kind) => failureOf(error, { cluster, text, kind }),
});

/** 'ConfigMap kube-system/coredns' */
export const namesOf = ({ kind, namespace, name }: Omit<Target, 'apiVersion'>): string =>
  `${kind} ${[namespace, name].filter((part) => part !== undefined).join('/')}`.trimEnd();

/** What every object of such a collection is. */
export const askedOf = ({ apiVersion, kind, namespace, fieldSelector, metadataOnly }: Query): Asked => ({
  ...(metadataOnly === true ? {} : { apiVersion, kind }),
  namespace,
  name: /^metadata\.name=([^,]+)$/.exec(fieldSelector ?? '')?.[1],
});

/** Lists and watches of metadata alone; a server that cannot answers in full. */
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
export const formOf = (metadataOnly: true | undefined): { readonly accept?: string } => (metadataOnly === true ? { accept: METADATA } : {});
