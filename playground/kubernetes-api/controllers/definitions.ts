import { customType } from '../kinds/custom.ts';
import { CLEANUP_FINALIZER } from '../kinds/definition-strategy.ts';
import type { Registry } from '../kinds/registry.ts';
import type { ApiObject } from '../object.ts';
import { deleteStored, finishDeletion } from '../requests/deletion.ts';
import type { Store } from '../store/store.ts';

const DEFINITIONS = { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' };

/** Serves what CustomResourceDefinitions define. One that is deleted takes its objects along, and stays until they are gone. */
export const runDefinitions = (store: Store, registry: Registry): (() => void) => {
  const resourceOf = (definition: ApiObject) => ({ group: String(definition['spec'].group), plural: String(definition['spec'].names.plural) });
  const finish = (definition: ApiObject): void => {
    const { finalizers = [] } = definition.metadata;
    if (!finalizers.includes(CLEANUP_FINALIZER) || store.list(resourceOf(definition)).length > 0) return;
    const next = { ...definition, metadata: { ...definition.metadata, finalizers: finalizers.filter((one) => one !== CLEANUP_FINALIZER) } };
    if (finishDeletion(store, DEFINITIONS, next) === undefined) store.put(DEFINITIONS, next);
  };
  const empty = (definition: ApiObject): void => {
    const resource = resourceOf(definition);
    for (const object of store.list(resource)) deleteStored(store, resource, object, { propagation: 'Background', graceSeconds: 0 });
    finish(definition);
  };
  return store.listen((resource, { type, object }) => {
    if (resource.group === DEFINITIONS.group && resource.plural === DEFINITIONS.plural) {
      const defined = type === 'DELETED' ? undefined : customType(object);
      if (defined === undefined) registry.remove(resourceOf(object).group, resourceOf(object).plural);
      else registry.add(defined);
      if (type !== 'DELETED' && object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).includes(CLEANUP_FINALIZER))
        queueMicrotask(() => {
          const latest = store.get(DEFINITIONS, undefined, object.metadata.name);
          if (latest?.metadata.deletionTimestamp !== undefined) empty(latest);
        });
    } else if (type === 'DELETED') {
      const definition = store.get(DEFINITIONS, undefined, `${resource.plural}.${resource.group}`);
      if (definition?.metadata.deletionTimestamp !== undefined) queueMicrotask(() => finishLatest(definition.metadata.name));
    }
  });

  function finishLatest(name: string): void {
    const latest = store.get(DEFINITIONS, undefined, name);
    if (latest?.metadata.deletionTimestamp !== undefined) finish(latest);
  }
};
