import { isFields, type Fields } from '../object.ts';
import { fieldSchema, isAtomicMap, listKindOf, UNDECLARED, type Schema } from '../schema/schema.ts';
import { itemElement } from './elements.ts';

/** Live object with an applied configuration laid over it: maps field by field, lists item by item where the schema says so. */
export const mergeApplied = (live: unknown, config: unknown, schema: Schema): unknown => {
  if (isFields(config) && isFields(live) && !isAtomicMap(schema)) {
    const result: Fields = { ...live };
    for (const [name, value] of Object.entries(config)) result[name] = mergeApplied(live[name], value, fieldSchema(schema, name) ?? UNDECLARED);
    return result;
  }
  if (Array.isArray(config) && Array.isArray(live) && listKindOf(schema) !== 'atomic') return mergeItems(live, config, schema);
  return config;
};

/** Items of the configuration in its order; others keep their place before the next item that both have. */
const mergeItems = (live: readonly unknown[], config: readonly unknown[], schema: Schema): unknown[] => {
  const current = new Map(live.map((item) => [itemElement(schema, item), item]));
  const wanted = config.map((item) => ({ element: itemElement(schema, item), item }));
  const wantedElements = new Set(wanted.map(({ element }) => element));
  const result: unknown[] = [];
  let taken = 0;
  const takeUntil = (element: string | undefined): void => {
    while (taken < wanted.length) {
      const next = wanted[taken];
      if (next === undefined) return;
      taken += 1;
      result.push(mergeApplied(current.get(next.element), next.item, schema.items ?? UNDECLARED));
      if (next.element === element) return;
    }
  };
  for (const item of live) {
    const element = itemElement(schema, item);
    if (!wantedElements.has(element)) result.push(item);
    else if (wanted.slice(taken).some((next) => next.element === element)) takeUntil(element);
  }
  takeUntil(undefined);
  return result;
};
