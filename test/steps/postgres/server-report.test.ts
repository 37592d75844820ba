import { expect, test } from 'vitest';
import { replicationFaults } from '../../../src/domain/replication-faults.ts';
import { replicationTable } from '../../../src/domain/replication-table.ts';
import { replicationText } from '../../../src/domain/replication-text.ts';
import type { PodReport } from '../../../src/domain/replication-report.ts';
import { parseServerReport } from '../../../src/steps/postgres/server-report.ts';
import { testDatabase } from '../../support/fleet.ts';

const NOW = new Date('2026-11-22T14:00:00.000Z');
const standby = { app: 'pg-1', addr: '10.1.0.7/32', state: 'streaming', sync: 'async', replay_bytes: 0, replay_s: 0.001, reply_age_s: 1 };
const primary = {
  v: 170_002,
  rec: false,
  sysid: '7301',
  tli: 1,
  lsn: '0/50001B0',
  recv: null,
  replay: null,
  paused: null,
  receiver: null,
  standbys: [standby],
  slots: [{ name: 's', active: true, wal_status: 'reserved', retained_bytes: 5 }],
  basebackups: [{ phase: 'streaming', done: 1, total: 2 }],
  archiver: { mode: 'off', noop: true, last_ok: null, last_fail: null },
  set: { sync_names: '', max_conn: 100 },
  conns: 3,
  sync_waiters: 0,
  bytes: 8_000_000,
};
const replica = {
  ...primary,
  rec: true,
  lsn: null,
  recv: '0/50001B0',
  replay: '0/50001A0',
  paused: false,
  receiver: { status: 'streaming' },
  standbys: [],
};

const df = `Filesystem           1024-blocks    Used Available Capacity Mounted on
/dev/longhorn/pvc-4c1f   2031440  406288   1608768  21% /var/pv
/dev/longhorn/pvc-77de   1015720  1013000        0 100% /var/lib/wal volume`;

/** What psql may print in the place of any value. */
const JUNK = [
  'null',
  'true',
  '-1',
  '1e999',
  '-1e999',
  '1e308',
  'NaN',
  '"nan"',
  '"FFFFFFFFFFF/G"',
  '"/"',
  '"0x1/0x2"',
  '"1/2/3"',
  '""',
  `"${'9'.repeat(300)}"`,
  '[]',
  '{}',
  '[null]',
  '{"__proto__":{"a":1}}',
];

const leaves = (value: unknown, path: readonly string[] = []): (readonly string[])[] => [
  ...(path.length === 0 ? [] : [path]),
  ...(typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key])) : []),
];
const withJunk = (value: unknown, [key, ...rest]: readonly string[], junk: string): string => {
  if (key === undefined) return junk;
  const entries = Object.entries(value as object).map(([name, inner]): [string, string] => [
    name,
    name === key ? withJunk(inner, rest, junk) : JSON.stringify(inner),
  ]);
  return Array.isArray(value) ? `[${entries.map(([, text]) => text).join()}]` : `{${entries.map(([name, text]) => `"${name}":${text}`).join()}}`;
};

/** What is told of a database of two pods, of which one answers so; undefined where its answer is not taken. */
const toldOf = (text: string): string | undefined => {
  const answer = (() => {
    try {
      return parseServerReport(text);
    } catch {
      return undefined;
    }
  })();
  if (answer === undefined) return undefined;
  const others: PodReport[][] = [
    [{ pod: 'pg-1', cluster: 'osaka', error: 'no answer' }],
    [{ pod: 'pg-1', cluster: 'osaka', answer: parseServerReport(JSON.stringify(replica)) }],
  ];
  return others
    .map((other) => {
      const pods = [{ pod: 'pg-0', cluster: 'tokyo', answer }, ...other];
      const table = replicationTable({
        database: testDatabase,
        sliceSubnet: '10.1.0.0/16',
        phase: 'Ready',
        pods,
        missingSince: {},
        askedAt: NOW.toISOString(),
      });
      return JSON.stringify([replicationText(table, NOW), replicationFaults(table, pods, 'tokyo')]);
    })
    .join('\n');
};

test('the answers of a primary and of a standby are taken', () => {
  expect(toldOf(JSON.stringify(primary))).toContain('0/50001B0');
  expect(toldOf(JSON.stringify(replica))).toContain('has no primary');
});

test.each([
  ['primary', primary],
  ['standby', replica],
] as const)('whatever stands in one place of the answer of a %s is refused, or told without an error and in few words', (_, answer) => {
  for (const path of leaves(answer))
    for (const junk of JUNK) {
      const told = toldOf(withJunk(answer, path, junk));
      const where = `${path.join('.')} is ${junk}`;
      expect(told?.length ?? 0, where).toBeLessThan(6_000);
      expect(told ?? '', where).not.toMatch(/\bNaN\b|Infinity|undefined|\[object/);
    }
});

test.each(['FFFFFFFFFFF/1', '0/G', '0', '/', '-1/0', '0x1/0', '1/2/3'])('%s is no position in the WAL, so the answer is not taken', (lsn) => {
  expect(toldOf(JSON.stringify({ ...replica, recv: lsn }))).toBeUndefined();
  expect(toldOf(JSON.stringify({ ...primary, lsn }))).toBeUndefined();
});

test('what the slower questions and df add is taken line by line, whatever is missing between', () => {
  const lines = [
    { ...primary, now_s: 1_800_000_000.25 },
    { unarchived: 3 },
    { history: '1\t0/3000148\tno recovery target specified\n\n2\t0/5000000\tx' },
  ];
  const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n${df}\n`;
  expect(parseServerReport(text)).toMatchObject({
    clockMs: 1_800_000_000_250,
    unarchived: 3,
    history: [
      { timeline: 1, endedAt: '0/3000148' },
      { timeline: 2, endedAt: '0/5000000' },
    ],
    volumes: [
      { holds: 'data', mount: '/var/pv', bytes: (406_288 + 1_608_768) * 1024, freeBytes: 1_608_768 * 1024 },
      { holds: 'WAL', mount: '/var/lib/wal volume', bytes: 1_013_000 * 1024, freeBytes: 0 },
    ],
  });
});

test.each([
  ['is not there', 'sh: timeout: not found'],
  ['fails', 'df: /var/pv/data: No such file or directory'],
  ['prints something else', 'Filesystem Size Used Avail Use% Mounted on\noverlay 90G 42G 44G 49% /'],
  ['has a filesystem of no size', 'Filesystem 1024-blocks Used Available Capacity Mounted on\nproc 0 0 0 0% /proc'],
])('a df that %s tells nothing of the volumes', (_, said) => {
  const report = parseServerReport(`${JSON.stringify(primary)}\n${said}\n`);
  expect(report.volumes).toBeUndefined();
  expect(report.lsn).toBe('0/50001B0');
});
