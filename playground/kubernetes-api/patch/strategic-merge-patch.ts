import { equal, isFields, type Fields } from '../object.ts';
import { fieldSchema, UNDECLARED, type Schema } from '../schema/schema.ts';

const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';
const ELEMENT_ORDER = '$setElementOrder/';

/**
 * Strategic merge patch: lists whose schema has a patch merge key are merged item by item, others are replaced.
 * Knows the directives $patch, $retainKeys, $setElementOrder and $deleteFromPrimitiveList.
 */
export const strategicMergePatch = (target: unknown, patch: unknown, schema: Schema): unknown => {
  if (!isFields(patch)) return patch;
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  const result: Fields = isFields(target) ? { ...target } : {};
  const retained: unknown = patch['$retainKeys'];
  if (Array.isArray(retained)) for (const name of Object.keys(result)) if (!retained.includes(name)) delete result[name];
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(DELETE_FROM_LIST)) removeItems(result, name.slice(DELETE_FROM_LIST.length), value);
    else if (name.startsWith('$')) continue;
    else if (value === null) delete result[name];
    else result[name] = mergeField(result[name], value, fieldSchema(schema, name) ?? UNDECLARED, patch[ELEMENT_ORDER + name]);
  }
  for (const [name, order] of Object.entries(patch)) {
    const field = name.slice(ELEMENT_ORDER.length);
    if (name.startsWith(ELEMENT_ORDER) && patch[field] === undefined && Array.isArray(result[field]))
      result[field] = ordered(result[field], order, (fieldSchema(schema, field) ?? UNDECLARED)['x-kubernetes-patch-merge-key']);
  }
  return result;
};

const mergeField = (current: unknown, value: unknown, schema: Schema, order: unknown): unknown => {
  if (!Array.isArray(value)) return strategicMergePatch(current, value, schema);
  if (schema['x-kubernetes-patch-strategy']?.includes('merge') !== true) return value;
  const items = Array.isArray(current) ? [...(current as unknown[])] : [];
  const key = schema['x-kubernetes-patch-merge-key'];
  if (value.some((item) => isFields(item) && item['$patch'] === 'replace'))
    return value.filter((item) => !isFields(item) || item['$patch'] !== 'replace');
  const merged = key === undefined ? mergeSet(items, value) : mergeItems(items, value, key, schema.items ?? UNDECLARED);
  return ordered(merged, order, key);
};

const mergeSet = (items: readonly unknown[], added: readonly unknown[]): unknown[] => [
  ...items,
  ...added.filter((one) => !items.some((item) => equal(item, one))),
];

const mergeItems = (items: unknown[], patches: readonly unknown[], key: string, schema: Schema): unknown[] => {
  for (const patch of patches) {
    if (!isFields(patch)) continue;
    const index = items.findIndex((item) => isFields(item) && equal(item[key], patch[key]));
    if (patch['$patch'] === 'delete') {
      if (index >= 0) items.splice(index, 1);
    } else if (index >= 0) items[index] = strategicMergePatch(items[index], patch, schema);
    else items.push(strategicMergePatch({}, patch, schema));
  }
  return items;
};

/** Items that the order names, in that order, each followed by the unnamed ones that stood behind it. */
const ordered = (items: readonly unknown[], order: unknown, key: string | undefined): unknown[] => {
  if (!Array.isArray(order)) return [...items];
  const rank = (item: unknown): number =>
    order.findIndex((one) => (key === undefined ? equal(one, item) : isFields(one) && isFields(item) && equal(one[key], item[key])));
  let last = -1;
  const ranked = items.map((item, position) => {
    const own = rank(item);
    if (own >= 0) last = own;
    return { item, position, rank: own >= 0 ? own : last + 0.5 };
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.position - b.position).map(({ item }) => item);
};

const removeItems = (result: Fields, name: string, removed: unknown): void => {
  const items: unknown = result[name];
  if (Array.isArray(items) && Array.isArray(removed)) result[name] = items.filter((item) => !removed.some((one) => equal(one, item)));
};

const withoutDirectives = (patch: Fields): Fields => Object.fromEntries(Object.entries(patch).filter(([name]) => !name.startsWith('$')));
