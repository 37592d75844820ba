import type { ResourceType } from '../kinds/resource-type.ts';
import { timestamp, type ApiObject } from '../object.ts';
import type { Store } from '../store/store.ts';

type Resource = Pick<ResourceType, 'group' | 'plural'> & { readonly kind?: string };

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** Removes an object whose deletion waits for nothing any more; undefined when it has to stay. */
export const finishDeletion = (store: Store, type: Resource, object: ApiObject): ApiObject | undefined => {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  const isNamespace = type.group === '' && type.plural === 'namespaces';
  const heldBySpec = isNamespace && ((object['spec']?.finalizers ?? []) as unknown[]).length > 0;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0 || finalizers.length > 0 || heldBySpec) return undefined;
  return store.remove(type, object);
};

export interface DeletionWish {
  readonly propagation: 'Background' | 'Foreground' | 'Orphan';
  readonly graceSeconds: number;
}

/** Deletes or begins to: finalizers, grace periods and dependents may hold the object. Returns it as it is after that, and whether it is gone. */
export const deleteStored = (
  store: Store,
  type: Resource,
  object: ApiObject,
  { propagation, graceSeconds }: DeletionWish,
): { readonly object: ApiObject; readonly gone: boolean } => {
  const { metadata } = object;
  const finalizers = [...(metadata.finalizers ?? [])];
  const hold = propagation === 'Foreground' ? FOREGROUND : propagation === 'Orphan' ? ORPHAN : undefined;
  if (hold !== undefined && metadata.deletionTimestamp === undefined && !finalizers.includes(hold)) finalizers.push(hold);
  const grace = Math.min(graceSeconds, metadata.deletionGracePeriodSeconds ?? graceSeconds);
  const isNamespace = type.group === '' && type.plural === 'namespaces';
  const next: ApiObject = {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp: metadata.deletionTimestamp ?? timestamp(new Date(Date.now() + grace * 1000)),
      deletionGracePeriodSeconds: grace,
      ...(finalizers.length === 0 ? {} : { finalizers }),
      ...(metadata.generation !== undefined && metadata.deletionTimestamp === undefined ? { generation: metadata.generation + 1 } : {}),
    },
    ...(isNamespace ? { status: { ...(object['status'] as object | undefined), phase: 'Terminating' } } : {}),
  };
  const removed = finishDeletion(store, type, next);
  if (removed !== undefined) return { object: removed, gone: true };
  const isUnchanged = metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === grace;
  return { object: isUnchanged ? object : store.put(type, next), gone: false };
};

/** Only a pod that a node may be running gets a grace period. */
export const graceOf = (kind: string, object: ApiObject, asked: number | undefined): number => {
  const phase: unknown = object['status']?.phase;
  if (kind !== 'Pod' || object['spec']?.nodeName === undefined || phase === 'Succeeded' || phase === 'Failed') return 0;
  return asked ?? (object['spec'].terminationGracePeriodSeconds as number | undefined) ?? 30;
};
