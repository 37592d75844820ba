import type { Registry } from '../kinds/registry.ts';
import type { ResourceType } from '../kinds/resource-type.ts';
import { splitApiVersion, type ApiObject, type OwnerReference } from '../object.ts';
import { deleteStored, finishDeletion, FOREGROUND, graceOf, ORPHAN } from '../requests/deletion.ts';
import type { Store } from '../store/store.ts';

type Resource = Pick<ResourceType, 'group' | 'plural'>;
interface Place {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Deletes objects whose owners are all gone; holds owners deleted in the foreground until their dependents are gone; frees orphans. */
export const runGarbageCollector = (store: Store, registry: Registry): (() => void) => {
  const dependents = new Map<string, Map<string, Place>>();

  const placeOf = (resource: Resource, { metadata }: ApiObject): Place => ({ resource, namespace: metadata.namespace, name: metadata.name });
  const read = ({ resource, namespace, name }: Place): ApiObject | undefined => store.get(resource, namespace, name);
  const dependentsOf = (uid: string | undefined): Place[] => [...(dependents.get(uid ?? '')?.values() ?? [])];

  const index = (resource: Resource, object: ApiObject, previous: ApiObject | undefined, isGone: boolean): void => {
    const uid = object.metadata.uid ?? '';
    for (const owner of previous?.metadata.ownerReferences ?? []) dependents.get(owner.uid)?.delete(uid);
    if (isGone) return;
    for (const owner of object.metadata.ownerReferences ?? []) {
      const known = dependents.get(owner.uid) ?? new Map<string, Place>();
      dependents.set(owner.uid, known.set(uid, placeOf(resource, object)));
    }
  };

  /** A namespaced owner is looked for in the namespace of its dependent; one of an unknown kind counts as there. */
  const isGone = (owner: OwnerReference, namespace: string | undefined): boolean => {
    const type = registry.byKind(splitApiVersion(owner.apiVersion).group, owner.kind);
    if (type === undefined) return false;
    return store.get(type, type.namespaced ? namespace : undefined, owner.name)?.metadata.uid !== owner.uid;
  };

  const collect = (place: Place): void => {
    const object = read(place);
    const owners = object?.metadata.ownerReferences ?? [];
    if (object === undefined || object.metadata.deletionTimestamp !== undefined || owners.length === 0) return;
    const left = owners.filter((owner) => !isGone(owner, place.namespace));
    const kind = registry.byResource(place.resource.group, place.resource.plural)?.kind ?? '';
    if (left.length === 0) deleteStored(store, place.resource, object, { propagation: 'Background', graceSeconds: graceOf(kind, object, undefined) });
    else if (left.length < owners.length) store.put(place.resource, { ...object, metadata: { ...object.metadata, ownerReferences: left } });
  };

  const release = (place: Place, finalizer: string): void => {
    const owner = read(place);
    if (owner === undefined) return;
    const next = { ...owner, metadata: { ...owner.metadata, finalizers: (owner.metadata.finalizers ?? []).filter((one) => one !== finalizer) } };
    if (finishDeletion(store, place.resource, next) === undefined) store.put(place.resource, next);
  };

  /** Dependents go first, those that block their owner hold it. */
  const deleteInForeground = (place: Place): void => {
    const owner = read(place);
    if (owner === undefined) return;
    for (const dependent of dependentsOf(owner.metadata.uid)) {
      const object = read(dependent);
      const kind = registry.byResource(dependent.resource.group, dependent.resource.plural)?.kind ?? '';
      if (object !== undefined && object.metadata.deletionTimestamp === undefined)
        deleteStored(store, dependent.resource, object, { propagation: 'Foreground', graceSeconds: graceOf(kind, object, undefined) });
    }
    const blocks = dependentsOf(owner.metadata.uid).some((dependent) =>
      read(dependent)?.metadata.ownerReferences?.some((one) => one.uid === owner.metadata.uid && one.blockOwnerDeletion === true),
    );
    if (!blocks) release(place, FOREGROUND);
  };

  const orphan = (place: Place): void => {
    const owner = read(place);
    for (const dependent of dependentsOf(owner?.metadata.uid)) {
      const object = read(dependent);
      if (object === undefined) continue;
      const ownerReferences = (object.metadata.ownerReferences ?? []).filter((one) => one.uid !== owner?.metadata.uid);
      const { ownerReferences: _, ...metadata } = object.metadata;
      store.put(dependent.resource, { ...object, metadata: ownerReferences.length === 0 ? metadata : { ...metadata, ownerReferences } });
    }
    release(place, ORPHAN);
  };

  const progress = (place: Place): void => {
    const finalizers = read(place)?.metadata.finalizers ?? [];
    if (finalizers.includes(FOREGROUND)) deleteInForeground(place);
    else if (finalizers.includes(ORPHAN)) orphan(place);
  };

  return store.listen((resource, { type, object, previous }) => {
    index(resource, object, previous, type === 'DELETED');
    const place = placeOf(resource, object);
    const { ownerReferences = [], deletionTimestamp } = object.metadata;
    if (type === 'DELETED') {
      const owners = ownerReferences.flatMap((owner) => ownerPlace(owner, object.metadata.namespace));
      setImmediate(() => {
        for (const dependent of dependentsOf(object.metadata.uid)) collect(dependent);
        for (const owner of owners) progress(owner);
      });
    } else if (deletionTimestamp !== undefined) setImmediate(() => progress(place));
    else if (ownerReferences.length > 0) setImmediate(() => collect(place));
  });

  function ownerPlace(owner: OwnerReference, namespace: string | undefined): Place[] {
    const type = registry.byKind(splitApiVersion(owner.apiVersion).group, owner.kind);
    return type === undefined ? [] : [{ resource: type, namespace: type.namespaced ? namespace : undefined, name: owner.name }];
  }
};
