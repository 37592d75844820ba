import type { Registry } from '../kinds/registry.ts';
import type { ResourceType, ResourceVersionInfo } from '../kinds/resource-type.ts';

export interface ServedResource {
  readonly type: ResourceType;
  readonly version: ResourceVersionInfo;
}
export interface ServedGroup {
  readonly name: string;
  /** By version, preferred first. */
  readonly versions: ReadonlyMap<string, readonly ServedResource[]>;
}

/** Everything that is served, by group and version. */
export const servedGroups = (registry: Registry): ServedGroup[] => {
  const groups = new Map<string, Map<string, ServedResource[]>>();
  for (const type of registry.all()) {
    const versions = groups.get(type.group) ?? new Map<string, ServedResource[]>();
    groups.set(type.group, versions);
    for (const version of type.versions) versions.set(version.name, [...(versions.get(version.name) ?? []), { type, version }]);
  }
  return [...groups].map(([name, versions]) => ({ name, versions }));
};
