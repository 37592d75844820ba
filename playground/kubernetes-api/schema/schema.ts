/** Structural schema of a kind, the subset of JSON schema that Kubernetes uses; built-in kinds are described in the same terms. */
export interface Schema {
  type?: string;
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: readonly string[];
  enum?: readonly unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  nullable?: boolean;
  default?: unknown;
  allOf?: readonly Schema[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  not?: Schema;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: readonly string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
}

/** Where nothing is declared: lists are atomic, maps are merged, all fields are kept. */
export const UNDECLARED: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

/** Schema of a field of an object; undefined when it is not declared and unknown fields are not kept. */
export const fieldSchema = (schema: Schema, name: string): Schema | undefined => {
  const declared = schema.properties?.[name];
  if (declared !== undefined) return declared;
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
  if (schema.additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true || keepsAnything(schema)) return UNDECLARED;
  return undefined;
};

/** A schema that says nothing of its type keeps what it gets. */
const keepsAnything = (schema: Schema): boolean =>
  schema.type === undefined &&
  schema.properties === undefined &&
  schema.additionalProperties === undefined &&
  schema['x-kubernetes-int-or-string'] !== true;

/** True for a field with a place of its own in the schema; false for a key of a map. */
export const isDeclared = (schema: Schema, name: string): boolean => schema.properties?.[name] !== undefined;

export const listKindOf = (schema: Schema): 'atomic' | 'set' | 'map' => {
  const kind = schema['x-kubernetes-list-type'];
  return kind === 'map' || kind === 'set' ? kind : 'atomic';
};
export const isAtomicMap = (schema: Schema): boolean => schema['x-kubernetes-map-type'] === 'atomic';

/** Values of the merge keys of an item of a list of type map, absent keys by their default; sorted by key. */
export const listKeysOf = (list: Schema, item: Record<string, unknown>): Record<string, unknown> => {
  const keys: Record<string, unknown> = {};
  for (const key of [...(list['x-kubernetes-list-map-keys'] ?? [])].sort()) {
    const value = item[key] ?? list.items?.properties?.[key]?.default;
    if (value !== undefined) keys[key] = value;
  }
  return keys;
};
