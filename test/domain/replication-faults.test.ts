import { expect, test } from 'vitest';
import type { PodReport, ServerReport } from '../../src/domain/replication-report.ts';
import { replicationFaults } from '../../src/domain/replication-faults.ts';
import { contains, replicationTable } from '../../src/domain/replication-table.ts';
import { testDatabase as database } from '../support/fleet.ts';

const CLUSTERS = ['tokyo', 'osaka', 'tokyo'];

const server: ServerReport = {
  version: 170_002,
  inRecovery: true,
  systemId: '7301',
  timeline: 2,
  receivedLsn: '0/5000000',
  receiver: 'streaming',
  standbys: [],
  slots: [],
  baseBackups: [],
  archiver: { mode: 'always', noop: true },
  settings: { syncNames: '', maxConnections: 100 },
  connections: 4,
  syncWaiters: 0,
  bytes: 15 * 1024 ** 2,
};
const { receivedLsn: _, receiver: __, ...disconnected } = server;
const seen = (index: number, fields = {}) => ({
  app: `postgres-${index}`,
  address: index === 1 ? '10.1.16.12' : '10.42.0.82',
  state: 'streaming',
  sync: 'async',
  replayLagBytes: 0,
  ...fields,
});
const primary: ServerReport = { ...disconnected, inRecovery: false, lsn: '0/5000000', standbys: [seen(1), seen(2)] };

const judge = (...answers: (ServerReport | string)[]) => {
  const pods = answers.map((answer, index): PodReport => ({
    pod: `postgres-${index}`,
    cluster: CLUSTERS[index] ?? '',
    ...(typeof answer === 'string' ? { error: answer } : { answer }),
  }));
  const table = replicationTable({ database, sliceSubnet: '10.1.0.0/16', phase: 'Ready', pods, missingSince: {}, askedAt: '2026-03-01T14:00:00Z' });
  const { problems, warnings } = replicationFaults(table, pods);
  return { table, codes: problems.map(({ code }) => code), what: problems[0]?.what, evidence: problems[0]?.evidence.join('\n') ?? '', warnings };
};

test('a primary with two streaming standbys has no fault, and each way is known', () => {
  const { table, codes, warnings } = judge(primary, server, server);
  expect([codes, warnings]).toEqual([[], []]);
  expect(table.rows.map(({ role, state, via }) => [role, state, via])).toEqual([
    ['primary', 'running', undefined],
    ['standby', 'streaming', 'slice'],
    ['standby', 'streaming', 'local'],
  ]);
  expect(table.notes).toEqual(['slots none', 'archive off (no-op)', 'sync off', 'size 15 MB', 'conns 4/100']);
});

test('two primaries come before everything else, the later promotion leading the table', () => {
  const { table, codes, evidence } = judge(primary, { ...primary, timeline: 3 }, server);
  expect(codes[0]).toBe('PGD-064');
  expect(table.primary?.pod).toBe('postgres-1');
  expect(evidence).toContain('postgres-1 on osaka takes writes: timeline 3');
});

test('without a primary the furthest pod is named', () => {
  const { codes, evidence, table } = judge('no answer in 2 s', server, { ...server, receivedLsn: '0/6000000' });
  expect(codes).toEqual(['PGD-063']);
  expect(evidence).toContain('postgres-2 is the furthest of those that answer (0/6000000)');
  expect(table.rows[0]).toMatchObject({ role: 'unknown', state: 'unreachable', error: 'no answer in 2 s' });
});

test('a standby that the primary does not see is missing, whether its pod answers or not', () => {
  const alone = { ...primary, standbys: [seen(1)] };
  expect(judge(alone, server, 'its pod does not exist')).toMatchObject({
    codes: ['PGD-062'],
    what: '1 of 2 standbys of demo/postgres does not stream',
  });
  expect(judge(alone, server, disconnected).evidence).toContain('it runs and its WAL receiver is not connected');
});

test('a standby on an older timeline without a connection has diverged, which comes before its absence', () => {
  expect(judge({ ...primary, timeline: 3, standbys: [seen(1)] }, { ...server, timeline: 3 }, disconnected).codes).toEqual(['PGD-065', 'PGD-062']);
});

test('commits that wait for a synchronous standby are told before the standby that is missing', () => {
  const waiting = { ...primary, standbys: [], settings: { ...primary.settings, syncNames: 'ANY 1 ("postgres-1")' }, syncWaiters: 3 };
  expect(judge(waiting, disconnected, disconnected).what).toBe('writes of demo/postgres wait for a synchronous standby');
});

test('a standby further behind than may take over is a fault, less is not', () => {
  expect(judge({ ...primary, standbys: [seen(1, { replayLagBytes: 65 * 1024 ** 2 }), seen(2)] }, server, server).what).toBe(
    'postgres-1 on osaka is 65 MB behind',
  );
  expect(judge({ ...primary, standbys: [seen(1, { replayLagBytes: 63 * 1024 ** 2 }), seen(2)] }, server, server).codes).toEqual([]);
});

test('a lost slot is a fault, an idle one a warning, and failing archiving too', () => {
  const slot = { name: 'postgres1', active: false, retainedBytes: 3_000_000 };
  expect(judge({ ...primary, slots: [{ ...slot, walStatus: 'lost' }] }, server, server).codes).toEqual(['PGD-065']);
  const archiver = { mode: 'always', noop: false, lastOk: '2026-03-01T10:00:00Z', lastFailure: '2026-03-01T11:00:00Z' };
  expect(judge({ ...primary, slots: [{ ...slot, walStatus: 'reserved' }], archiver }, server, server).warnings).toEqual([
    'slot postgres1 is inactive and holds 2.9 MB of WAL',
    'archiving fails since 2026-03-01T11:00:00Z',
  ]);
});

test.each([
  ['10.1.0.0/16', '10.1.255.254', true],
  ['10.1.0.0/16', '10.2.0.1', false],
  ['10.1.0.0/16', 'fe80::1', false],
])('%s contains %s: %s', (cidr, address, inside) => {
  expect(contains(cidr, address)).toBe(inside);
});

test('a standby that the primary counts as streaming but hears nothing from is cut off', () => {
  const silent = { ...primary, standbys: [seen(1, { replyAgeMs: 39_300 }), seen(2, { replyAgeMs: 9_900 })] };
  const { table, codes, evidence } = judge(silent, server, server);
  expect(table.rows.map(({ state }) => state)).toEqual(['running', 'silent', 'streaming']);
  expect(codes).toEqual(['PGD-062']);
  expect(evidence).toBe('postgres-1 on osaka: the primary has heard nothing from it for 39 s');
});
