import type { Registry } from '../kinds/registry.ts';
import type { ResourceType } from '../kinds/resource-type.ts';
import { equal, timestamp, type ApiObject, type Fields } from '../object.ts';
import { deleteStored, finishDeletion, graceOf } from '../requests/deletion.ts';
import type { Store } from '../store/store.ts';

const NAMESPACES = { group: '', plural: 'namespaces' };

/** Empties namespaces that are being deleted and lets them go once nothing is left; says in their conditions what holds them. */
export const runNamespaces = (store: Store, registry: Registry): (() => void) => {
  const contentOf = (namespace: string): { readonly type: ResourceType; readonly object: ApiObject }[] =>
    registry
      .all()
      .filter((type) => type.namespaced && !type.virtual)
      .flatMap((type) => store.list(type, namespace).map((object) => ({ type, object })));

  const empty = (name: string): void => {
    for (const { type, object } of contentOf(name)) {
      if (object.metadata.deletionTimestamp === undefined && store.get(type, name, object.metadata.name) === object)
        deleteStored(store, type, object, { propagation: 'Background', graceSeconds: graceOf(type.kind, object, undefined) });
    }
    settle(name);
  };
  const settle = (name: string): void => {
    const namespace = store.get(NAMESPACES, undefined, name);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    const left = contentOf(name);
    if (left.length > 0) {
      const status = { ...(namespace['status'] as Fields), conditions: remaining(left, namespace['status']?.conditions as Fields[] | undefined) };
      if (!equal(status, namespace['status'])) store.put(NAMESPACES, { ...namespace, status });
      return;
    }
    const next: ApiObject = { ...namespace, spec: {} };
    if (finishDeletion(store, NAMESPACES, next) === undefined && namespace['spec']?.finalizers !== undefined) store.put(NAMESPACES, next);
  };

  return store.listen((resource, { type, object }) => {
    const { name, namespace, deletionTimestamp } = object.metadata;
    if (resource.group === '' && resource.plural === 'namespaces') {
      if (type === 'MODIFIED' && deletionTimestamp !== undefined) queueMicrotask(() => empty(name));
    } else if (namespace !== undefined && store.get(NAMESPACES, undefined, namespace)?.metadata.deletionTimestamp !== undefined) {
      queueMicrotask(() => (type === 'DELETED' ? settle(namespace) : empty(namespace)));
    }
  });
};

const remaining = (left: readonly { readonly type: ResourceType; readonly object: ApiObject }[], before: readonly Fields[] = []): Fields[] => {
  const counts = Map.groupBy(left, ({ type }) => (type.group === '' ? `${type.plural}.` : `${type.plural}.${type.group}`));
  const content = [...counts].map(([resource, objects]) => `${resource} has ${objects.length} resource instances`).sort();
  const holders = Map.groupBy(
    left.flatMap(({ object }) => object.metadata.finalizers ?? []),
    (finalizer) => finalizer,
  );
  const finalizers = [...holders].map(([finalizer, all]) => `${finalizer} in ${all.length} resource instances`).sort();
  const conditions = [
    condition('NamespaceContentRemaining', content.length > 0, 'SomeResourcesRemain', `Some resources are remaining: ${content.join(', ')}`),
    condition(
      'NamespaceFinalizersRemaining',
      finalizers.length > 0,
      'SomeFinalizersRemain',
      `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`,
    ),
  ];
  return conditions.map(
    (next) => before.find((one) => equal({ ...one, lastTransitionTime: undefined }, { ...next, lastTransitionTime: undefined })) ?? next,
  );
};

const condition = (type: string, holds: boolean, reason: string, message: string): Fields => ({
  type,
  status: holds ? 'True' : 'False',
  lastTransitionTime: timestamp(),
  reason: holds ? reason : 'ContentRemoved',
  message: holds ? message : 'All content successfully removed',
});
