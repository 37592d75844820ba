import { isFields } from '../object.ts';
import { fieldSchema, isAtomicMap, isDeclared, listKindOf, UNDECLARED, type Schema } from '../schema/schema.ts';
import { itemElement } from './elements.ts';
import { descend, emptySet, type FieldSet } from './field-set.ts';

/** The fields that an applied configuration states: its leaves, the items of its lists, its empty maps. */
export const fieldsOf = (value: unknown, schema: Schema): FieldSet => {
  const set = emptySet();
  collect(value, schema, set);
  return set;
};

const collect = (value: unknown, schema: Schema, into: FieldSet): void => {
  if (Array.isArray(value)) {
    if (listKindOf(schema) === 'atomic') into.member = true;
    else {
      for (const item of value) {
        const child = descend(into, itemElement(schema, item));
        if (isFields(item)) collect(item, schema.items ?? UNDECLARED, child);
        child.member = true;
      }
    }
  } else if (isFields(value)) {
    if (isAtomicMap(schema)) into.member = true;
    else {
      for (const [name, field] of Object.entries(value)) {
        const child = descend(into, `f:${name}`);
        collect(field, fieldSchema(schema, name) ?? UNDECLARED, child);
        if (isEmptyMap(field) || !isDeclared(schema, name)) child.member = true;
      }
    }
  } else into.member = true;
};

const isEmptyMap = (value: unknown): boolean => value === null || (isFields(value) && Object.keys(value).length === 0);
