import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { readFileSync } from 'node:fs';
import type { Fault } from '../../src/config/faults.ts';
import { parse } from '../../src/config/file.ts';
import { toFleet, withTerminal } from '../../src/config/fleet.ts';

type Settings = Record<string, unknown>;
const example = parseYaml(readFileSync(new URL('../../examples/pgdist.yaml', import.meta.url), 'utf8')) as Settings & {
  hub: Settings;
  clusters: Settings[];
  kubeslice: Settings;
  kubedb: Settings;
};
const { fleet: _, slack, ...own } = example;

/** The example's fleet under another name, its clusters by contexts of its own. */
const entry = (name: string, changes: Settings = {}): Settings => ({
  name,
  ...own,
  hub: { ...own.hub, apiServer: `https://hub.${name}.example:6443` },
  clusters: own.clusters.map((cluster) => ({ ...cluster, context: `${name}-${String(cluster['name'])}` })),
  ...changes,
});

const read = (file: unknown) => {
  const faults: Fault[] = [];
  const files = parse(JSON.stringify(file), faults);
  return { files, faults: faults.map(({ path, message }) => `${path}: ${message}`) };
};
const faultsOf = (...fleets: unknown[]): string[] => read({ slack, fleets }).faults;

test('one entry under fleets is what the same settings are at the top', () => {
  const { files, faults } = read({ fleets: [{ ...own, slack, name: 'demo' }] });
  expect(faults).toEqual([]);
  expect(files).toEqual(read(example).files);
});

test('what stands beside fleets counts for each that does not have its own, setting by setting', () => {
  const { files, faults } = read({
    slack: { ...(slack as Settings), admins: ['U0DORA'] },
    approvalTimeoutMinutes: 10,
    kubedb: { chart: 'oci://mirror.example/kubedb' },
    fleets: [
      entry('eu', { kubedb: { licenceFile: 'eu.pem' } }),
      entry('us', { kubedb: { licenceFile: 'us.pem' }, slack: { approvers: ['U0CAROL', 'U0ERIN'] }, approvalTimeoutMinutes: 60 }),
    ],
  });
  expect(faults).toEqual([]);
  const [eu, us] = files!;
  expect([eu.kubedb, us?.kubedb]).toMatchObject([
    { chart: 'oci://mirror.example/kubedb', licenceFile: 'eu.pem' },
    { chart: 'oci://mirror.example/kubedb', licenceFile: 'us.pem' },
  ]);
  expect([eu.approvalTimeoutMinutes, us?.approvalTimeoutMinutes]).toEqual([10, 60]);
  expect(withTerminal(eu)).toMatchObject({ approvers: ['U0ALICE', 'U0BOB'], admins: ['U0DORA'], channels: ['C0DATABASES'] });
  expect(withTerminal(us!)).toMatchObject({ approvers: ['U0CAROL', 'U0ERIN'], admins: ['U0DORA'], channels: ['C0DATABASES'] });
  expect(files!.map((file) => toFleet(file).name)).toEqual(['eu', 'us']);
});

test('two fleets may have databases, clusters and slices of the same names', () => {
  expect(faultsOf(entry('eu'), entry('us'))).toEqual([]);
});

test.each<[string, unknown[], string[]]>([
  ['a name twice', [entry('eu'), entry('eu', entry('us', { name: 'eu' }))], ['fleets[1].name: eu is there twice']],
  [
    'one hub in two fleets',
    [entry('eu'), entry('us', { hub: { ...own.hub, apiServer: 'https://HUB.eu.example:6443/' } })],
    ['fleets[1].hub.apiServer: is the hub of fleet eu, too: a hub has one fleet, so put both into one'],
  ],
  [
    'one context in two fleets',
    [
      entry('eu'),
      entry('us', {
        clusters: [
          { name: 'demo-controller', context: 'us' },
          { name: 'demo-worker', context: 'eu-demo-worker' },
        ],
      }),
    ],
    [
      'fleets[1].clusters[1].context: eu-demo-worker is the context of a cluster of fleet eu, too: a cluster belongs to one fleet; write another `context` if it is another cluster',
    ],
  ],
  [
    'a cluster without a context whose name is one in another fleet',
    [entry('eu', { clusters: own.clusters }), entry('us', { clusters: own.clusters })],
    ['demo-controller', 'demo-worker'].map(
      (name, at) =>
        `fleets[1].clusters[${at}].name: ${name} is the context of a cluster of fleet eu, too: a cluster belongs to one fleet; write another \`context\` if it is another cluster`,
    ),
  ],
  ['no name', [entry('eu', { name: undefined })], ['fleets[0].name: is missing: text is needed']],
  ['a name of the single form', [{ ...entry('eu'), fleet: 'eu' }], ['fleets[0].fleet: is not a setting of an entry of fleets; did you mean `name`?']],
  ['no hub', [entry('eu', { hub: undefined })], ['fleets[0].hub: is missing: a mapping of settings is needed']],
  [
    'a fault of one fleet alone',
    [entry('eu'), entry('us', { hub: { ...own.hub, cluster: 'nowhere' } })],
    [
      'fleets[1].hub.cluster: there is no cluster nowhere under clusters (demo-controller, demo-worker)',
      // An address of the example, which lies in no slice.
    ],
  ],
  [
    'a setting of the processes',
    [entry('eu', { redis: { requirePersistence: false } })],
    ['fleets[0].redis: counts for all fleets: write it beside `fleets`'],
  ],
  ['a setting that is none', [entry('eu', { databses: [] })], ['fleets[0].databses: is not a setting of pgdist; did you mean `databases`?']],
  ['an entry that is none', [entry('eu'), 'us'], ['fleets[1]: must be a mapping of settings: name, hub, clusters, databases']],
  ['no entry', [], ['fleets: must be a list of fleets, each with name, hub, clusters and databases']],
])('%s is refused with its path', (_what, fleets, faults) => {
  expect(faultsOf(...fleets)).toEqual(faults);
});

test('a fault of what is shared is told once, where it stands', () => {
  const shared = { ...(slack as Settings), channels: ['databases'] };
  const { faults } = read({ slack: shared, fleets: [entry('eu'), entry('us')] });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/^slack\.channels\[0\]: /);
});

test('what belongs to one fleet does not stand beside fleets', () => {
  const { faults } = read({ fleet: 'demo', databases: [], slack, fleets: [entry('eu')] });
  expect(faults).toEqual([
    'fleet: names the only fleet of a file; under `fleets` each has a `name`',
    'databases: belongs to one fleet: write it into the entries of `fleets`',
  ]);
});

test('the line of a fault is that of the file', () => {
  const faults: Fault[] = [];
  parse('slack: {}\nfleets:\n  - name: eu\n    databases:\n      - { name: postgres, replicas: "3" }\n', faults, 'several.yaml');
  expect(faults.find(({ path }) => path === 'fleets[0].databases[0].replicas')?.at).toBe('several.yaml, line 5');
});
