import { isFields, type Fields } from '../object.ts';
import { modelNameOf } from './built-in.ts';
import { fieldSchema, isDeclared, UNDECLARED, type Schema } from './schema.ts';

interface Decoded {
  /** Without the fields that the schema does not know. */
  readonly value: Fields;
  /** Paths of those fields: 'spec.items[0].foo'. */
  readonly unknown: readonly string[];
}

const EMBEDDED = ['apiVersion', 'kind', 'metadata'];

/** Prunes fields that are not declared, turns quantities into strings and drops nulls, as decoding into Go types does. */
export const decodeBySchema = (object: Fields, schema: Schema): Decoded => {
  const unknown: string[] = [];
  return { value: decode(object, schema, '', unknown) as Fields, unknown };
};

const decode = (value: unknown, schema: Schema, path: string, unknown: string[]): unknown => {
  if (schema.format === 'quantity' && typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map((item, index) => decode(item, schema.items ?? UNDECLARED, `${path}[${index}]`, unknown));
  if (!isFields(value)) return value;
  const result: Fields = {};
  for (const [name, field] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    const own = fieldSchema(schema, name);
    if (own !== undefined) {
      if (field === null && (isDropped(own) || isGoStruct(schema, own))) continue;
      result[name] = decode(field, own, at, unknown);
    } else if (schema['x-kubernetes-embedded-resource'] === true && EMBEDDED.includes(name)) result[name] = field;
    else if (schema.type !== undefined || isDeclaredSomewhere(schema)) unknown.push(at);
    else result[name] = field;
  }
  return result;
};

const isDeclaredSomewhere = (schema: Schema): boolean => Object.keys(schema.properties ?? {}).some((name) => isDeclared(schema, name));

/** A null is kept only where it can mean something: a nullable field, or one of unknown type. */
const isDropped = (schema: Schema): boolean =>
  schema.nullable !== true && schema['x-kubernetes-preserve-unknown-fields'] !== true && schema.default !== undefined;

/** Go structs know no null: what is null in a built-in kind, or in any metadata, is absent. */
const isGoStruct = (struct: Schema, field: Schema): boolean =>
  modelNameOf(struct) !== undefined && field['x-kubernetes-preserve-unknown-fields'] !== true;
