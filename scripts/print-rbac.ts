import { ConfigurationError, faultText } from '../src/config/faults.ts';
import { readConfigFile } from '../src/config/file.ts';
import { toDatabase, toFleet } from '../src/config/fleet.ts';
import type { Subject } from '../src/domain/roles.ts';
import { rightsNeeded } from '../src/procedures/distributed-postgres.ts';
import { asked, fail } from '../src/terminal/asked.ts';
import { rbacTable } from './rbac-table.ts';
import { rbacYaml } from './rbac-yaml.ts';

/*
 * npm run rbac -- --cluster NAME [--fleet NAME] [--config pgdist.yaml] [--subject serviceaccount:NAMESPACE:NAME | user:NAME | group:NAME] [--without-installers] [--table]
 * Prints what the worker's user on one cluster has to be allowed, for kubectl apply by an administrator; with --table for people to read.
 */

const subjectIn = (text: string): Subject => {
  const [kind = '', ...rest] = text.split(':');
  const [namespace = '', name = ''] = rest;
  if (kind === 'serviceaccount' && namespace !== '' && name !== '' && rest.length === 2) return { kind: 'ServiceAccount', namespace, name };
  const whole = rest.join(':');
  if (kind === 'user' && whole !== '') return { kind: 'User', name: whole };
  if (kind === 'group' && whole !== '') return { kind: 'Group', name: whole };
  return fail(`--subject takes serviceaccount:NAMESPACE:NAME, user:NAME or group:NAME, not ${text}`);
};

/** Every fault of the file in a line of its own. */
const fileAt = (path: string): ReturnType<typeof readConfigFile> => {
  try {
    return readConfigFile(path);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return fail([`${path} cannot be used:`, ...error.faults.map((fault) => `  ${faultText(fault)}`)].join('\n'));
  }
};

const values = asked(
  {
    cluster: { type: 'string' },
    fleet: { type: 'string' },
    config: { type: 'string' },
    subject: { type: 'string', default: 'serviceaccount:pgdist:pgdist' },
    'without-installers': { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
  },
  'rbac --cluster NAME [--fleet NAME] [--config FILE] [--subject KIND:NAME] [--without-installers] [--table]',
);
const path = values.config ?? process.env['PGDIST_CONFIG'] ?? 'pgdist.yaml';
const files = fileAt(path);
const named = values.fleet === undefined ? files : files.filter(({ fleet }) => fleet === values.fleet);
if (named.length === 0) fail(`${path} has no fleet ${values.fleet}: it has ${files.map(({ fleet }) => fleet).join(', ')}`);
const names = [...new Set(named.flatMap(({ clusters }) => clusters.map(({ name }) => name)))];
const cluster = values.cluster ?? fail(`--cluster is one of ${names.join(', ')}`);
const having = named.filter(({ clusters }) => clusters.some(({ name }) => name === cluster));
const [file = fail(`${path} has no cluster ${cluster}: it has ${names.join(', ')}`), another] = having;
if (another !== undefined)
  fail(`several fleets have a cluster ${cluster}: ${having.map(({ fleet }) => `--cluster ${cluster} --fleet ${fleet}`).join(', ')}`);
const fleet = toFleet(file);

const all = rightsNeeded(fleet, file.databases.map(toDatabase), cluster);
const rights = values['without-installers'] ? all.filter(({ installer }) => installer === undefined) : all;
const role = cluster === fleet.hub ? 'hub and spoke' : 'spoke';
process.stdout.write(
  values.table
    ? `${rbacTable(rights)}\n`
    : rbacYaml(rights, subjectIn(values.subject), [
        `Rights of pgdist on ${cluster} (${role} of fleet ${fleet.name})${values['without-installers'] ? ', without those of helm and clusteradm' : ''}.`,
        'Made from what each step declares; print it again when pgdist.yaml or pgdist changes.',
      ]),
);
