import type { z } from 'zod';
import { placementProblems } from '../domain/placement.ts';
import { toDatabase, toFleet } from './fleet.ts';
import type { PgdistFile } from './schema.ts';

/** One thing that is wrong in the configuration, with where. */
export interface Fault {
  /** Path in the file: databases[0].placement, or the name of an environment variable. */
  readonly path: string;
  readonly message: string;
}

/** All faults of a start at once; the process prints them and exits 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    this.faults = faults;
  }
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`), '');

/** One fault per issue; an unknown key is named with its own path. */
export const faultsOf = (error: z.ZodError): Fault[] =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: 'is not a setting of pgdist' }))
      : [{ path: pathText(issue.path) || '(file)', message: issue.message }],
  );

/** What a schema of single values cannot see: names that must agree, and things that must be there once. */
export const crossFaults = (file: PgdistFile): Fault[] => {
  const names = file.clusters.map(({ name }) => name);
  const known = new Set(names);
  const faults: Fault[] = [];
  const add = (path: string, message: string): void => void faults.push({ path, message });

  if (!known.has(file.hub.cluster)) add('hub.cluster', `there is no cluster ${file.hub.cluster} under clusters (${names.join(', ')})`);
  for (const { path, value } of duplicates('clusters', 'name', names)) add(path, `${value} is there twice`);
  for (const { path, value } of duplicates(
    'databases',
    'name',
    file.databases.map(({ name }) => name),
  ))
    add(path, `${value} is there twice; KubeDB's ManifestWorks are named after the database alone, so names are unique in the fleet`);
  const { bandwidthCeilingKbps, bandwidthGuaranteedKbps } = file.kubeslice.slice;
  if (bandwidthGuaranteedKbps > bandwidthCeilingKbps)
    add('kubeslice.slice.bandwidthGuaranteedKbps', `is above the ceiling of ${bandwidthCeilingKbps}`);
  if (known.has(file.hub.cluster)) {
    const fleet = toFleet(file);
    file.databases.forEach((database, index) => {
      for (const problem of placementProblems(fleet, toDatabase(database))) add(`databases[${index}].placement`, problem);
    });
  }
  return faults;
};

const duplicates = (list: string, field: string, values: readonly string[]): { path: string; value: string }[] =>
  values.flatMap((value, index) => (values.indexOf(value) < index ? [{ path: `${list}[${index}].${field}`, value }] : []));
