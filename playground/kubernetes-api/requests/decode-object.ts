import type { Call } from '../call.ts';
import { badRequest, invalid, plainError, type FieldError } from '../errors.ts';
import { isFields, type ApiObject, type Fields, type Metadata } from '../object.ts';
import { applyDefaults } from '../schema/apply-defaults.ts';
import { decodeBySchema } from '../schema/decode.ts';
import { goTypeError } from '../schema/go-type-error.ts';
import { typedErrors } from '../schema/typed-errors.ts';

/** Decodes a whole object of a body: kind and version checked, unknown fields refused or dropped with a warning, defaults filled in. */
export const decodeObject = (fields: Fields, call: Call): ApiObject => {
  const object = checkKind(fields, call);
  return withDefaults(
    dropUnknown(object, call, (text) => badRequest(cannotHandle(call, text))),
    call,
  );
};

/** The same for what a patch made of an object; strict validation fails with 422. */
export const decodePatched = (patched: Fields, call: Call): ApiObject => {
  const object = checkKind(patched, call);
  const strict = (text: string) => invalid({ group: '', kind: '' }, '', [patchFault(patched, text)]);
  return withDefaults(dropUnknown(object, call, strict), call);
};

/** An applied configuration keeps what it says: no defaults. Throws the real server's plain 500 for undeclared fields and wrong types. */
export const decodeConfiguration = (fields: Fields, call: Call): ApiObject => {
  const object = checkKind(fields, call);
  const errors = typedErrors(object, call.version.schema);
  if (errors.length > 0) {
    const { namespace = '', name = call.name } = object.metadata as Partial<Metadata>;
    const which = `${namespace}/${name}; ${call.type.group}/${call.version.name}, Kind=${call.type.kind}`;
    const text = errors.length === 1 ? errors[0] : `errors:\n${errors.map((error) => `  ${error}`).join('\n')}`;
    throw plainError(`failed to create typed patch object (${which}): ${text}`);
  }
  return decodeBySchema(object, call.version.schema).value as ApiObject;
};

/** Fills in the defaults of the kind; changes the object in place. */
export const withDefaults = (object: ApiObject, { type, version }: Pick<Call, 'type' | 'version'>): ApiObject => {
  if (type.custom) applyDefaults(object, version.schema);
  else type.defaults?.(object);
  return object;
};

const patchFault = (patched: Fields, text: string): FieldError => ({
  field: 'patch',
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(JSON.stringify(patched))}: ${text}`,
});

const cannotHandle = ({ type, version }: Call, why: string): string =>
  `${type.kind} in version ${JSON.stringify(version.name)} cannot be handled as a ${type.kind}: ${why}`;

const checkKind = (fields: Fields, call: Call): ApiObject => {
  const { type, apiVersion } = call;
  if (type.custom && typeof fields['kind'] !== 'string') throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(fields)}'`);
  if (type.custom && typeof fields['apiVersion'] !== 'string') throw badRequest(`Object 'apiVersion' is missing in '${JSON.stringify(fields)}'`);
  const { kind = type.kind, apiVersion: stated = apiVersion } = fields as { kind?: string; apiVersion?: string };
  if (stated !== apiVersion) throw badRequest(`the API version in the data (${stated}) does not match the expected API version (${apiVersion})`);
  if (kind !== type.kind)
    throw badRequest(
      `${kind} in version ${JSON.stringify(call.version.name)} cannot be handled as a ${type.kind}: converting (${kind}) to (${type.kind}): unknown conversion`,
    );
  const metadata: unknown = fields['metadata'] ?? {};
  if (!isFields(metadata)) throw badRequest(cannotHandle(call, 'json: cannot unmarshal into Go struct field .metadata of type v1.ObjectMeta'));
  return { ...fields, apiVersion, kind, metadata: { ...metadata } as unknown as ApiObject['metadata'] };
};

const dropUnknown = (object: ApiObject, call: Call, strictError: (text: string) => Error): ApiObject => {
  const { schema } = call.version;
  const typeError = goTypeError(call.type.custom ? { metadata: object.metadata } : object, schema);
  if (typeError !== undefined) throw badRequest(cannotHandle(call, typeError));
  const { value, unknown } = decodeBySchema(object, schema);
  const directive = call.query.get('fieldValidation') ?? 'Warn';
  if (unknown.length > 0 && directive === 'Strict')
    throw strictError(`strict decoding error: ${unknown.map((field) => `unknown field ${JSON.stringify(field)}`).join(', ')}`);
  if (directive === 'Warn') call.warnings.push(...unknown.map((field) => `unknown field ${JSON.stringify(field)}`));
  return value as ApiObject;
};
