import type { KubeObject, Query, WatchEvent } from '../../src/kube-api/objects.ts';
import type { ClusterClient } from '../../src/ports/cluster.ts';
import { ClusterUnreachableError, KindMissingError } from '../../src/ports/cluster-errors.ts';

export interface MemoryCluster extends ClusterClient {
  /** Stores the object as somebody else would, and tells watchers. */
  put(object: KubeObject): void;
  /** From now on calls fail as if the network were cut, or not any more. */
  setReachable(reachable: boolean): void;
  /** Kinds that are not served. */
  readonly missingKinds: Set<string>;
  /** Every call that arrived: 'list ConfigMap', 'apply ConfigMap a'. */
  readonly calls: string[];
  watchers(): number;
}

/** The port over a map: objects, resourceVersions and watches behave as the API server's, as far as walks need them. */
export const memoryCluster = (name: string): MemoryCluster => {
  const objects = new Map<string, KubeObject>();
  const events: { readonly version: number; readonly event: WatchEvent }[] = [];
  const wakers = new Set<() => void>();
  const calls: string[] = [];
  const missingKinds = new Set<string>();
  let version = 1;
  let reachable = true;

  const keyOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
  const matches = (query: Query, object: KubeObject): boolean =>
    object.kind === query.kind &&
    (query.namespace === undefined || object.metadata.namespace === query.namespace) &&
    (query.fieldSelector === undefined ||
      [`metadata.name=${object.metadata.name}`, `reason=${String(object['reason'])}`].includes(query.fieldSelector));
  const arrive = (call: string, kind = ''): void => {
    calls.push(call);
    if (!reachable) throw new ClusterUnreachableError(name, call, 'connection refused');
    if (missingKinds.has(kind)) throw new KindMissingError(`kind ${kind} on ${name}`);
  };
  const put = (object: KubeObject): KubeObject => {
    version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    const type = objects.has(keyOf(object)) ? 'MODIFIED' : 'ADDED';
    objects.set(keyOf(object), stored);
    events.push({ version, event: { type, object: stored } });
    for (const wake of wakers) wake();
    return stored;
  };
  const unused = (): never => {
    throw new Error('not part of this test');
  };

  return {
    name,
    caPem: undefined,
    note: undefined,
    hindrance: undefined,
    put: (object) => void put(object),
    setReachable: (value) => (reachable = value),
    missingKinds,
    calls,
    watchers: () => wakers.size,
    async version() {
      arrive('version');
      return 'v1.35.0';
    },
    async serves({ kind }) {
      arrive(`serves ${kind}`);
      return !missingKinds.has(kind);
    },
    async read(ref) {
      arrive(`read ${ref.kind} ${ref.name}`, ref.kind);
      return objects.get(`${ref.kind}/${ref.namespace ?? ''}/${ref.name}`);
    },
    async list(query) {
      arrive(`list ${query.kind}`, query.kind);
      return { items: [...objects.values()].filter((object) => matches(query, object)), resourceVersion: String(version) };
    },
    async *watch(query, { resourceVersion, signal }) {
      calls.push(`watch ${query.kind}`);
      if (missingKinds.has(query.kind)) throw new KindMissingError(`kind ${query.kind} on ${name}`);
      let seen = Number(resourceVersion);
      while (!signal.aborted) {
        const next = events.find((event) => event.version > seen && matches(query, event.event.object));
        if (next !== undefined) {
          seen = next.version;
          yield next.event;
          continue;
        }
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            wakers.delete(wake);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          wakers.add(wake);
          signal.addEventListener('abort', wake, { once: true });
        });
      }
    },
    async apply(manifest) {
      arrive(`apply ${manifest.kind} ${manifest.metadata.name}`, manifest.kind);
      return put(manifest);
    },
    async create(manifest) {
      arrive(`create ${manifest.kind} ${manifest.metadata.name}`, manifest.kind);
      return put(manifest);
    },
    async merge(ref, patch) {
      arrive(`merge ${ref.kind} ${ref.name}`);
      const found = objects.get(`${ref.kind}/${ref.namespace ?? ''}/${ref.name}`);
      return put({ ...found!, ...patch });
    },
    diff: unused,
    rehearse: unused,
    exec: unused,
    logs: unused,
    forward: unused,
    allowed: unused,
    update: unused,
    delete: unused,
    token: unused,
  };
};
