import { parseResourcePath, type RequestInfo } from '../http/request-info.ts';

/** What a caller wants to do, as an authorizer is asked about it. */
export type Attributes = ResourceAttributes | PathAttributes;

export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  /** undefined: all namespaces, or no such thing. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** A path that is no resource's: /version, /openapi/v3. */
export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

/** Told before anything is looked up, so that nobody learns from a refusal what is there. */
export const attributesOf = (method: string, { pathname, searchParams }: URL): Attributes => {
  const info = parseResourcePath(pathname);
  if (info === undefined || info.plural === '') return { verb: method.toLowerCase(), path: pathname };
  const { group, plural: resource, subresource } = info;
  const selected = info.name ?? (subresource === undefined ? nameSelected(method, searchParams) : undefined);
  const namespace = group === '' && resource === 'namespaces' ? info.name : info.namespace;
  return { verb: verbOf(method, info, searchParams), group, resource, subresource, namespace, name: selected };
};

const verbOf = (method: string, { name }: RequestInfo, query: URLSearchParams): string => {
  const isWatch = ['true', '1'].includes(query.get('watch') ?? '');
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete';
    default:
      return name !== undefined ? 'get' : isWatch ? 'watch' : 'list';
  }
};

/** A list, watch or deletion of a collection that selects one name counts as one of that name. */
const nameSelected = (method: string, query: URLSearchParams): string | undefined => {
  if (!['GET', 'HEAD', 'DELETE'].includes(method)) return undefined;
  const terms = (query.get('fieldSelector') ?? '').split(',').map((term) => /^metadata\.name==?(.+)$/.exec(term)?.[1]);
  return terms.find((name) => name !== undefined);
};
