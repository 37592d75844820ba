import { equal, isFields } from '../object.ts';
import { fieldSchema, isAtomicMap, listKindOf, UNDECLARED, type Schema } from '../schema/schema.ts';
import { itemElement } from './elements.ts';
import { descend, emptySet, type FieldSet } from './field-set.ts';

interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Paths in which two objects differ; unlike an applied configuration, a map that comes or goes counts itself. */
export const compare = (before: unknown, after: unknown, schema: Schema): Comparison => {
  const comparison: Comparison = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  walk(before, after, schema, comparison, true);
  return comparison;
};

const walk = (before: unknown, after: unknown, schema: Schema, at: Comparison, isRoot = false): void => {
  if (before === after || (before === undefined && after === undefined)) return;
  if (!isRoot) {
    if (before === undefined) at.added.member = true;
    else if (after === undefined) at.removed.member = true;
  }
  if (isGranularList(before, after, schema)) walkItems(listOf(before), listOf(after), schema, at);
  else if (isGranularMap(before, after, schema)) walkFields(mapOf(before), mapOf(after), schema, at);
  else if (before !== undefined && after !== undefined && !equal(before, after)) at.modified.member = true;
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const mapOf = (value: unknown): Record<string, unknown> => (isFields(value) ? value : {});

const isGranularList = (before: unknown, after: unknown, schema: Schema): boolean =>
  listKindOf(schema) !== 'atomic' &&
  [before, after].every((value) => value === undefined || Array.isArray(value)) &&
  listOf(before).length + listOf(after).length > 0;

const isGranularMap = (before: unknown, after: unknown, schema: Schema): boolean =>
  !isAtomicMap(schema) &&
  [before, after].every((value) => value === undefined || isFields(value)) &&
  Object.keys(mapOf(before)).length + Object.keys(mapOf(after)).length > 0;

const walkItems = (before: readonly unknown[], after: readonly unknown[], schema: Schema, at: Comparison): void => {
  const old = new Map(before.map((item) => [itemElement(schema, item), item]));
  const now = new Map(after.map((item) => [itemElement(schema, item), item]));
  for (const element of new Set([...old.keys(), ...now.keys()]))
    walk(old.get(element), now.get(element), schema.items ?? UNDECLARED, below(at, element));
};

const walkFields = (before: Record<string, unknown>, after: Record<string, unknown>, schema: Schema, at: Comparison): void => {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (equal(before[name], after[name])) continue;
    walk(before[name], after[name], fieldSchema(schema, name) ?? UNDECLARED, below(at, `f:${name}`));
  }
};

const below = ({ added, modified, removed }: Comparison, element: string): Comparison => ({
  added: descend(added, element),
  modified: descend(modified, element),
  removed: descend(removed, element),
});
