import { canonicalJson } from '../../domain/digest.ts';
import { TransientError } from '../../domain/problem.ts';
import type { KubeList, ObjectRef, Query } from '../../kube-api/objects.ts';
import type { ClusterClient } from '../../ports/cluster.ts';
import { READ_ALONE } from '../../steps/rights.ts';

/** A client that asks each question once: a read is answered from one list of its kind and namespace. For walks that write nothing. */
export const memoisedClient = (client: ClusterClient): ClusterClient => {
  const remembered = new Map<string, Promise<unknown>>();
  const once = <T>(what: string, question: unknown, ask: () => Promise<T>): Promise<T> => {
    const key = `${what} ${canonicalJson(question)}`;
    const known = remembered.get(key);
    if (known !== undefined) return known as Promise<T>;
    const answer = ask();
    remembered.set(key, answer);
    answer.catch((error: unknown) => {
      if (error instanceof TransientError) remembered.delete(key);
    });
    return answer;
  };
  const list = (query: Query): Promise<KubeList> => once('list', query, () => client.list(query));
  return {
    ...client,
    list,
    version: () => once('version', undefined, () => client.version()),
    serves: (kind) => once('serves', { apiVersion: kind.apiVersion, kind: kind.kind }, () => client.serves(kind)),
    allowed: (access) => once('allowed', access, () => client.allowed(access)),
    async read(ref) {
      return named(ref, await list(READ_ALONE.has(ref.kind) ? oneObject(ref) : collectionOf(ref)));
    },
  };
};

/** All objects beside this one. */
const collectionOf = ({ apiVersion, kind, namespace }: ObjectRef): Query => ({ apiVersion, kind, ...(namespace === undefined ? {} : { namespace }) });

/** A list that holds this object or nothing, so that its absence has a resourceVersion too and can be watched. */
export const oneObject = (ref: ObjectRef): Query => ({ ...collectionOf(ref), fieldSelector: `metadata.name=${ref.name}` });

/** Items of a list carry no apiVersion and kind of their own on a real API server. */
export const named = ({ apiVersion, kind, name, namespace }: ObjectRef, { items }: KubeList) => {
  const item = items.find(({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace));
  return item === undefined ? undefined : { ...item, apiVersion, kind };
};
