import { placementProblems } from '../domain/placement.ts';
import { withRole } from '../domain/terminal-people.ts';
import { databaseFaults } from './database-rules.ts';
import type { Fault } from './faults.ts';
import { toDatabase, toFleet } from './fleet.ts';
import { FLEET_RULES } from './fleet-rules.ts';
import { GROUP_ID } from './policy.ts';
import { policyFaults } from './policy-faults.ts';
import type { PgdistFile } from './schema.ts';

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
  if (another === undefined && !file.slack.requesterMayApprove && !GROUP_ID.test(approver ?? ''))
    add(
      'slack.approvers',
      `${approver} is the only one, and nobody may approve their own request, so nobody could approve what ${approver} asks for; add an approver or set requesterMayApprove: true`,
    );
  faults.push(...policyFaults(file));
  file.databases.forEach((database, index) => faults.push(...databaseFaults(database, `databases[${index}]`)));
  for (const { faults: broken } of FLEET_RULES) faults.push(...broken(file));
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
