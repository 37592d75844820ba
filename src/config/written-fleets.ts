import type { Fault } from './faults.ts';

/** One fleet of a file as a file with this fleet alone would have it, not checked. */
export interface WrittenFleet {
  readonly value: unknown;
  /** Where in the file stands what has this path in `value`. */
  pathOf(path: string): string;
}

type Mapping = Readonly<Record<string, unknown>>;
const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);

const MOST_FLEETS = 20;
/** Of one fleet alone: beside `fleets` they would say nothing of which. */
export const OWN_SETTINGS = ['fleet', 'hub', 'clusters', 'databases'] as const;
/** Of the processes, which all fleets share. */
export const COMMON_SETTINGS = ['redis'] as const;

/**
 * The fleets of a file: the only one, or those under `fleets`. What stands beside `fleets` counts for each of them that does not have its own; mappings are
 * completed setting by setting, lists are replaced.
 */
export const writtenFleets = (file: unknown, faults: Fault[]): readonly WrittenFleet[] => {
  if (!isMapping(file) || !Object.hasOwn(file, 'fleets')) return [{ value: file ?? {}, pathOf: (path) => path }];
  const { fleets, ...shared } = file;
  const add = (path: string, message: string): void => void faults.push({ path, message });
  for (const key of OWN_SETTINGS) if (Object.hasOwn(shared, key)) add(key, ownSentence(key));
  if (!Array.isArray(fleets) || fleets.length === 0) add('fleets', 'must be a list of fleets, each with name, hub, clusters and databases');
  else if (fleets.length > MOST_FLEETS) add('fleets', `must have ${MOST_FLEETS} fleets at most`);
  else
    for (const [at, fleet] of (fleets as readonly unknown[]).entries()) {
      if (!isMapping(fleet)) add(`fleets[${at}]`, 'must be a mapping of settings: name, hub, clusters, databases');
      else if (Object.hasOwn(fleet, 'fleet')) add(`fleets[${at}].fleet`, 'is not a setting of an entry of fleets; did you mean `name`?');
      for (const key of COMMON_SETTINGS)
        if (isMapping(fleet) && Object.hasOwn(fleet, key)) add(`fleets[${at}].${key}`, 'counts for all fleets: write it beside `fleets`');
    }
  if (faults.length > 0) return [];
  return (fleets as readonly Mapping[]).map((entry, at) => ofEntry(shared, entry, at));
};

const ownSentence = (key: (typeof OWN_SETTINGS)[number]): string =>
  key === 'fleet'
    ? 'names the only fleet of a file; under `fleets` each has a `name`'
    : `belongs to one fleet: write it into the entries of \`fleets\``;

const ofEntry = (shared: Mapping, { name, ...own }: Mapping, at: number): WrittenFleet => {
  const entry = name === undefined ? own : { ...own, fleet: name };
  return {
    value: completed(shared, entry),
    pathOf(path) {
      const keys = keysOf(path);
      // What neither has is missing in the entry.
      if (depth(shared, keys) > depth(entry, keys)) return path;
      return path === '(file)' ? `fleets[${at}]` : `fleets[${at}].${path.replace(/^fleet(?=$)/, 'name')}`;
    },
  };
};

const completed = (shared: Mapping, own: Mapping): Mapping => ({
  ...shared,
  ...Object.fromEntries(
    Object.entries(own).map(([key, value]) => {
      const beneath = Object.hasOwn(shared, key) ? shared[key] : undefined;
      return [key, isMapping(beneath) && isMapping(value) ? completed(beneath, value) : value];
    }),
  ),
});

/** How many of these keys lead to something. */
const depth = (value: unknown, [key, ...rest]: readonly (string | number)[]): number => {
  if (key === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return 0;
  return 1 + depth((value as Record<string | number, unknown>)[key], rest);
};

/** The keys and indices of databases[0].name. */
export const keysOf = (path: string): (string | number)[] =>
  [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) => (index === undefined ? (key ?? '') : Number(index)));
