import type { Right } from '../domain/right.ts';
import type { Kind, Manifest } from '../kube-api/objects.ts';

/** Verbs on one resource, as a step declares them. */
export interface Grant {
  /** 'get list watch' */
  readonly verbs: string;
  /** 'pods/exec', 'deployments.apps', 'managedclusters.register.open-cluster-management.io/accept' */
  readonly on: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** Objects of these kinds are large or secret: one of them is read alone, never by a list of all. */
export const READ_ALONE: ReadonlySet<string> = new Set(['Secret', 'ConfigMap', 'CustomResourceDefinition', 'Pod']);

/** Rights on one cluster for one purpose, which completes 'needed to …'. */
export const rightsTo = (why: string, cluster: string, ...grants: readonly Grant[]): Right[] =>
  grants.flatMap(({ verbs, on, namespace, name }) => {
    const [qualified = '', subresource] = on.split('/');
    const [resource = '', ...group] = qualified.split('.');
    return verbs.split(' ').map((verb) => ({
      cluster,
      verb,
      group: group.join('.'),
      resource,
      ...(subresource === undefined ? {} : { subresource }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      why,
    }));
  });

/** The same for what an installer does, which nobody needs who installs the product by hand. */
export const installerRightsTo = (why: string, cluster: string, ...grants: readonly Grant[]): Right[] =>
  rightsTo(why, cluster, ...grants).map((right) => ({ ...right, installer: true }));

interface Place extends Kind {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * To read an object: a plan answers it from a list of the objects beside it, an apply asks for it alone. Without a name: to list.
 * A name narrows the right only for kinds that are never listed whole.
 */
export const reading = ({ apiVersion, kind, namespace, name }: Place): Grant => ({
  verbs: name === undefined ? 'list' : 'get list',
  on: resourceOf({ apiVersion, kind }),
  namespace,
  ...(READ_ALONE.has(kind) ? { name } : {}),
});

/** To read it, and to wait for it to change. */
export const watching = (place: Place): Grant => ({ ...reading(place), verbs: `${reading(place).verbs} watch` });

/** To apply it on the server's side, dry runs too: what is there is read first, what is missing is created. */
export const applying = (object: Place | Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>): Grant => {
  const { namespace, name } = 'metadata' in object ? object.metadata : object;
  return { verbs: 'get patch create', on: resourceOf(object), namespace, name };
};

/** A place whose namespace is made by a controller: no role can stand in it before, so the right is one for all namespaces, narrowed by the name. */
export const anywhere = ({ apiVersion, kind, name }: Place): Place => ({ apiVersion, kind, name });

/** To merge fields into it. */
export const merging = ({ apiVersion, kind, namespace, name }: Place): Grant => ({
  verbs: 'patch',
  on: resourceOf({ apiVersion, kind }),
  namespace,
  name,
});

/** 'deployments.apps' for { apiVersion: 'apps/v1', kind: 'Deployment' } */
export const resourceOf = ({ apiVersion, kind }: Kind): string => {
  const lower = kind.toLowerCase();
  const plural = /s$/.test(lower) ? `${lower}es` : /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
  return apiVersion.includes('/') ? `${plural}.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : plural;
};
