import type { Fields } from '../object.ts';

/**
 * A set of field paths as a tree. Keys are path elements in the syntax of fieldsV1: 'f:name' a field, 'k:{"name":"x"}' an item by its keys,
 * 'v:"x"' an item by its value.
 */
export interface FieldSet {
  /** True when the path that leads here is in the set. */
  member: boolean;
  children: Map<string, FieldSet>;
}

export const emptySet = (member = false): FieldSet => ({ member, children: new Map() });

export const isEmptySet = (set: FieldSet): boolean => !set.member && [...set.children.values()].every(isEmptySet);

/** The child at an element, made when it is missing. */
export const descend = (set: FieldSet, element: string): FieldSet => {
  let child = set.children.get(element);
  if (child === undefined) set.children.set(element, (child = emptySet()));
  return child;
};

export const union = (a: FieldSet, b: FieldSet): FieldSet => {
  const result: FieldSet = { member: a.member || b.member, children: new Map(a.children) };
  for (const [element, child] of b.children) {
    const own = result.children.get(element);
    result.children.set(element, own === undefined ? child : union(own, child));
  }
  return result;
};

/** Paths of a that are not in b. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet => {
  const result = emptySet(a.member && !b.member);
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    const left = other === undefined ? child : difference(child, other);
    if (!isEmptySet(left)) result.children.set(element, left);
  }
  return result;
};

export const intersection = (a: FieldSet, b: FieldSet): FieldSet => {
  const result = emptySet(a.member && b.member);
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (other === undefined) continue;
    const both = intersection(child, other);
    if (!isEmptySet(both)) result.children.set(element, both);
  }
  return result;
};

/** Without the subtrees that the mask has as members. */
export const withoutSubtrees = (set: FieldSet, mask: FieldSet): FieldSet => {
  const result = emptySet(set.member);
  for (const [element, child] of set.children) {
    const masked = mask.children.get(element);
    if (masked?.member === true) continue;
    const left = masked === undefined ? child : withoutSubtrees(child, masked);
    if (!isEmptySet(left)) result.children.set(element, left);
  }
  return result;
};

export const sameSet = (a: FieldSet, b: FieldSet): boolean => isEmptySet(difference(a, b)) && isEmptySet(difference(b, a));

/** Paths in the set, each as its elements. */
export const pathsOf = (set: FieldSet, prefix: readonly string[] = []): string[][] => [
  ...(set.member ? [[...prefix]] : []),
  ...sortedChildren(set).flatMap(([element, child]) => pathsOf(child, [...prefix, element])),
];

export const toFieldsV1 = (set: FieldSet): Fields => {
  const result: Fields = {};
  if (set.member && set.children.size > 0) result['.'] = {};
  for (const [element, child] of sortedChildren(set)) if (!isEmptySet(child)) result[element] = toFieldsV1(child);
  return result;
};

export const fromFieldsV1 = (fields: Fields, isRoot = true): FieldSet => {
  const entries = Object.entries(fields);
  const set = emptySet(!isRoot && (entries.length === 0 || '.' in fields));
  for (const [element, child] of entries) if (element !== '.') set.children.set(element, fromFieldsV1(child as Fields, false));
  return set;
};

const sortedChildren = (set: FieldSet): [string, FieldSet][] => [...set.children].sort(([a], [b]) => (a < b ? -1 : 1));

/** '.spec.containers[name="x"].image', as conflicts name a path. */
export const pathText = (path: readonly string[]): string =>
  path
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith('f:')) return `.${rest}`;
      if (element.startsWith('i:')) return `[${rest}]`;
      if (element.startsWith('v:')) return `[=${rest}]`;
      const keys = JSON.parse(rest) as Record<string, unknown>;
      return `[${Object.entries(keys)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(',')}]`;
    })
    .join('');
