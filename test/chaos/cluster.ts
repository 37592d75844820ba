import { canonicalJson } from '../../src/domain/digest.ts';
import type { FieldChange } from '../../src/domain/finding.ts';
import type { KubeObject, Manifest, ObjectRef, Query, WatchEvent } from '../../src/kube-api/objects.ts';
import type { ClusterClient } from '../../src/ports/cluster.ts';
import { ClusterRefusedError, ClusterUnreachableError, ConflictError } from '../../src/ports/cluster-errors.ts';
import { NotYetError } from '../../src/domain/problem.ts';
import type { CallLimits } from '../../src/walk/clients/call-limits.ts';
import type { Boundary } from './calls.ts';
import type { Process, Simulation } from './simulation.ts';

/** A write that a cluster took. */
export interface Write {
  readonly atMs: number;
  readonly process: Process;
  readonly runId: string;
  /** 'ConfigMap demo/postgres-0' */
  readonly object: string;
  /** False: it was so before. */
  readonly changed: boolean;
}

/** Objects of one API server, with versions and watches, reached over a boundary. */
export interface ChaosCluster {
  client(process: Process, limits: CallLimits): ClusterClient;
  get(ref: ObjectRef): KubeObject | undefined;
  /** As somebody else does it: an operator, or a person by hand. */
  put(object: KubeObject): void;
  remove(ref: ObjectRef): void;
}

const keyOf = ({ kind, metadata: { namespace, name } }: Pick<KubeObject, 'kind' | 'metadata'>): string =>
  namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
const keyOfRef = ({ kind, namespace, name }: ObjectRef): string =>
  keyOf({ kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } });
/** What the walk's own bound ends before (src/walk/clients/). */
const NEVER_MS = 60_000;

export const createChaosCluster = (
  name: string,
  sim: Simulation,
  boundary: Boundary,
  onWrite: (write: Write) => void,
  onStored: (cluster: ChaosCluster, object: KubeObject) => void,
): ChaosCluster => {
  const objects = new Map<string, KubeObject>();
  const events: { readonly version: number; readonly event: WatchEvent }[] = [];
  const watchers = new Set<() => void>();
  let version = 1;

  const tell = (event: WatchEvent): void => {
    events.push({ version, event });
    for (const wake of watchers) wake();
  };
  const store = (object: KubeObject): KubeObject => {
    const before = objects.get(keyOf(object));
    if (before !== undefined && canonicalJson(unversioned(object)) === canonicalJson(unversioned(before))) return before;
    version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    objects.set(keyOf(object), stored);
    tell({ type: before === undefined ? 'ADDED' : 'MODIFIED', object: stored });
    return stored;
  };
  const namespaced = ({ kind, metadata: { namespace } }: Manifest): void => {
    if (namespace === undefined || objects.has(`Namespace ${namespace}`)) return;
    throw refused(`creating ${kind}`, 404, 'NotFound', `namespaces "${namespace}" not found`);
  };
  const refused = (activity: string, code: number, reason: string, message: string): ClusterRefusedError =>
    new ClusterRefusedError(name, activity, { code, reason, message });
  const matches = (query: Query, object: KubeObject): boolean =>
    object.kind === query.kind &&
    (query.namespace === undefined || object.metadata.namespace === query.namespace) &&
    (query.fieldSelector === undefined || query.fieldSelector === `metadata.name=${object.metadata.name}`);
  const merged = (before: KubeObject | undefined, patch: Readonly<Record<string, unknown>>): KubeObject =>
    mergePatch(before ?? {}, patch) as unknown as KubeObject;

  const self: ChaosCluster = {
    get: (ref) => objects.get(keyOfRef(ref)),
    put: (object) => void store(object),
    remove(ref) {
      const object = objects.get(keyOfRef(ref));
      if (object === undefined) return;
      version += 1;
      objects.delete(keyOf(object));
      tell({ type: 'DELETED', object });
    },
    client(process, { signal }) {
      const over = <T>(what: string, activity: string, effect: () => T): Promise<T> =>
        boundary.call(process, {
          label: `cluster ${what}`,
          server: name,
          wayMs: [3, 40],
          effect: async () => effect(),
          timeoutMs: NEVER_MS,
          timedOut: () => new ClusterUnreachableError(name, activity, 'no answer'),
          broken: () => new ClusterUnreachableError(name, activity, 'connection reset by peer'),
          instead: {
            async deny() {
              throw refused(activity, 403, 'Forbidden', `${activity} is forbidden`);
            },
          },
          isOpen: () => !signal.aborted && process.alive,
        });
      const write = (what: string, object: Pick<Manifest, 'kind' | 'metadata'>, effect: () => KubeObject): Promise<KubeObject> => {
        const runId = sim.place.getStore()?.runId ?? '';
        return over(what, `${what} ${keyOf(object)}`, () => {
          const before = version;
          const stored = effect();
          onWrite({ atMs: sim.nowMs(), process, runId, object: keyOf(object), changed: version !== before });
          onStored(self, stored);
          return stored;
        });
      };
      const unused = (): never => {
        throw new Error('no step of this procedure asks for it');
      };
      return {
        name,
        caPem: undefined,
        note: undefined,
        hindrance: undefined,
        version: () => over('version', 'asking the version', () => 'v1.35.0'),
        serves: () => over('serves', 'looking for a kind', () => true),
        read: (ref) => over('read', `reading ${keyOfRef(ref)}`, () => objects.get(keyOfRef(ref))),
        list: (query) =>
          over('list', `listing ${query.kind}`, () => ({
            items: [...objects.values()].filter((object) => matches(query, object)),
            resourceVersion: String(version),
          })),
        diff: (manifest) =>
          over('diff', `comparing ${keyOf(manifest)}`, () => {
            const { namespace } = manifest.metadata;
            if (namespace !== undefined && !objects.has(`Namespace ${namespace}`)) throw new NotYetError(`namespace ${namespace}`);
            const found = objects.get(keyOf(manifest));
            const { apiVersion: _, kind: __, metadata: ___, ...wanted } = manifest;
            return { exists: found !== undefined, changes: changesOf('', wanted, found ?? {}) };
          }),
        rehearse: (ref) => over('diff', `trying a change of ${keyOfRef(ref)}`, () => undefined),
        apply: (manifest) =>
          write('apply', manifest, () => {
            namespaced(manifest);
            return store(merged(objects.get(keyOf(manifest)), manifest));
          }),
        create: (manifest) =>
          write('create', manifest, () => {
            namespaced(manifest);
            if (objects.has(keyOf(manifest))) throw refused(`creating ${keyOf(manifest)}`, 409, 'AlreadyExists', `${keyOf(manifest)} already exists`);
            return store(manifest);
          }),
        merge: (ref, patch, { resourceVersion } = {}) =>
          write('merge', { kind: ref.kind, metadata: ref }, () => {
            const found = objects.get(keyOfRef(ref));
            if (found === undefined) throw refused(`changing ${keyOfRef(ref)}`, 404, 'NotFound', `${keyOfRef(ref)} not found`);
            if (resourceVersion !== undefined && resourceVersion !== found.metadata.resourceVersion)
              throw new ConflictError(`${keyOfRef(ref)} changed`);
            return store(merged(found, patch));
          }),
        async *watch(query, { resourceVersion, signal: until }) {
          let seen = Number(resourceVersion);
          while (!until.aborted) {
            const next = events.find((event) => event.version > seen && matches(query, event.event.object));
            if (next !== undefined) {
              seen = next.version;
              yield next.event;
              continue;
            }
            await new Promise<void>((resolve) => {
              const wake = (): void => {
                watchers.delete(wake);
                sim.after(sim.between(2, 30), resolve, process);
              };
              watchers.add(wake);
              until.addEventListener('abort', () => (watchers.delete(wake), resolve()), { once: true });
            });
          }
        },
        exec: unused,
        logs: unused,
        forward: unused,
        allowed: unused,
        update: unused,
        delete: unused,
        token: unused,
      };
    },
  };
  return self;
};

const unversioned = ({ metadata, ...rest }: KubeObject): unknown => ({ ...rest, metadata: { ...metadata, resourceVersion: '' } });

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const mergePatch = (before: unknown, patch: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const result: Record<string, unknown> = isFields(before) ? { ...before } : {};
  for (const [field, value] of Object.entries(patch)) result[field] = isFields(value) ? mergePatch(result[field], value) : value;
  return result;
};

const changesOf = (path: string, wanted: unknown, found: unknown): FieldChange[] => {
  if (isFields(wanted)) {
    const fields = isFields(found) ? found : {};
    return Object.entries(wanted).flatMap(([field, value]) => changesOf(path === '' ? field : `${path}.${field}`, value, fields[field]));
  }
  return canonicalJson(wanted) === canonicalJson(found) ? [] : [{ path, from: found, to: wanted }];
};
