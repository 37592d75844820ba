import { itemElement } from '../fields/elements.ts';
import { pathText } from '../fields/field-set.ts';
import { isFields } from '../object.ts';
import { fieldSchema, listKindOf, UNDECLARED, type Schema } from './schema.ts';

/**
 * Why a configuration cannot be applied: fields that are not declared and values of another type, in the words of structured-merge-diff.
 * Empty when it can.
 */
export const typedErrors = (value: unknown, schema: Schema, path: readonly string[] = []): string[] => {
  if (value === null || value === undefined || schema['x-kubernetes-int-or-string'] === true) return [];
  const say = (text: string): string[] => [`${pathText(path)}: ${text}`];
  if (Array.isArray(value)) {
    if (schema.type !== undefined && schema.type !== 'array') return say(`expected ${scalarName(schema)}, got list`);
    return listErrors(value, schema, path, say);
  }
  if (isFields(value)) {
    if (schema.type !== undefined && schema.type !== 'object')
      return say(schema.type === 'array' ? `expected list, got map` : `expected ${scalarName(schema)}, got map`);
    return Object.entries(value).flatMap(([name, field]) => {
      const own = fieldSchema(schema, name);
      const at = [...path, `f:${name}`];
      if (own === undefined) return schema['x-kubernetes-embedded-resource'] === true ? [] : [`${pathText(at)}: field not declared in schema`];
      return typedErrors(field, own, at);
    });
  }
  return scalarErrors(value, schema, say);
};

const listErrors = (value: readonly unknown[], schema: Schema, path: readonly string[], say: (text: string) => string[]): string[] => {
  const isAtomic = listKindOf(schema) === 'atomic';
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    if (isAtomic) return typedErrors(item, schema.items ?? UNDECLARED, [...path, `i:${index}`]);
    const element = itemElement(schema, item);
    if (seen.has(element)) return say(`duplicate entries for key ${pathText([element])}`);
    seen.add(element);
    return typedErrors(item, schema.items ?? UNDECLARED, [...path, element]);
  });
};

const scalarErrors = (value: unknown, schema: Schema, say: (text: string) => string[]): string[] => {
  if (schema.type === 'array') return say(`expected list, got ${String(value)}`);
  if (schema.type === 'object') return say(`expected map, got ${String(value)}`);
  if (schema.type === 'string' && typeof value !== 'string') return say(`expected string, got ${JSON.stringify(value)}`);
  if ((schema.type === 'integer' || schema.type === 'number') && typeof value !== 'number')
    return say(`expected numeric (int or float), got ${typeof value}`);
  if (schema.type === 'boolean' && typeof value !== 'boolean') return say(`expected boolean, got ${String(value)}`);
  return [];
};

const scalarName = ({ type }: Schema): string => (type === 'integer' || type === 'number' ? 'numeric (int or float)' : (type ?? 'scalar'));
