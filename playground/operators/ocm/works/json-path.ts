/** Kubernetes' JSONPath as far as feedback rules use it: fields, ['quoted'], [0], [*] and [?(@.field=='value')]. */
export const readJsonPath = (root: unknown, path: string): readonly unknown[] => {
  let values: readonly unknown[] = [root];
  for (const step of parseJsonPath(path)) values = values.flatMap((value) => apply(value, step));
  return values;
};

/** The object without what the path names; the object itself is left alone. */
export const withoutJsonPath = <T>(root: T, path: string): T => {
  const steps = parseJsonPath(path);
  const last = steps.at(-1);
  const copy = structuredClone(root);
  if (last?.field === undefined) return copy;
  let parents: readonly unknown[] = [copy];
  for (const step of steps.slice(0, -1)) parents = parents.flatMap((value) => apply(value, step));
  for (const parent of parents) if (isRecord(parent)) delete parent[last.field];
  return copy;
};

interface Step {
  readonly field?: string;
  readonly index?: number;
  readonly all?: true;
  readonly filter?: { readonly path: string; readonly equals: string };
}

const parseJsonPath = (path: string): readonly Step[] => {
  const text = path.replace(/^\{(.*)\}$/, '$1').replace(/^\$/, '');
  const steps: Step[] = [];
  const token =
    /\.?\[\s*\?\(\s*@\.?([^=\s]+)\s*==\s*(?:'([^']*)'|"([^"]*)"|([^)\s]+))\s*\)\s*\]|\.?\[\s*(?:'([^']*)'|"([^"]*)"|(\d+)|(\*))\s*\]|\.((?:\\.|[^.[\\])+)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`the JSONPath ${path} is not understood at ${text.slice(at)}`);
    const [, filterPath, single, double, bare, quoted, doubleQuoted, index, star, field] = match;
    if (filterPath !== undefined) steps.push({ filter: { path: `.${filterPath}`, equals: single ?? double ?? bare ?? '' } });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else if (star !== undefined || field === '*') steps.push({ all: true });
    else steps.push({ field: quoted ?? doubleQuoted ?? (field ?? '').replaceAll(/\\(.)/g, '$1') });
  }
  return steps;
};

const apply = (value: unknown, { field, index, all, filter }: Step): readonly unknown[] => {
  if (field !== undefined) return isRecord(value) && value[field] !== undefined ? [value[field]] : [];
  const items = Array.isArray(value) ? (value as unknown[]) : all === true && isRecord(value) ? Object.values(value) : [];
  if (index !== undefined) return items.slice(index, index + 1);
  if (filter !== undefined) return items.filter((item) => readJsonPath(item, filter.path).some((found) => String(found) === filter.equals));
  return items;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
