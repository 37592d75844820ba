import type { ServedGroup } from './groups.ts';
import { subresourcesOf, verbsOf } from './verbs.ts';

/** Clients that know aggregated discovery ask for it in Accept and recognise it by this content type. */
export const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

export const wantsAggregated = (accept: string): boolean => accept.includes('g=apidiscovery.k8s.io') && accept.includes('v=v2;');

/** All groups with all their resources in one answer. */
export const aggregatedDiscovery = (groups: readonly ServedGroup[]) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: groups.map(({ name, versions }) => ({
    metadata: { name, creationTimestamp: null },
    versions: [...versions].map(([version, resources]) => ({
      version,
      freshness: 'Current',
      resources: resources.map(({ type, version: info }) => ({
        resource: type.plural,
        responseKind: { group: type.group, version, kind: type.kind },
        scope: type.namespaced ? 'Namespaced' : 'Cluster',
        singularResource: type.singular,
        verbs: verbsOf(type),
        shortNames: type.shortNames,
        categories: type.categories,
        subresources: subresourcesOf(type, info).map((subresource) => ({
          subresource: subresource.name,
          responseKind: { group: subresource.group, version: subresource.version, kind: subresource.kind },
          verbs: subresource.verbs,
        })),
      })),
    })),
  })),
});
