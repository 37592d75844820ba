import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, conflict, forbidden, notFound } from '../errors.ts';
import { isFields, type ApiObject, type Fields } from '../object.ts';
import { decodeBody } from '../http/body.ts';
import { json, type Answer, objectText } from '../http/answer.ts';
import { deleteStored, graceOf, type DeletionWish } from './deletion.ts';
import { selectedObjects } from './list.ts';
import { isDryRun } from './options.ts';

interface DeleteOptions {
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** DELETE of one object: 200 with the object while something holds it, with a Status when it is gone. */
export const deleteObject = async (cluster: Cluster, call: Call): Promise<Answer> => {
  const { type, namespace, name = '' } = call;
  const options = optionsOf(call);
  const current = cluster.store.get(type, type.namespaced ? namespace : undefined, name);
  if (current === undefined) throw notFound(type, name);
  if (isProtected(call)) throw forbidden(type, name, 'this namespace may not be deleted');
  checkPreconditions(current, call, options);
  const result = await remove(cluster, call, current, options);
  if (!result.gone || type.kind === 'Pod') return { code: 200, text: objectText(result.object, call.apiVersion) };
  const details = { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.plural, uid: current.metadata.uid };
  return json(200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details });
};

const isProtected = ({ type, name = '' }: Call): boolean =>
  type.kind === 'Namespace' && type.group === '' && ['default', 'kube-system', 'kube-public'].includes(name);

/** DELETE of a collection, as far as it is selected: answers with the list of what was deleted. */
export const deleteCollection = async (cluster: Cluster, call: Call): Promise<Answer> => {
  const options = optionsOf(call);
  const items: ApiObject[] = [];
  for (const object of selectedObjects(cluster, call)) {
    const current = cluster.store.get(call.type, object.metadata.namespace, object.metadata.name);
    if (current !== undefined)
      items.push((await remove(cluster, { ...call, name: current.metadata.name, namespace: current.metadata.namespace }, current, options)).object);
  }
  return json(200, {
    kind: call.type.listKind,
    apiVersion: call.apiVersion,
    metadata: { resourceVersion: String(cluster.store.revision()) },
    items: items.map((item) => ({ ...item, apiVersion: call.apiVersion })),
  });
};

const remove = async (
  cluster: Cluster,
  call: Call,
  current: ApiObject,
  options: DeleteOptions,
): Promise<{ readonly object: ApiObject; readonly gone: boolean }> => {
  await cluster.admission.validate({ call, operation: 'DELETE', object: undefined, oldObject: current });
  const { type } = call;
  const latest = cluster.store.get(type, current.metadata.namespace, current.metadata.name);
  if (latest === undefined) throw notFound(type, current.metadata.name);
  const wish: DeletionWish = { propagation: propagationOf(options), graceSeconds: graceOf(type.kind, latest, options.gracePeriodSeconds) };
  if (isDryRun(call) || options.dryRun?.includes('All') === true)
    return { object: latest, gone: wish.graceSeconds === 0 && (latest.metadata.finalizers ?? []).length === 0 };
  return deleteStored(cluster.store, type, latest, wish);
};

/** Options come in the body, or in the query. */
const optionsOf = ({ body, contentType, query }: Call): DeleteOptions => {
  const stated: Fields = decodeBody(body, contentType) ?? {};
  const options: Fields = stated['kind'] === undefined || stated['kind'] === 'DeleteOptions' ? { ...stated } : {};
  if (options['preconditions'] !== undefined && !isFields(options['preconditions'])) throw badRequest('preconditions must be an object');
  const policy = query.get('propagationPolicy');
  const grace = query.get('gracePeriodSeconds');
  if (policy !== null) options['propagationPolicy'] ??= policy;
  if (grace !== null) options['gracePeriodSeconds'] ??= Number(grace);
  return options;
};

const propagationOf = ({ propagationPolicy, orphanDependents }: DeleteOptions): DeletionWish['propagation'] => {
  if (propagationPolicy === 'Foreground' || propagationPolicy === 'Orphan') return propagationPolicy;
  return orphanDependents === true ? 'Orphan' : 'Background';
};

const checkPreconditions = ({ metadata }: ApiObject, { type, name = '' }: Call, { preconditions }: DeleteOptions): void => {
  const refuse = (what: string, asked: string, actual: string | undefined, might: string): never => {
    // The real server names the kind here where it names the resource elsewhere.
    throw conflict(
      { group: type.group, plural: type.kind },
      name,
      `the ${what} in the precondition (${asked}) does not match the ${what} in record (${actual}). The object might have been ${might}`,
    );
  };
  if (preconditions?.uid !== undefined && preconditions.uid !== metadata.uid)
    refuse('UID', preconditions.uid, metadata.uid, 'deleted and then recreated');
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== metadata.resourceVersion)
    refuse('ResourceVersion', preconditions.resourceVersion, metadata.resourceVersion, 'modified');
};
