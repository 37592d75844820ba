/** What a path of the resource API names. */
export interface RequestInfo {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** /api/v1/namespaces/demo/pods/db-0/exec; undefined for a path that is not of a resource. */
export const parseResourcePath = (path: string): RequestInfo | undefined => {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeURIComponent);
  const [root] = segments;
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (segments[1] ?? '');
  const version = root === 'api' ? segments[1] : segments[2];
  const rest = segments.slice(root === 'api' ? 2 : 3);
  if (version === undefined || rest.length === 0) return undefined;
  const ofNamespaceItself = rest.length <= 2 || (rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize'));
  if (rest[0] !== 'namespaces' || ofNamespaceItself) {
    const [plural = '', name, subresource] = rest;
    return { group, version, plural, namespace: undefined, name, subresource };
  }
  const [, namespace, plural = '', name, subresource] = rest;
  return { group, version, plural, namespace, name, subresource };
};
