import { MOST_DIFFERENCES, pathBelow } from '../domain/bounded.ts';
import type { FieldChange } from '../domain/finding.ts';

export type HelmValues = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Calls back for each leaf with its dotted path; lists are leaves, as they are for Helm. */
const eachLeaf = (values: HelmValues, found: (path: string, leaf: unknown) => void, path = ''): void => {
  for (const [key, value] of Object.entries(values)) {
    const at = pathBelow(path, key);
    if (isTree(value) && Object.keys(value).length > 0) eachLeaf(value, found, at);
    else if (value !== undefined) found(at, value);
  }
};

/** What would change in the release's values, by path, MOST_DIFFERENCES at most beside what is wanted. Values under a secret path are compared and never told. */
export const valueChanges = (current: HelmValues, wanted: HelmValues, secrets: Readonly<Record<string, string>> = {}): FieldChange[] => {
  const after = new Map<string, unknown>();
  eachLeaf(wanted, (path, leaf) => after.set(path, leaf));
  for (const [path, value] of Object.entries(secrets)) after.set(path, value);
  const before = new Map<string, unknown>();
  const dropped: string[] = [];
  eachLeaf(current, (path, leaf) => {
    if (after.has(path)) before.set(path, leaf);
    else if (dropped.length < MOST_DIFFERENCES) dropped.push(path);
  });
  const differing = [...after.keys()].filter((path) => JSON.stringify(before.get(path)) !== JSON.stringify(after.get(path)));
  return [...dropped, ...differing].toSorted().map((path) => {
    if (Object.hasOwn(secrets, path) || !after.has(path)) return { path };
    return { path, ...(before.has(path) ? { from: before.get(path) } : {}), to: after.get(path) };
  });
};
