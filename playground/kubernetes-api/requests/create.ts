import { randomBytes, randomUUID } from 'node:crypto';
import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { checkEscalation } from '../auth/escalation.ts';
import { alreadyExists, badRequest, fieldRequired, invalid } from '../errors.ts';
import { trackUpdate } from '../fields/managed-fields.ts';
import { strategyOf } from '../kinds/strategies.ts';
import { timestamp, type ApiObject, type Fields } from '../object.ts';
import { checkObject } from './check.ts';
import { decodeObject, withDefaults } from './decode-object.ts';
import { countsGenerations } from './generation.ts';
import { checkNamespace } from './namespace-rules.ts';
import { isDryRun, managerOf } from './options.ts';
import { checkQuota } from './quota.ts';

/** POST of an object: what was stored, or would be in a dry run. */
export const createObject = async (cluster: Cluster, call: Call, fields: Fields): Promise<ApiObject> => {
  const object = decodeObject(fields, call);
  delete object.metadata.resourceVersion;
  placeInNamespace(object, call);
  if (object.metadata.name === undefined && object.metadata.generateName !== undefined)
    object.metadata.name = object.metadata.generateName + randomSuffix();
  if (object.metadata.name === undefined || object.metadata.name === '')
    throw invalid(call.type, '', [fieldRequired('metadata.name', 'name or generateName is required')]);
  const writer = { manager: managerOf(call), operation: 'Update' as const, apiVersion: call.apiVersion, subresource: undefined };
  object.metadata.managedFields = trackUpdate(undefined, object, { schema: call.version.schema, writer, hasStatus: call.version.status });
  return insert(cluster, call, object);
};

/** The way of every new object, posted or applied, from its place to the store. */
export const insert = async (cluster: Cluster, call: Call, object: ApiObject): Promise<ApiObject> => {
  const { store, admission } = cluster;
  const { type, version } = call;
  checkNamespace(cluster, call, object.metadata.name);
  const mutated = await admission.mutate({ call, operation: 'CREATE', object, oldObject: undefined });
  const created = withDefaults(mutated, call);
  created.metadata = {
    ...created.metadata,
    uid: randomUUID(),
    creationTimestamp: timestamp(),
    ...(countsGenerations(type) ? { generation: 1 } : {}),
  };
  delete created.metadata.deletionTimestamp;
  delete created.metadata.deletionGracePeriodSeconds;
  if (version.status) delete created['status'];
  if (!type.custom) strategyOf(type.kind)?.create?.(created, { addresses: cluster.addresses, user: call.user });
  checkObject(created, undefined, type, version);
  checkEscalation(cluster.authorization, call, created, undefined);
  const existing = (): ApiObject | undefined => store.get(type, created.metadata.namespace, created.metadata.name);
  if (existing() !== undefined) throw alreadyExists(type, created.metadata.name);
  await admission.validate({ call, operation: 'CREATE', object: created, oldObject: undefined });
  checkQuota(cluster, call, created);
  if (existing() !== undefined) throw alreadyExists(type, created.metadata.name);
  if (isDryRun(call)) return created;
  return store.put(type, { ...created, apiVersion: storageVersionOf(call) });
};

/** Objects of custom resources are kept at the storage version; all versions have the same fields. */
export const storageVersionOf = ({ type }: Call): string => (type.group === '' ? type.storageVersion : `${type.group}/${type.storageVersion}`);

/** The namespace of the path fills the body; another one in it is refused. */
export const placeInNamespace = (object: ApiObject, { type, namespace }: Call): void => {
  const { metadata } = object;
  if (!type.namespaced) {
    delete metadata.namespace;
    return;
  }
  if (namespace === undefined) throw badRequest('an empty namespace may not be set during creation');
  if (metadata.namespace !== undefined && metadata.namespace !== '' && metadata.namespace !== namespace)
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  metadata.namespace = namespace;
};

/** Letters and digits that the real server uses, without vowels. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const randomSuffix = (): string => [...randomBytes(SUFFIX_LENGTH)].map((byte) => SUFFIX_LETTERS[byte % SUFFIX_LETTERS.length]).join('');
