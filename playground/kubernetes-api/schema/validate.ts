import {
  fieldDuplicate,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
  fieldTooLong,
  fieldTooMany,
  fieldTypeInvalid,
  type FieldError,
} from '../errors.ts';
import { equal, isFields, type Fields } from '../object.ts';
import { fieldSchema, listKeysOf, listKindOf, type Schema } from './schema.ts';

/** Faults of a value against a structural schema, in the words of the real server; null where the field is not nullable is one. */
export const validate = (value: unknown, schema: Schema, path = ''): FieldError[] => {
  if (value === null && schema.nullable === true) return [];
  const type = typeFault(value, schema, path);
  if (type !== undefined) return [type];
  return [
    ...enumFaults(value, schema, path),
    ...(typeof value === 'string' ? stringFaults(value, schema, path) : []),
    ...(typeof value === 'number' ? numberFaults(value, schema, path) : []),
    ...(Array.isArray(value) ? listFaults(value, schema, path) : []),
    ...(isFields(value) ? mapFaults(value, schema, path) : []),
    ...combinationFaults(value, schema, path),
  ];
};

const typeNameOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

const typeFault = (value: unknown, schema: Schema, path: string): FieldError | undefined => {
  const actual = typeNameOf(value);
  const wanted = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : schema.type === undefined ? [] : [schema.type];
  if (wanted.length === 0 || wanted.includes(actual) || (actual === 'integer' && wanted.includes('number'))) return undefined;
  return fieldTypeInvalid(path, actual, `${path} in body must be of type ${wanted.join(',')}: ${JSON.stringify(actual)}`);
};

const enumFaults = (value: unknown, schema: Schema, path: string): FieldError[] =>
  schema.enum === undefined || schema.enum.some((one) => equal(one, value)) ? [] : [fieldNotSupported(path, value, schema.enum)];

/** Formats that the real server checks and that people get wrong. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/,
  uuid: /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
  ipv4: /^(?:\d{1,3}\.){3}\d{1,3}$/,
  byte: /^[A-Za-z0-9+/]*={0,2}$/,
};

const stringFaults = (value: string, schema: Schema, path: string): FieldError[] => {
  const format = schema.format === undefined ? undefined : FORMATS[schema.format];
  return [
    ...(schema.maxLength !== undefined && lengthOf(value) > schema.maxLength ? [fieldTooLong(path, schema.maxLength)] : []),
    ...(schema.minLength !== undefined && lengthOf(value) < schema.minLength
      ? [fieldInvalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`)]
      : []),
    ...(schema.pattern !== undefined && !patternOf(schema.pattern).test(value)
      ? [fieldInvalid(path, value, `${path} in body should match '${schema.pattern}'`)]
      : []),
    ...(format !== undefined && !format.test(value)
      ? [fieldInvalid(path, value, `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`)]
      : []),
  ];
};

/** In Unicode code points, as the schema counts. */
const lengthOf = (text: string): number => Array.from(text).length;

const patterns = new Map<string, RegExp>();
const patternOf = (pattern: string): RegExp => {
  let known = patterns.get(pattern);
  if (known === undefined) patterns.set(pattern, (known = new RegExp(pattern)));
  return known;
};

const numberFaults = (value: number, schema: Schema, path: string): FieldError[] => {
  const { minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false, multipleOf } = schema;
  const below = minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum);
  const above = maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum);
  return [
    ...(below ? [fieldInvalid(path, value, `${path} in body should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`)] : []),
    ...(above ? [fieldInvalid(path, value, `${path} in body should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`)] : []),
    ...(multipleOf !== undefined && value % multipleOf !== 0
      ? [fieldInvalid(path, value, `${path} in body should be a multiple of ${multipleOf}`)]
      : []),
  ];
};

const listFaults = (value: readonly unknown[], schema: Schema, path: string): FieldError[] => [
  ...(schema.maxItems !== undefined && value.length > schema.maxItems ? [fieldTooMany(path, value.length, schema.maxItems)] : []),
  ...(schema.minItems !== undefined && value.length < schema.minItems
    ? [fieldInvalid(path, value.length, `${path} in body should have at least ${schema.minItems} items`)]
    : []),
  ...duplicateFaults(value, schema, path),
  ...(schema.items === undefined ? [] : value.flatMap((item, index) => validate(item, schema.items ?? {}, `${path}[${index}]`))),
];

const duplicateFaults = (value: readonly unknown[], schema: Schema, path: string): FieldError[] => {
  const kind = listKindOf(schema);
  if (kind === 'atomic') return [];
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const identity = kind === 'map' && isFields(item) ? listKeysOf(schema, item) : item;
    const text = JSON.stringify(identity);
    if (seen.has(text)) return [fieldDuplicate(`${path}[${index}]`, identity)];
    seen.add(text);
    return [];
  });
};

const mapFaults = (value: Fields, schema: Schema, path: string): FieldError[] => {
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const count = Object.keys(value).length;
  return [
    ...(schema.required ?? []).flatMap((name) => (value[name] === undefined ? [fieldRequired(below(name))] : [])),
    ...(schema.maxProperties !== undefined && count > schema.maxProperties ? [fieldTooMany(path, count, schema.maxProperties)] : []),
    ...(schema.minProperties !== undefined && count < schema.minProperties
      ? [fieldInvalid(path, count, `${path} in body should have at least ${schema.minProperties} properties`)]
      : []),
    ...Object.entries(value).flatMap(([name, field]) => {
      const own = field === undefined ? undefined : fieldSchema(schema, name);
      return own === undefined ? [] : validate(field, own, below(name));
    }),
  ];
};

const combinationFaults = (value: unknown, schema: Schema, path: string): FieldError[] => {
  const fits = (one: Schema): boolean => validate(value, one, path).length === 0;
  const say = (text: string): FieldError[] => [fieldInvalid(path, value, `${JSON.stringify(path)} must ${text}`)];
  const matching = schema.oneOf?.filter(fits).length ?? 1;
  return [
    ...(schema.allOf ?? []).flatMap((one) => validate(value, one, path)),
    ...(schema.anyOf !== undefined && !schema.anyOf.some(fits) ? say('validate at least one schema (anyOf)') : []),
    ...(matching === 1
      ? []
      : say(`validate one and only one schema (oneOf). ${matching === 0 ? 'Found none valid' : `Found ${matching} valid alternatives`}`)),
    ...(schema.not !== undefined && fits(schema.not) ? say('not validate the schema (not)') : []),
  ];
};
