import { expect, test } from 'vitest';
import type { Database } from '../../src/domain/database.ts';
import type { Fleet } from '../../src/domain/fleet.ts';
import { placementProblems } from '../../src/domain/placement.ts';
import { plainText } from '../../src/domain/text.ts';
import { worthKnowing } from '../../src/domain/worth-knowing.ts';

const cluster = (name: string) => ({ name, context: name, gateway: { node: 'auto', interface: 'auto' } });
const fleet = {
  name: 'demo',
  hub: 'demo-controller',
  clusters: [cluster('demo-controller'), cluster('demo-worker'), cluster('tokyo')],
  kubeslice: { slice: { bandwidthCeilingKbps: 5120 } },
} as unknown as Fleet;
const database = (placement: Database['placement'], replicas = 3): Database => ({
  name: 'postgres',
  namespace: 'demo',
  version: '17.2',
  replicas,
  storage: '2Gi',
  placement,
  deletionPolicy: 'WipeOut',
});

test.each([
  ["the guide's placement", { 'demo-controller': [0, 2], 'demo-worker': [1] }, 3, []],
  ['more indices than replicas, to grow into', { 'demo-controller': [0, 2], 'demo-worker': [1, 3, 4] }, 3, []],
  ['a gap', { 'demo-controller': [0], 'demo-worker': [2] }, 2, ['replica index 1 missing: indices must run from 0 to 2 without a gap']],
  ['too few indices', { 'demo-controller': [0] }, 3, ['replica indices 1, 2 missing: indices must run from 0 to 2 without a gap']],
  ['an index twice', { 'demo-controller': [0, 1], tokyo: [1] }, 2, ['replica index 1 is placed 2 times (demo-controller, tokyo)']],
  ['a negative index', { 'demo-controller': [-1, 0] }, 1, ['replica index -1 of demo-controller is not a whole number of 0 or more']],
  ['another fleet’s cluster', { osaka: [0] }, 1, ['placement names cluster osaka, which is not in fleet demo (demo-controller, demo-worker, tokyo)']],
])('judges %s', (_, placement, replicas, problems) => {
  expect(placementProblems(fleet, database(placement, replicas))).toEqual(problems);
});

test('tells which cluster writes depend on, what the slice allows and what deletion destroys', () => {
  expect(worthKnowing(fleet, database({ 'demo-controller': [0, 2], 'demo-worker': [1] }))).toEqual([
    'If demo-controller (2 of 3 voters) is lost: writes stop until it is back',
    'If demo-worker (1 of 3 voters) is lost: writes go on. Rows at risk, were the primary there: what no standby of another cluster has yet, up to 64 MB of WAL; ' +
      'in seconds unknown, as replication is asynchronous',
    'If demo-controller is lost: nothing can be deployed or repaired meanwhile, as KubeDB, KubeSlice and OCM run there',
    'Slice ceiling 5.1 Mbit/s: copying a full volume of 2Gi to a new standby takes about 56 min, ' +
      'and a remote standby is lost to a primary that writes twice as much after 42 min, to a faster one sooner',
    'deletionPolicy `WipeOut`: deleting the Postgres object destroys volumes, secrets and backups',
  ]);
});

const losses = (placement: Record<string, number[]>, replicas?: number): string[] =>
  worthKnowing(fleet, database(placement, replicas))
    .map(plainText)
    .filter((sentence) => sentence.startsWith('If '));

test('three clusters with a voter each survive the loss of any one, which is one sentence', () => {
  const [first, second, ...more] = losses({ 'demo-controller': [0], 'demo-worker': [1], tokyo: [2] });
  expect(first).toMatch(/^If demo-controller \(1 of 3 voters\) or demo-worker \(1 of 3 voters\) or tokyo \(1 of 3 voters\) is lost: writes go on\./);
  expect(second).toMatch(/^If demo-controller is lost: nothing can be deployed/);
  expect(more).toEqual([]);
});

test('where the arbiter of an even number decides, nobody knows, and that is said', () => {
  const [stop] = losses({ 'demo-controller': [0, 1, 2], 'demo-worker': [3] }, 4);
  expect(stop).toBe('If demo-controller (3 of 4 voters) is lost: writes stop until it is back');
  expect(losses({ 'demo-controller': [0], 'demo-worker': [1] }, 2)[0]).toMatch(/is lost: whether writes go on is unknown/);
});

test('a database in one cluster has nothing to lose but all of it', () => {
  expect(losses({ 'demo-controller': [0] }, 1)).toEqual(['If demo-controller (1 of 1 voters) is lost: writes stop until it is back']);
});

test('a hub without replicas is told as lost too: the database goes on there and nobody can mend it', () => {
  expect(losses({ tokyo: [0] }, 1)).toEqual([
    'If tokyo (1 of 1 voters) is lost: writes stop until it is back',
    'If demo-controller is lost: nothing can be deployed or repaired meanwhile, as KubeDB, KubeSlice and OCM run there',
  ]);
});

test('what a database that waits for other standbys than any one would lose is not claimed to be known', () => {
  const placed = database({ 'demo-controller': [0], 'demo-worker': [1], tokyo: [2] });
  const there = { kind: 'there', replicas: 3, placedBy: 'postgres-placement', streamingMode: 'Synchronous' } as const;
  const told = (synchronous?: string): string =>
    plainText(worthKnowing(fleet, placed, { ...there, ...(synchronous === undefined ? {} : { synchronous }) })[0]!);
  expect(told()).toContain('No acknowledged row is at risk');
  expect(told('numSyncReplicas 2')).toBe(
    'If a cluster is lost: what becomes of writes and of acknowledged rows is not known, as the database has a synchronousReplicationConfig of its own (numSyncReplicas 2)',
  );
});
