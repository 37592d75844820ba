import { isFields, type Fields } from '../object.ts';
import { fieldSchema, isAtomicMap, listKindOf, UNDECLARED, type Schema } from '../schema/schema.ts';
import { itemElement } from './elements.ts';
import { isEmptySet, type FieldSet } from './field-set.ts';

/** Removes what was owned by the applier's last configuration and is owned by nobody now. */
export const removeDisowned = (value: unknown, last: FieldSet, owned: FieldSet, schema: Schema): unknown => {
  if (isFields(value) && !isAtomicMap(schema)) return removeFields(value, last, owned, schema);
  if (Array.isArray(value) && listKindOf(schema) !== 'atomic') return removeItems(value, last, owned, schema);
  return value;
};

const isDisowned = (owned: FieldSet | undefined): boolean => owned === undefined || isEmptySet(owned);

const removeFields = (value: Fields, last: FieldSet, owned: FieldSet, schema: Schema): Fields => {
  const result: Fields = {};
  for (const [name, field] of Object.entries(value)) {
    const was = last.children.get(`f:${name}`);
    const is = owned.children.get(`f:${name}`);
    if (was === undefined) result[name] = field;
    else if (is !== undefined && !isDisowned(is)) result[name] = removeDisowned(field, was, is, fieldSchema(schema, name) ?? UNDECLARED);
  }
  return result;
};

const removeItems = (items: readonly unknown[], last: FieldSet, owned: FieldSet, schema: Schema): unknown[] =>
  items.flatMap((item) => {
    const element = itemElement(schema, item);
    const was = last.children.get(element);
    const is = owned.children.get(element);
    if (was === undefined) return [item];
    if (is === undefined || isDisowned(is)) return was.member ? [] : [item];
    return [removeDisowned(item, was, is, schema.items ?? UNDECLARED)];
  });
