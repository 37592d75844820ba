import * as models from '@kubernetes/client-node/dist/gen/models/all.js';
import { ATOMIC_MODELS, FIELD_MARKERS, KEY_DEFAULTS } from './list-types.ts';
import { REQUIRED_FIELDS } from './required-fields.ts';
import type { Schema } from './schema.ts';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

const schemas = new Map<string, Schema>();
const names = new WeakMap<Schema, string>();

/** Name of the model that a schema describes, for references in the OpenAPI documents. */
export const modelNameOf = (schema: Schema): string | undefined => names.get(schema);

/**
 * Schema of a model of the published API ('V1Deployment'), read from the types that the JavaScript client was generated with.
 * Recursive models give cyclic schemas.
 */
export const builtInSchema = (model: string): Schema => {
  const known = schemas.get(model);
  if (known !== undefined) return known;
  const attributes = (models as unknown as Record<string, { attributeTypeMap?: readonly Attribute[] } | undefined>)[model]?.attributeTypeMap;
  if (attributes === undefined) throw new Error(`the API has no model ${model}`);
  const schema: Schema = { type: 'object', ...(ATOMIC_MODELS.has(model) ? { 'x-kubernetes-map-type': 'atomic' } : {}) };
  schemas.set(model, schema);
  names.set(schema, model);
  const required = REQUIRED_FIELDS[model];
  if (required !== undefined) schema.required = required;
  schema.properties = Object.fromEntries(attributes.map((attribute) => [attribute.baseName, attributeSchema(model, attribute)]));
  return schema;
};

const attributeSchema = (model: string, { baseName, type, format }: Attribute): Schema => {
  const field = `${model}.${baseName}`;
  const schema = typeSchema(type, format);
  const markers = FIELD_MARKERS[field];
  const keyDefault = KEY_DEFAULTS[field];
  if (markers === undefined && keyDefault === undefined) return schema;
  const marked = { ...schema, ...markers, ...(keyDefault === undefined ? {} : { default: keyDefault }) };
  if (marked['x-kubernetes-int-or-string'] === true) delete marked.type;
  return marked;
};

const typeSchema = (type: string, format: string): Schema => {
  const list = /^(?:Array|Set)<(.*)>$/.exec(type)?.[1];
  if (list !== undefined) return { type: 'array', items: typeSchema(list, format) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map !== undefined) return { type: 'object', additionalProperties: typeSchema(map, format) };
  if (type === 'Date' || type === 'V1MicroTime') return { type: 'string', format: 'date-time', nullable: true };
  if (type === 'IntOrString') return { 'x-kubernetes-int-or-string': true, format: 'int-or-string' };
  if (type === 'any' || type === 'object') return { 'x-kubernetes-preserve-unknown-fields': true };
  if (type === 'number') return format === 'double' ? { type: 'number', format } : { type: 'integer', format };
  if (type === 'string' || type === 'boolean') return format === '' ? { type } : { type, format };
  return builtInSchema(type);
};
