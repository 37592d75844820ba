import type { Duplex, Readable, Writable } from 'node:stream';
import type { ApiObject } from './object.ts';

/** What a node does for the API server: exec, logs and port-forward of the pods that run there. */
export interface NodeBackend {
  exec(request: {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string | undefined;
    readonly command: readonly string[];
    readonly stdin: Readable | undefined;
    readonly stdout: Writable;
    readonly stderr: Writable;
    readonly signal: AbortSignal;
  }): Promise<number>;
  /** Lines so far; undefined when the container never started. */
  logs(request: { readonly namespace: string; readonly pod: string; readonly container: string | undefined }): Promise<string | undefined>;
  /** TCP stream to a port of the pod; rejects when nothing listens there. */
  connect(request: { readonly namespace: string; readonly pod: string; readonly port: number }): Promise<Duplex>;
}

/** A request as it came in, for those who hear of it or choose it. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly userAgent: string;
  /** The Authorization header, '' where there is none: it tells callers of one user apart. */
  readonly authorization: string;
}

/** What befalls one request. Before: nothing of it was carried out. After: all of it was, and its caller is not told; an exec loses its status. */
export type RequestFault =
  | { readonly kind: 'refused'; readonly code: 401 | 403 | 429 | 500 | 503 | 504; readonly retryAfterSeconds?: number }
  /** A proxy before the API server answers with a page of its own. */
  | { readonly kind: 'page'; readonly code: 200 | 401 | 403 | 404 | 502 }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** Waits for `until`, which says whether it goes on or is lost with its connection. */
  | { readonly kind: 'held'; readonly when: 'before' | 'after'; until(request: ApiRequest): Promise<'goes on' | 'is lost'> };

/** Ways in which a real API server lets its callers down. */
export interface ApiFaults {
  /** Refuses every connection, as when the process is down. */
  down: boolean;
  /** Accepts connections and never answers. */
  hanging: boolean;
  /** Answers this many of the next requests with 429 and Retry-After. */
  throttleNext: number;
  /** Drops all open connections, watches too, once. */
  dropConnections(): void;
  /** Makes every resourceVersion before now too old (410). */
  compact(): void;
  /** Watches hold back what happened for so long, milliseconds, as a cache that is behind; lists and reads tell what is. */
  watchLagMs: number;
  /** Lets `fault` befall each request that is chosen, the next `times` of them, or all until the returned function is called. A request may be chosen by several. */
  order(fault: RequestFault, chosen: (request: ApiRequest) => boolean, times?: number): () => void;
}

export interface KubernetesApiOptions {
  /** Used in the certificate and in errors of ours, for people who read logs. */
  readonly name: string;
  /** gitVersion, for example v1.35.4. */
  readonly version?: string;
  /** Loopback port; absent: any free one. */
  readonly port?: number;
  /** Further names or addresses in the serving certificate. */
  readonly extraNames?: readonly string[];
}

/** Hears of everything that reaches or changes a cluster, at the moment it does; objects must not be changed. */
export interface ApiObserver {
  request?(request: ApiRequest): void;
  /** What somebody was allowed or refused to do; a `path` is no resource's. Questions of may-I are not told. */
  authorized?(asked: {
    readonly user: string;
    readonly allowed: boolean;
    readonly verb: string;
    readonly path?: string;
    readonly group?: string;
    readonly resource?: string;
    readonly subresource?: string | undefined;
    readonly namespace?: string | undefined;
    readonly name?: string | undefined;
  }): void;
  change?(change: {
    readonly group: string;
    readonly plural: string;
    readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
    readonly object: Readonly<ApiObject>;
  }): void;
}

/** A Kubernetes API server double: HTTPS on loopback, in memory, no controllers. */
export interface KubernetesApi {
  readonly name: string;
  /** https://127.0.0.1:PORT */
  readonly url: string;
  readonly caPem: string;
  /** Bearer token of a cluster administrator. */
  readonly adminToken: string;
  /** Kubeconfig (YAML) with one context of this name, CA inlined, which is current. */
  readonly kubeconfig: string;
  readonly faults: ApiFaults;
  /** Every request so far as 'METHOD path?query user-agent', for tests and counting. */
  readonly requests: readonly string[];
  /** Returns the way to stop. Objects that are there already are told first, as ADDED. */
  observe(observer: ApiObserver): () => void;
  setNodeBackend(backend: NodeBackend): void;
  /** For webhooks that name a Service: https URL at which it can be reached; undefined while it has no endpoints. */
  setServiceResolver(resolver: (namespace: string, service: string, port: number) => string | undefined): void;
  close(): Promise<void>;
}
