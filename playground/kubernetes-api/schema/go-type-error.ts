import { isFields } from '../object.ts';
import { modelNameOf } from './built-in.ts';
import { fieldSchema, type Schema } from './schema.ts';

/** The error of Go's JSON decoder for the first value of a wrong type in an object of a built-in kind; undefined when all fit. */
export const goTypeError = (value: unknown, schema: Schema, struct = '', path: readonly string[] = []): string | undefined => {
  if (value === null || value === undefined || schema['x-kubernetes-int-or-string'] === true || schema.type === undefined) return undefined;
  const model = modelNameOf(schema)?.replace(/^(?:[A-Z][a-z]+)?V\d(?:(?:alpha|beta)\d)?/, '') ?? struct;
  if (schema.type !== typeOf(value, schema)) {
    const where = path.length === 0 ? 'value' : `struct field ${struct}.${path.join('.')}`;
    return `json: cannot unmarshal ${jsonTypeOf(value)} into Go ${where} of type ${goTypeOf(schema)}`;
  }
  if (Array.isArray(value)) {
    for (const item of value) {
      const error = schema.items === undefined ? undefined : goTypeError(item, schema.items, struct, path);
      if (error !== undefined) return error;
    }
  } else if (isFields(value)) {
    for (const [name, field] of Object.entries(value)) {
      const own = fieldSchema(schema, name);
      const error = own === undefined ? undefined : goTypeError(field, own, model, [...path, name]);
      if (error !== undefined) return error;
    }
  }
  return undefined;
};

const typeOf = (value: unknown, schema: Schema): string => {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return schema.type === 'number' ? 'number' : Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};
const jsonTypeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' && !Number.isInteger(value) ? `number ${value}` : typeof value;
};
const goTypeOf = (schema: Schema): string => {
  if (schema.type === 'array') return `[]${goTypeOf(schema.items ?? {})}`;
  if (schema.type === 'integer') return schema.format ?? 'int64';
  if (schema.type === 'number') return 'float64';
  if (schema.type === 'boolean') return 'bool';
  if (schema.type === 'object')
    return schema.additionalProperties === undefined ? 'struct' : `map[string]${goTypeOf(schema.additionalProperties as Schema)}`;
  return schema.type ?? 'interface {}';
};
