import type { ResourceType, ResourceVersionInfo } from '../kinds/resource-type.ts';

export const verbsOf = (type: ResourceType): string[] =>
  type.virtual ? ['create'] : ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** Kinds that subresources are written in, where it is not the kind of the resource. */
const KINDS: Readonly<
  Record<string, { readonly group: string; readonly version: string; readonly kind: string; readonly verbs: readonly string[] }>
> = {
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] },
  exec: { group: '', version: 'v1', kind: 'PodExecOptions', verbs: ['create', 'get'] },
  attach: { group: '', version: 'v1', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
  portforward: { group: '', version: 'v1', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
  binding: { group: '', version: 'v1', kind: 'Binding', verbs: ['create'] },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
};

export const subresourcesOf = (type: ResourceType, version: ResourceVersionInfo): Subresource[] => {
  const own = { group: type.group, version: version.name, kind: type.kind };
  return [
    ...type.connects.map((name) => ({ name, ...(KINDS[name] ?? { ...own, verbs: name === 'log' ? ['get'] : ['get', 'patch', 'update'] }) })),
    ...(version.scale === undefined
      ? []
      : [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] }]),
    ...(version.status ? [{ name: 'status', ...own, verbs: ['get', 'patch', 'update'] }] : []),
  ];
};
