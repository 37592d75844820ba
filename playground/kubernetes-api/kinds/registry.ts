import { resourceKey, type ResourceType, type ResourceVersionInfo } from './resource-type.ts';

/** Resources that the server serves now. */
export interface Registry {
  all(): readonly ResourceType[];
  byResource(group: string, plural: string): ResourceType | undefined;
  /** The resource and its version as served. */
  find(group: string, version: string, plural: string): { readonly type: ResourceType; readonly version: ResourceVersionInfo } | undefined;
  byKind(group: string, kind: string): ResourceType | undefined;
  add(type: ResourceType): void;
  remove(group: string, plural: string): void;
  /** Grows with each change, for caches of discovery and OpenAPI. */
  generation(): number;
}

export const createRegistry = (types: readonly ResourceType[]): Registry => {
  const known = new Map(types.map((type) => [resourceKey(type), type]));
  let generation = 1;
  const byResource = (group: string, plural: string) => known.get(resourceKey({ group, plural }));
  return {
    all: () => [...known.values()],
    byResource,
    find(group, version, plural) {
      const type = byResource(group, plural);
      const info = type?.versions.find(({ name }) => name === version);
      return type === undefined || info === undefined ? undefined : { type, version: info };
    },
    byKind: (group, kind) => [...known.values()].find((type) => type.group === group && type.kind === kind),
    add(type) {
      known.set(resourceKey(type), type);
      generation += 1;
    },
    remove(group, plural) {
      known.delete(resourceKey({ group, plural }));
      generation += 1;
    },
    generation: () => generation,
  };
};
