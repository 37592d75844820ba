import { beginning } from '../domain/cut.ts';
import type { z } from 'zod';
import { nearestTo } from '../domain/nearest.ts';
import { placementProblems } from '../domain/placement.ts';
import { withRole } from '../domain/terminal-people.ts';
import { toDatabase, toFleet } from './fleet.ts';
import { knownKeys } from './known-keys.ts';
import type { PgdistFile } from './schema.ts';

/** One thing that is wrong in the configuration, with where. */
export interface Fault {
  /** Path in the file: databases[0].placement, or the name of an environment variable. */
  readonly path: string;
  readonly message: string;
  /** Where in the file: 'pgdist.yaml, line 12'. */
  readonly at?: string;
}

/** All faults of a start at once; the process prints them and exits 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map(faultText).join('\n'));
    this.faults = faults;
  }
}

export const faultText = ({ path, message, at }: Fault): string => `${path}: ${message}${at === undefined ? '' : ` (${at})`}`;

/** Keys come from the file: they are cut, and nothing that would move a terminal's cursor is in them. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? keyText(part) : `${text}.${keyText(part)}`), '');

const keyText = (key: PropertyKey): string => {
  const flat = String(key).replaceAll(/\p{C}+/gu, ' ');
  return flat.length > 60 ? `${beginning(flat, 60)}…` : flat;
};

/** More of them nobody reads. */
const MOST_FAULTS = 50;

/** One fault per issue; an unknown key is named with its own path, and with the known one that was probably meant. */
export const faultsOf = (error: z.ZodError, schema: z.ZodType): Fault[] =>
  error.issues
    .slice(0, MOST_FAULTS)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .slice(0, MOST_FAULTS)
            .map((key) => faultAt([...issue.path, key], `is not a setting of pgdist${didYouMean(key, knownKeys(schema, issue.path))}`))
        : [faultAt(issue.path, issue.message)],
    );

const faultAt = (keys: readonly PropertyKey[], message: string): Fault => ({ path: pathText(keys) || '(file)', message });

const didYouMean = (key: string, known: readonly string[]): string => {
  const nearest = nearestTo(key, known);
  return nearest === undefined ? '' : `; did you mean \`${nearest}\`?`;
};

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
  for (const { path, value } of duplicates(
    'clusters',
    'context',
    file.clusters.map(({ name, context }) => context ?? name),
  ))
    add(path, `${value} is the context of another cluster, too`);
  for (const { path, value } of duplicates(
    'terminal.people',
    'user',
    file.terminal.people.map(({ user }) => user),
  ))
    add(path, `${value} is there twice`);
  const [approver, another] = new Set([...file.slack.approvers, ...withRole(file.terminal.people, 'approver')]);
  if (another === undefined && !file.slack.requesterMayApprove)
    add(
      'slack.approvers',
      `${approver} is the only one, and nobody may approve their own request, so nobody could approve what ${approver} asks for; add an approver or set requesterMayApprove: true`,
    );
  if (file.clusters.length > file.kubeslice.slice.maxClusters)
    add('kubeslice.slice.maxClusters', `is less than the ${file.clusters.length} clusters of the file`);
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
