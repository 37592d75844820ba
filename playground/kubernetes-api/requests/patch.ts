import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { badRequest, conflict, notFound, StatusError, unsupportedMediaType } from '../errors.ts';
import { applyConfiguration } from '../fields/apply.ts';
import { mediaTypeOf, parseFields } from '../http/body.ts';
import { isFields, type ApiObject, type Fields } from '../object.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts';
import { insert, placeInNamespace } from './create.ts';
import { decodeConfiguration, decodePatched, withDefaults } from './decode-object.ts';
import { applyManagerOf, isForced } from './options.ts';
import { updateObject } from './update.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_MERGE_PATCH = 'application/strategic-merge-patch+json';
const APPLY_PATCHES = ['application/apply-patch+yaml', 'application/apply-patch+json'];

/** PATCH by the content type of the body; strategic merge patch is for built-in kinds alone. `created` tells 201 from 200. */
export const patchObject = async (cluster: Cluster, call: Call): Promise<{ readonly object: ApiObject; readonly created: boolean }> => {
  const type = mediaTypeOf(call.contentType);
  if (APPLY_PATCHES.includes(type)) return applyObject(cluster, call);
  const patch = parseJson(call.body);
  const { schema } = call.version;
  const change = (current: ApiObject): unknown => {
    if (type === JSON_PATCH) return jsonPatch(current, patch);
    if (type === MERGE_PATCH) return mergePatch(current, patch);
    if (type === STRATEGIC_MERGE_PATCH && !call.type.custom) return strategicMergePatch(current, patch, schema);
    throw unsupportedMediaType([JSON_PATCH, MERGE_PATCH, ...(call.type.custom ? [] : [STRATEGIC_MERGE_PATCH]), ...APPLY_PATCHES.slice(0, 1)]);
  };
  if (type !== JSON_PATCH && !isFields(patch)) throw badRequest('json: cannot unmarshal array into Go value of type map[string]interface {}');
  const object = await updateObject(cluster, call, (current) => decodePatched(structuredClone(change(current)) as Fields, call));
  return { object, created: false };
};

const applyObject = async (cluster: Cluster, call: Call): Promise<{ readonly object: ApiObject; readonly created: boolean }> => {
  const { type, version, name = '', namespace, subresource } = call;
  const writer = { manager: applyManagerOf(call), operation: 'Apply' as const, apiVersion: call.apiVersion, subresource };
  const config = decodeConfiguration(parseFields(call.body, true), call);
  if (config.metadata.managedFields !== undefined && config.metadata.managedFields.length > 0) throw badRequest('metadata.managedFields must be nil');
  if (config.metadata.name !== undefined && config.metadata.name !== name)
    throw badRequest(`the name of the object (${config.metadata.name}) does not match the name on the URL (${name})`);
  config.metadata.name = name;
  placeInNamespace(config, call);
  delete config.metadata.managedFields;
  const options = { schema: version.schema, writer, force: isForced(call), hasStatus: version.status };
  const apply = (live: ApiObject | Fields): ApiObject =>
    withDefaults(structuredClone(applyConfiguration(live, confineTo(config, subresource), options)), call);
  if (cluster.store.get(type, type.namespaced ? namespace : undefined, name) === undefined) {
    if (subresource !== undefined) throw notFound(type, name);
    const { uid = '' } = config.metadata;
    if (uid !== '') throw conflict(type, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
    // What a patch makes has to be allowed as making it.
    cluster.authorization.demand(call.user, { verb: 'create', group: type.group, resource: type.plural, subresource, namespace, name });
    try {
      return { object: await insert(cluster, call, apply({})), created: true };
    } catch (error) {
      // Made by another apply meanwhile: the real server compares and tries again with what is there now.
      if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) throw error;
    }
  }
  return { object: await updateObject(cluster, call, apply, { tracks: false }), created: false };
};

/** Applied to the status subresource, the rest of a configuration is ignored. */
const confineTo = (config: ApiObject, subresource: string | undefined): ApiObject =>
  subresource !== 'status'
    ? config
    : {
        apiVersion: config.apiVersion,
        kind: config.kind,
        metadata: config.metadata,
        ...(config['status'] === undefined ? {} : { status: config['status'] as unknown }),
      };

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
};
