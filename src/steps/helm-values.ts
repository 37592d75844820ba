import type { FieldChange } from '../domain/finding.ts';

export type HelmValues = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Leaves by dotted path; lists are leaves, as they are for Helm. */
const leavesOf = (values: HelmValues, path = ''): Map<string, unknown> => {
  const leaves = new Map<string, unknown>();
  for (const [key, value] of Object.entries(values)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (isTree(value) && Object.keys(value).length > 0) for (const [inner, leaf] of leavesOf(value, at)) leaves.set(inner, leaf);
    else if (value !== undefined) leaves.set(at, value);
  }
  return leaves;
};

/** What would change in the release's values, by path. Values under a secret path are compared and never told. */
export const valueChanges = (current: HelmValues, wanted: HelmValues, secrets: Readonly<Record<string, string>> = {}): FieldChange[] => {
  const before = leavesOf(current);
  const after = new Map([...leavesOf(wanted), ...Object.entries(secrets)]);
  return [...new Set([...before.keys(), ...after.keys()])]
    .toSorted()
    .filter((path) => JSON.stringify(before.get(path)) !== JSON.stringify(after.get(path)))
    .map((path) => {
      if (path in secrets || !after.has(path)) return { path };
      return { path, ...(before.has(path) ? { from: before.get(path) } : {}), to: after.get(path) };
    });
};
