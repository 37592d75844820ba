import { checkEscalation } from '../auth/escalation.ts';
import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, conflict, fieldInvalid, invalid, MODIFIED, notFound } from '../errors.ts';
import { trackUpdate } from '../fields/managed-fields.ts';
import { strategyOf } from '../kinds/strategies.ts';
import { equal, type ApiObject, type Fields } from '../object.ts';
import { checkObject } from './check.ts';
import { storageVersionOf } from './create.ts';
import { decodeObject, withDefaults } from './decode-object.ts';
import { finishDeletion } from './deletion.ts';
import { countsGenerations, isNewGeneration } from './generation.ts';
import { isDryRun, managerOf } from './options.ts';

/** Kinds that are never written without a resourceVersion, besides custom resources. */
const CONDITIONAL = new Set([
  'CustomResourceDefinition',
  'Lease',
  'PodDisruptionBudget',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
]);
/** Writes that meet another writer between reading and storing start again this often, as in the real server. */
const ATTEMPTS = 5;

/** PUT of an object or a subresource. */
export const replaceObject = async (cluster: Cluster, call: Call, fields: Fields): Promise<ApiObject> => {
  const body = decodeObject(fields, call);
  const { name = '', type, namespace } = call;
  if (body.metadata.name !== undefined && body.metadata.name !== name)
    throw badRequest(`the name of the object (${body.metadata.name}) does not match the name on the URL (${name})`);
  body.metadata.name = name;
  if (type.namespaced && namespace !== undefined) {
    if (body.metadata.namespace !== undefined && body.metadata.namespace !== namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    body.metadata.namespace = namespace;
  }
  const isUnconditional = body.metadata.resourceVersion === undefined || body.metadata.resourceVersion === '';
  return updateObject(cluster, call, (current) => {
    if (isUnconditional && (type.custom || CONDITIONAL.has(type.kind)))
      throw invalid({ group: type.group, kind: type.plural }, name, [fieldInvalid('metadata.resourceVersion', 0, 'must be specified for an update')]);
    const next = structuredClone(body);
    if (isUnconditional && current.metadata.resourceVersion !== undefined) next.metadata.resourceVersion = current.metadata.resourceVersion;
    return next;
  });
};

/** Changes the object that the call names. `change` may run again when another write came between, and returns a copy of its own. */
export const updateObject = async (
  cluster: Cluster,
  call: Call,
  change: (current: ApiObject) => ApiObject,
  { tracks = true }: { readonly tracks?: boolean } = {},
): Promise<ApiObject> => {
  const { store, admission } = cluster;
  const { type, version, namespace, name = '' } = call;
  for (let attempt = 1; ; attempt += 1) {
    const current = store.get(type, type.namespaced ? namespace : undefined, name);
    if (current === undefined) throw notFound(type, name);
    const previous = current.apiVersion === call.apiVersion ? current : { ...current, apiVersion: call.apiVersion };
    const changed = change(previous);
    checkPreconditions(changed, current, call);
    const next = withServerFields(confine(changed, previous, call), previous);
    if (tracks) {
      const writer = { manager: managerOf(call), operation: 'Update' as const, apiVersion: call.apiVersion, subresource: call.subresource };
      next.metadata.managedFields = trackUpdate(previous, next, { schema: version.schema, writer, hasStatus: version.status });
    }
    const mutated = withServerFields(await admission.mutate({ call, operation: 'UPDATE', object: next, oldObject: previous }), previous);
    const updated = confine(withDefaults(mutated, call), previous, call);
    if (!type.custom && call.subresource === undefined)
      strategyOf(type.kind)?.update?.(updated, previous, { addresses: cluster.addresses, user: call.user });
    if (countsGenerations(type) && isNewGeneration(updated, previous, version)) updated.metadata.generation = (previous.metadata.generation ?? 0) + 1;
    checkObject(updated, previous, type, version);
    checkEscalation(cluster.authorization, call, updated, previous);
    await admission.validate({ call, operation: 'UPDATE', object: updated, oldObject: previous });
    if (store.get(type, current.metadata.namespace, name) !== current) {
      if (attempt < ATTEMPTS) continue;
      throw conflict(type, name, MODIFIED);
    }
    if (isSame(updated, previous)) return current;
    if (isDryRun(call)) return updated;
    const stored = { ...updated, apiVersion: storageVersionOf(call) };
    return finishDeletion(store, type, stored) ?? store.put(type, stored);
  }
};

const checkPreconditions = ({ metadata }: ApiObject, current: ApiObject, { type, name = '', method }: Call): void => {
  const isOther = metadata.uid !== undefined && metadata.uid !== '' && metadata.uid !== current.metadata.uid;
  if (isOther && method === 'PATCH') throw invalid(type, name, [fieldInvalid('metadata.uid', metadata.uid, 'field is immutable')]);
  if (isOther) throw conflict(type, name, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${current.metadata.uid}`);
  const stated = metadata.resourceVersion;
  if (stated !== undefined && stated !== '' && stated !== current.metadata.resourceVersion) throw conflict(type, name, MODIFIED);
};

/** What a write may not touch stays: the status outside its subresource, all but the status inside it. */
const confine = (next: ApiObject, previous: ApiObject, { version, subresource }: Call): ApiObject => {
  if (subresource === 'status' || subresource === 'approval') {
    const { managedFields } = next.metadata;
    const kept: ApiObject = { ...previous, metadata: { ...previous.metadata, ...(managedFields === undefined ? {} : { managedFields }) } };
    const { labels, annotations } = next.metadata;
    if (labels !== undefined) kept.metadata.labels = labels;
    if (annotations !== undefined) kept.metadata.annotations = annotations;
    if (next['status'] === undefined) delete kept['status'];
    else kept['status'] = next['status'];
    return kept;
  }
  if (!version.status || subresource === 'finalize') return next;
  const kept: ApiObject = { ...next, status: previous['status'] as unknown };
  if (previous['status'] === undefined) delete kept['status'];
  return kept;
};

/** Metadata that is the server's own: whatever a body says of it, it stays. */
const SERVER_FIELDS = [
  'name',
  'namespace',
  'generateName',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'resourceVersion',
];

const withServerFields = (next: ApiObject, { metadata, kind, apiVersion }: ApiObject): ApiObject => {
  const fields: Fields = { ...next.metadata };
  for (const field of SERVER_FIELDS) {
    const own = (metadata as unknown as Fields)[field] as unknown;
    if (own === undefined) delete fields[field];
    else fields[field] = own;
  }
  return { ...next, apiVersion, kind, metadata: fields as unknown as ApiObject['metadata'] };
};

/** Equal but for the times of managed fields: such a write is none. */
const isSame = (next: ApiObject, previous: ApiObject): boolean => equal(withoutTimes(next), withoutTimes(previous));
const withoutTimes = (object: ApiObject): ApiObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    managedFields: (object.metadata.managedFields ?? []).map((entry) => ({ ...entry, time: '' })),
  },
});
