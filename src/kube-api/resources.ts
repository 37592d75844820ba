import type { Kind } from './objects.ts';
import { ApiError, type ApiServer } from './api-server.ts';

interface Resource {
  /** Path of the group and version: /api/v1, /apis/apps/v1 */
  readonly root: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

interface RawResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Resolves kinds by discovery. Groups and versions that exist are remembered; a kind that is missing is asked for again each time. */
export const discover = (api: ApiServer): ((kind: Kind, signal?: AbortSignal) => Promise<Resource | undefined>) => {
  const known = new Map<string, Resource>();
  return async ({ apiVersion, kind }, signal) => {
    const key = `${apiVersion}/${kind}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      const { resources } = await api.json<RawResourceList>('GET', root, signal === undefined ? {} : { signal });
      for (const resource of resources) {
        if (!resource.name.includes('/'))
          known.set(`${apiVersion}/${resource.kind}`, { root, plural: resource.name, namespaced: resource.namespaced });
      }
    } catch (error) {
      if (error instanceof ApiError && error.status.code === 404) return undefined;
      throw error;
    }
    return known.get(key);
  };
};

/** '/apis/apps/v1/namespaces/kube-system/deployments/coredns' */
export const pathOf = (
  resource: Resource,
  {
    namespace,
    name,
    subresource,
  }: { readonly namespace?: string | undefined; readonly name?: string | undefined; readonly subresource?: string | undefined },
): string =>
  [
    resource.root,
    resource.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : '',
    `/${resource.plural}`,
    name === undefined ? '' : `/${name}`,
    subresource === undefined ? '' : `/${subresource}`,
  ].join('');
