import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { crossFaults } from '../../src/config/cross-faults.ts';
import { FLEET_RULES } from '../../src/config/fleet-rules.ts';
import { fileSchema, type PgdistFile } from '../../src/config/schema.ts';

const example = fileSchema.parse(parse(readFileSync(new URL('../../examples/pgdist.yaml', import.meta.url), 'utf8')));

type Draft = { -readonly [K in keyof PgdistFile]: PgdistFile[K] };
const changed = (change: (file: Draft) => void): PgdistFile => {
  const file: Draft = structuredClone(example);
  change(file);
  return file;
};
const placed = (file: Draft, from: string, to: string): void =>
  file.databases.forEach((database) => {
    database.placement = Object.fromEntries(Object.entries(database.placement).map(([name, indices]) => [name === from ? to : name, indices]));
  });
const renamed = (file: Draft, to: string): void => {
  placed(file, file.clusters[1]!.name, to);
  file.clusters[1]!.name = to;
};
const another = (file: Draft, name: string, namespace = 'demo'): void =>
  void file.databases.push({ ...structuredClone(file.databases[0]!), name, namespace });

/** What breaks each rule of the table, as a person would write it, and where it is told. */
const BROKEN: Readonly<Record<string, readonly [string, (file: Draft) => void, RegExp][]>> = {
  'more clusters than the slice has room for': [
    [
      'kubeslice.slice.maxClusters',
      (file) => {
        for (let index = file.clusters.length; index < 32; index += 1)
          file.clusters.push({ name: `c${index}`, gateway: { node: 'auto', interface: 'auto' } });
      },
      /less than the 32 clusters/,
    ],
  ],
  'a guaranteed bandwidth above the ceiling': [
    ['kubeslice.slice.bandwidthGuaranteedKbps', (file) => void (file.kubeslice.slice.bandwidthCeilingKbps = 1_000), /above the ceiling of 1000/],
  ],
  'names of slice and clusters that are too long together': [
    ['kubeslice.slice.name', (file) => renamed(file, 'w'.repeat(40)), /too long together: 65 characters/],
    ['kubeslice.slice.name', (file) => void (file.kubeslice.slice.name = '1-slice'), /must begin with a letter/],
  ],
  "a slice subnet in which the hub's own address lies": [
    ['kubeslice.slice.subnet', (file) => void (file.hub.apiServer = 'https://10.1.3.4:6443'), /address of the hub/],
  ],
  'a namespace on the slice in which others run': [
    ['databases[0].namespace', (file) => void (file.databases[0]!.namespace = 'kube-system'), /has pods of others/],
    ['databases[0].namespace', (file) => void (file.databases[0]!.namespace = 'kubeslice-demo-distributed-postgres'), /has pods of others/],
    ['kubedb.namespace', (file) => void (file.kubedb.namespace = 'open-cluster-management-agent'), /has pods of others/],
  ],
  'a cluster whose namespace on the hub somebody else uses': [
    ['clusters[1].name', (file) => renamed(file, 'kubedb'), /namespace on the hub already/],
    ['clusters[1].name', (file) => renamed(file, 'default'), /namespace on the hub already/],
  ],
  "a database in a cluster's namespace on the hub": [
    ['databases[0].namespace', (file) => void (file.databases[0]!.namespace = 'demo-worker'), /is a cluster/],
  ],
  'a database after which no Service can be named': [
    ['databases[0].name', (file) => void (file.databases[0]!.name = '1st'), /does not begin with a letter/],
  ],
  'databases of which one takes names that KubeDB makes of another': [
    ['databases[1].name', (file) => another(file, 'data-postgres', 'elsewhere'), /data-postgres-0 for both/],
    ['databases[1].name', (file) => another(file, 'postgres-pods'), /Service demo\/postgres-pods for both/],
  ],
};

test('every rule of the table is broken once here', () => {
  expect(Object.keys(BROKEN)).toEqual(FLEET_RULES.map(({ forbids }) => forbids));
});

test.each(Object.entries(BROKEN).flatMap(([forbids, cases]) => cases.map((one) => [forbids, ...one] as const)))(
  '%s is told at start, at %s',
  (_, path, change, words) => {
    expect(crossFaults(changed(change))).toEqual([{ path, message: expect.stringMatching(words) }]);
  },
);

test('the example breaks none, and neither do names that only look alike', () => {
  expect(crossFaults(example)).toEqual([]);
  expect(crossFaults(changed((file) => another(file, 'postgres-b')))).toEqual([]);
  expect(crossFaults(changed((file) => another(file, 'postgres-pods', 'elsewhere')))).toEqual([]);
});
