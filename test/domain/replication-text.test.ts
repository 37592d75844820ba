import { expect, test } from 'vitest';
import { replicationText } from '../../src/domain/replication-text.ts';
import type { ReplicationRow, ReplicationTable } from '../../src/domain/replication.ts';

const NOW = new Date('2026-03-01T14:08:31Z');

const row = (fields: Partial<ReplicationRow> & Pick<ReplicationRow, 'pod' | 'cluster'>): ReplicationRow => ({
  role: 'standby',
  state: 'streaming',
  ...fields,
});

const table: ReplicationTable = {
  database: 'postgres',
  namespace: 'demo',
  version: '17.2',
  phase: 'Ready',
  primary: { pod: 'postgres-0', cluster: 'demo-controller' },
  timeline: 2,
  lsn: '0/50001B0',
  rows: [
    row({ pod: 'postgres-0', cluster: 'demo-controller', role: 'primary', state: 'running', timeline: 2 }),
    row({ pod: 'postgres-1', cluster: 'demo-worker', timeline: 2, lagBytes: 0, delayMs: 2, sync: 'async', via: 'slice' }),
    row({ pod: 'postgres-2', cluster: 'demo-controller', state: 'missing' }),
  ],
  notes: ['slots none', 'archive off (no-op)', 'sync off', 'size 15 MB', 'conns 4/100'],
  askedAt: '2026-03-01T14:08:23Z',
};

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

test('shows one row per expected replica, with those that cannot be seen', () => {
  const text = replicationText(table, NOW);
  expect(text).toBe(
    [
      'demo/postgres 17.2  Ready  primary postgres-0@demo-controller  TL 2  0/50001B0',
      'POD         CLUSTER          ROLE     STATE     TL  LAG    DELAY  SYNC   VIA',
      'postgres-0  demo-controller  primary  running    2  -      -      -      -',
      'postgres-1  demo-worker      standby  streaming  2  0 B    2 ms   async  slice',
      'postgres-2  demo-controller  standby  missing    ?  ?      ?      -      -',
      'slots none | archive off (no-op) | sync off | size 15 MB | conns 4/100',
      'asked 8 s ago',
    ].join('\n'),
  );
  expect(widest(text)).toBeLessThanOrEqual(78);
});

test('keeps to 78 columns with long names by cutting the widest column', () => {
  const long = {
    ...table,
    database: 'customer-transactions-production',
    primary: { pod: 'customer-transactions-production-0', cluster: 'frankfurt-datacenter-1' },
    rows: [
      row({ pod: 'customer-transactions-production-0', cluster: 'frankfurt-datacenter-1', role: 'primary', state: 'running', timeline: 12 }),
      row({ pod: 'customer-transactions-production-1', cluster: 'tokyo-1', timeline: 12, lagBytes: 812_000_000, delayMs: 5_400_000, sync: 'quorum' }),
    ],
  };
  const text = replicationText(long, NOW);
  expect(widest(text)).toBeLessThanOrEqual(78);
  expect(text).toContain('774 MB');
  expect(text).toContain('1.5 h');
});

test('says since when a replica is gone and why its pod did not answer', () => {
  const missing = row({
    pod: 'postgres-2',
    cluster: 'demo-controller',
    state: 'missing',
    error: 'pod does not exist',
    missingSince: { at: '2026-03-01T14:04:10Z', source: 'ManifestWork not Available' },
  });
  const lines = replicationText({ ...table, rows: [...table.rows.slice(0, 2), missing] }, NOW).split('\n');
  expect(lines.slice(-2)).toEqual(['postgres-2: gone since 2026-03-01T14:04:10Z (ManifestWork not Available), pod', 'does not exist']);
});
