import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, gone } from '../errors.ts';
import { objectText, type Answer } from '../http/answer.ts';
import type { ApiObject } from '../object.ts';
import { fieldSelector, labelSelector, type Selector } from '../selectors.ts';
import { wantsPartial, wantsTable, partialText, tableText } from './table.ts';

/** Objects of the call's namespace or of all, by its selectors. */
export const selectedObjects = ({ store }: Cluster, call: Call): ApiObject[] => {
  const selects = selectorOf(call);
  return store.list(call.type, call.type.namespaced ? call.namespace : undefined).filter(selects);
};

/** Label and field selectors of a list or watch. Throws 400 when they cannot be read. */
export const selectorOf = ({ query, type, version, name }: Call): Selector => {
  const labels = query.get('labelSelector');
  const fields = query.get('fieldSelector');
  const tests: Selector[] = [
    ...(labels === null || labels === '' ? [] : [labelSelector(labels)]),
    ...(fields === null || fields === '' ? [] : [fieldSelector(fields, type, version)]),
    ...(name === undefined ? [] : [(object: ApiObject) => object.metadata.name === name]),
  ];
  return (object) => tests.every((test) => test(object));
};

interface Continuation {
  readonly revision: number;
  /** Key of the last object of the page before: namespace/name. */
  readonly after: string;
}

/** GET of a collection, in pages when a limit is given. Throws 410 when the page before is too old to go on from. */
export const listObjects = (cluster: Cluster, call: Call): Answer => {
  const { query, type } = call;
  const revision = cluster.store.revision();
  if (query.get('resourceVersionMatch') === 'Exact' && Number(query.get('resourceVersion')) < cluster.store.compactedRevision())
    throw gone('The resourceVersion for the provided list is too old.');
  const from = continuationOf(query.get('continue'), cluster);
  const all = selectedObjects(cluster, call);
  const rest = from === undefined ? all : all.filter((object) => keyOf(object) > from.after);
  const limit = Number(query.get('limit') ?? 0);
  const items = limit > 0 ? rest.slice(0, limit) : rest;
  const last = items.at(-1);
  const remaining = rest.length - items.length;
  const at = from?.revision ?? revision;
  const metadata = {
    resourceVersion: String(at),
    ...(remaining > 0 && last !== undefined ? { continue: encode({ revision: at, after: keyOf(last) }), remainingItemCount: remaining } : {}),
  };
  if (wantsTable(call)) return { code: 200, text: tableText(items, metadata, call) };
  if (wantsPartial(call)) return { code: 200, text: partialText(items, metadata) };
  const head = JSON.stringify({ kind: type.listKind, apiVersion: call.apiVersion, metadata });
  return { code: 200, text: `${head.slice(0, -1)},"items":[${items.map((item) => objectText(item, call.apiVersion)).join(',')}]}\n` };
};

const keyOf = ({ metadata }: ApiObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
const encode = (continuation: Continuation): string => Buffer.from(JSON.stringify(continuation)).toString('base64url');

const continuationOf = (token: string | null, { store }: Cluster): Continuation | undefined => {
  if (token === null || token === '') return undefined;
  let continuation: Continuation;
  try {
    continuation = JSON.parse(Buffer.from(token, 'base64url').toString()) as Continuation;
  } catch {
    throw badRequest('continue key is not valid');
  }
  if (continuation.revision < store.compactedRevision())
    throw gone(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    );
  return continuation;
};
