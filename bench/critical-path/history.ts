import type { KubeObject } from '../../src/kube-api/objects.ts';
import type { RecordedChange } from '../recorder.ts';

/** The clusters as they were at one moment of a recording, which moves forward only. */
export interface History {
  /** Of one kind, in any order; the version of the kind does not matter. */
  objects(cluster: string, kind: { readonly apiVersion: string; readonly kind: string }): readonly KubeObject[];
  /** Brings in the next change; undefined at the end of the recording. */
  next(): RecordedChange | undefined;
  /** Brings in every change up to the moment. */
  advanceTo(atMs: number): void;
}

export const historyOf = (changes: readonly RecordedChange[]): History => {
  const collections = new Map<string, Map<string, KubeObject>>();
  let position = 0;
  const next = (): RecordedChange | undefined => {
    const change = changes[position];
    if (change === undefined) return undefined;
    position += 1;
    const key = collectionKey(change.cluster, change.object);
    const objects = collections.get(key) ?? new Map<string, KubeObject>();
    collections.set(key, objects);
    const name = `${change.object.metadata.namespace ?? ''}/${change.object.metadata.name}`;
    if (change.type === 'DELETED') objects.delete(name);
    else objects.set(name, change.object as KubeObject);
    return change;
  };
  return {
    objects: (cluster, kind) => [...(collections.get(collectionKey(cluster, kind))?.values() ?? [])],
    next,
    advanceTo(atMs) {
      while ((changes[position]?.atMs ?? Infinity) <= atMs) next();
    },
  };
};

/** Kinds are told apart by group, as a cluster stores one version of each. */
export const collectionKey = (cluster: string, { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string =>
  `${cluster} ${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''} ${kind}`;
