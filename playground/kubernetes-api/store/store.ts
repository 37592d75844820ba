import type { ApiObject } from '../object.ts';
import { resourceKey, type ResourceType } from '../kinds/resource-type.ts';
import { createEventLog, type EventLog, type StoredEvent } from './event-log.ts';

type StoreListener = (type: Pick<ResourceType, 'group' | 'plural'>, event: StoredEvent) => void;
type Resource = Pick<ResourceType, 'group' | 'plural'>;

/** Objects of one cluster with one revision counter, as in etcd. Objects that went in are never changed. */
export interface Store {
  /** Newest revision. */
  revision(): number;
  /** Older revisions cannot be watched or listed from. */
  compactedRevision(): number;
  compact(): void;
  get(type: Resource, namespace: string | undefined, name: string): ApiObject | undefined;
  /** Ordered by namespace and name. */
  list(type: Resource, namespace?: string): ApiObject[];
  /** Writes with a new revision, which becomes the resourceVersion. */
  put(type: Resource, object: ApiObject): ApiObject;
  /** Removes; what it returns carries the revision of the removal. */
  remove(type: Resource, object: ApiObject): ApiObject;
  /** Changes of a resource, oldest first; undefined when not all of them are kept any more. */
  eventsAfter(type: Resource, revision: number): readonly StoredEvent[] | undefined;
  /** Calls after each change, in order; returns the way to stop. */
  listen(listener: StoreListener): () => void;
  /** Calls after each change of one resource. */
  listenTo(type: Resource, listener: () => void): () => void;
}

interface Collection {
  readonly objects: Map<string, ApiObject>;
  readonly log: EventLog;
  readonly listeners: Set<() => void>;
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

export const createStore = (): Store => {
  const collections = new Map<string, Collection>();
  const listeners = new Set<StoreListener>();
  let revision = 1;
  let compacted = 0;

  const collection = (type: Resource): Collection => {
    const key = resourceKey(type);
    let found = collections.get(key);
    if (found === undefined) collections.set(key, (found = { objects: new Map(), log: createEventLog(), listeners: new Set() }));
    return found;
  };
  const record = (type: Resource, into: Collection, event: StoredEvent): void => {
    into.log.add(event);
    for (const listener of into.listeners) listener();
    for (const listener of listeners) listener(type, event);
  };
  const revised = (object: ApiObject): ApiObject => ({ ...object, metadata: { ...object.metadata, resourceVersion: String((revision += 1)) } });

  return {
    revision: () => revision,
    compactedRevision: () => compacted,
    compact() {
      compacted = revision;
    },
    get: (type, namespace, name) => collection(type).objects.get(keyOf(namespace, name)),
    list(type, namespace) {
      const found = [...collection(type).objects.entries()].filter(
        ([, object]) => namespace === undefined || object.metadata.namespace === namespace,
      );
      return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    },
    put(type, object) {
      const into = collection(type);
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      const previous = into.objects.get(key);
      const stored = revised(object);
      into.objects.set(key, stored);
      record(type, into, {
        revision,
        type: previous === undefined ? 'ADDED' : 'MODIFIED',
        object: stored,
        ...(previous === undefined ? {} : { previous }),
      });
      return stored;
    },
    remove(type, object) {
      const into = collection(type);
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      const previous = into.objects.get(key) ?? object;
      const last = revised(object);
      into.objects.delete(key);
      record(type, into, { revision, type: 'DELETED', object: last, previous });
      return last;
    },
    eventsAfter: (type, from) => collection(type).log.after(from),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    listenTo(type, listener) {
      const { listeners: own } = collection(type);
      own.add(listener);
      return () => own.delete(listener);
    },
  };
};
