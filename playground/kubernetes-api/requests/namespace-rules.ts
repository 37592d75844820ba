import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { forbidden, notFound } from '../errors.ts';

const NAMESPACES = { group: '', plural: 'namespaces' };

/** Nothing is created in a namespace that is missing (404) or terminating (403). */
export const checkNamespace = ({ store }: Cluster, { type, namespace }: Call, name: string): void => {
  if (!type.namespaced || namespace === undefined) return;
  const found = store.get(NAMESPACES, undefined, namespace);
  if (found === undefined) throw notFound(NAMESPACES, namespace);
  if (found.metadata.deletionTimestamp !== undefined)
    throw forbidden(type, name, `unable to create new content in namespace ${namespace} because it is being terminated`, [
      { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
    ]);
};
