import { expect, test } from 'vitest';
import type { PodReport, ServerReport } from '../../src/domain/replication-report.ts';
import { replicationFaults } from '../../src/domain/replication-faults.ts';
import { contains, replicationTable } from '../../src/domain/replication-table.ts';
import { plainText } from '../../src/domain/text.ts';
import { testDatabase as database } from '../support/fleet.ts';
import { seenStandby, standby } from '../support/judged.ts';

const CLUSTERS = ['tokyo', 'osaka', 'tokyo'];

const { replayedLsn: ___, ...received } = standby;
const server: ServerReport = { ...received, bytes: 15 * 1024 ** 2 };
const { receivedLsn: _, receiver: __, ...disconnected } = server;
const seen = (index: number, fields = {}) => seenStandby(index, { address: index === 1 ? '10.1.16.12' : '10.42.0.82', ...fields });
const primary: ServerReport = { ...disconnected, inRecovery: false, lsn: '0/5000000', standbys: [seen(1), seen(2)] };

const down = (error: string) => ({ error, down: true as const });
type Said = ServerReport | string | ReturnType<typeof down>;

const judge = (...answers: Said[]) => judgeAs('Ready', ...answers);
const judgeAs = (phase: string, ...answers: Said[]) => {
  const pods = answers.map((answer, index): PodReport => ({
    pod: `postgres-${index}`,
    cluster: CLUSTERS[index] ?? '',
    ...(typeof answer === 'string' ? { error: answer } : 'error' in answer ? answer : { answer }),
  }));
  const table = replicationTable({ database, sliceSubnet: '10.1.0.0/16', phase, pods, missingSince: {}, askedAt: '2026-03-01T14:00:00Z' });
  const { problems, warnings } = replicationFaults(table, pods, 'tokyo');
  return {
    table,
    codes: problems.map(({ code }) => code),
    what: problems[0] === undefined ? undefined : plainText(problems[0].what),
    evidence: problems[0]?.evidence.join('\n') ?? '',
    remedy: problems[0] === undefined ? undefined : plainText(problems[0].remedy),
    warnings,
  };
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
  const { codes, what, evidence, table } = judge(down('its pod does not exist'), server, { ...server, receivedLsn: '0/6000000' });
  expect([codes, what]).toEqual([['PGD-063'], 'demo/postgres has no primary']);
  expect(evidence).toContain('postgres-2 is the furthest of those that answer (0/6000000)');
  expect(table.rows[0]).toMatchObject({ role: 'unknown', state: 'down', error: 'its pod does not exist' });
});

const WAYS_NOT_TO_BE_HEARD = [
  'tokyo cannot be asked: no answer in 2.6 s',
  'tokyo cannot be asked: connection refused',
  'its container cannot be entered: error dialing backend: dial tcp 10.0.0.1:10250: i/o timeout (HTTP 500)',
  'exec was refused: pods "postgres-0" is forbidden',
  'canceling statement due to statement timeout',
  'sorry, too many clients already',
  'the connection to its container broke',
  'its answer could not be read',
];

test.each(WAYS_NOT_TO_BE_HEARD)(
  'a server that was not heard (%s) is not taken for down: nothing is said of writes, and nobody is sent to promote',
  (error) => {
    const hearing = judge(error, { ...server, receiverAgeMs: 1_000 }, { ...server, receiverAgeMs: 20_000 });
    expect(hearing.codes).toEqual(['PGD-066']);
    expect(hearing.what).toBe('Nobody could ask postgres-0 on tokyo; postgres-1 still receives from the primary (1 s ago) of demo/postgres');
    expect(hearing.table.rows[0]).toMatchObject({ role: 'unknown', state: 'unheard' });
    const alone = judge(error, disconnected, down('its pod does not exist'));
    expect(alone.what).toBe('Nobody could ask postgres-0 on tokyo, and no other server of demo/postgres is a primary');
    expect(alone.remedy).toContain('Promote nothing before');
    for (const { what, remedy, evidence } of [hearing, alone])
      expect([what, remedy, evidence].join('\n')).not.toMatch(/no primary|takes no writes|ForceFailOver/);
  },
);

test('a database that the hub does not declare and nobody runs is not deployed, which is not an outage', () => {
  const gone = down('its pod does not exist');
  expect(judgeAs('not declared', gone, gone, gone)).toMatchObject({
    codes: ['PGD-070'],
    what: 'postgres is not deployed yet',
    remedy: 'Deploy it: `/pgdist deploy postgres`.',
  });
  expect(judgeAs('not declared', gone, gone, 'osaka cannot be asked: no answer in 2.6 s').codes).toEqual(['PGD-066']);
  expect(judgeAs('not declared', gone, server, gone).codes).toEqual(['PGD-063']);
});

test('a standby that the primary does not see is missing, whether its pod answers or not', () => {
  const alone = { ...primary, standbys: [seen(1)] };
  expect(judge(alone, server, down('its pod does not exist'))).toMatchObject({
    codes: ['PGD-062'],
    what: '1 of 2 standbys of demo/postgres does not stream',
  });
  expect(judge(alone, server, disconnected).evidence).toContain('it runs and its WAL receiver is not connected');
});

test('a standby on an older timeline without a connection has diverged, and is not told as missing too', () => {
  expect(judge({ ...primary, timeline: 3, standbys: [seen(1)] }, { ...server, timeline: 3 }, disconnected).codes).toEqual(['PGD-065']);
});

const STALLED: readonly (readonly [string, Partial<ServerReport>, string])[] = [
  ['no standby streams and sessions wait', { standbys: [], syncWaiters: 3 }, '3 sessions wait'],
  ['no standby streams and nobody commits now', { standbys: [] }, 'no session waits now'],
  ['the names are those of nobody', { standbys: [seen(1), seen(2)] }, 'standbys that stream: postgres-1, postgres-2'],
];

test.each(STALLED)('commits wait for a synchronous standby where %s, which comes before a standby that is missing', (_, fields, fact) => {
  const settings = { ...primary.settings, syncNames: 'ANY 1 ("postgres-9")' };
  const { codes, what, evidence } = judge({ ...primary, ...fields, settings }, disconnected, disconnected);
  expect([codes[0], what]).toEqual(['PGD-068', 'Commits of demo/postgres wait for a synchronous standby, and none streams']);
  expect(evidence).toContain(fact);
  expect(judge({ ...primary, ...fields, settings: { ...settings, waitsForSync: false } }, server, server).codes).not.toContain('PGD-068');
});

test('a primary that refuses writes by a setting is not healthy', () => {
  expect(judge({ ...primary, settings: { ...primary.settings, readOnly: true } }, server, server)).toMatchObject({
    codes: ['PGD-069'],
    evidence: 'default_transaction_read_only is on in postgres-0 on tokyo',
  });
});

test('a standby that does not replay is told by why it does not, and its lag is not told again', () => {
  const behind = { ...primary, standbys: [seen(1, { replayLagBytes: 70 * 1024 ** 2 }), seen(2)] };
  const reports: readonly (readonly [Partial<ServerReport>, string])[] = [
    [{ replayPaused: true }, 'Replay is paused in postgres-1 on osaka'],
    [{ replayBehindMs: 7_200_000, settings: { ...server.settings, applyDelayMs: 7_200_000 } }, 'recovery_min_apply_delay is 2 h'],
    [{ replayBehindMs: 7_200_000, replayWaits: 'RecoveryConflictSnapshot' }, 'its replay waits: RecoveryConflictSnapshot'],
    [{ replayBehindMs: 7_200_000 }, 'postgres-1 on osaka has not replayed anything newer than 2 h'],
  ];
  for (const [fields, words] of reports) {
    const { codes, what, evidence } = judge(behind, { ...server, ...fields }, server);
    expect(codes).toEqual(['PGD-067']);
    expect([what, evidence].join('\n')).toContain(words);
  }
  expect(judge(primary, { ...server, replayBehindMs: 60_000 }, server).codes).toEqual([]);
});

test('a standby further behind than may take over is a fault, less is not', () => {
  expect(judge({ ...primary, standbys: [seen(1, { replayLagBytes: 65 * 1024 ** 2 }), seen(2)] }, server, server).what).toBe(
    'postgres-1 on osaka is 65 MB behind',
  );
  expect(judge({ ...primary, standbys: [seen(1, { replayLagBytes: 63 * 1024 ** 2 }), seen(2)] }, server, server).codes).toEqual([]);
});

const slot = { active: false, retainedBytes: 3_000_000, logical: false };

test.each(['postgres_1', 'postgres1', 'Postgres-1'])('a slot of a standby (%s) that lost its WAL is a fault, an idle one a warning', (name) => {
  expect(judge({ ...primary, slots: [{ ...slot, name, walStatus: 'lost' }] }, server, server)).toMatchObject({
    codes: ['PGD-065'],
    what: `replication slot ${name} lost the WAL that standby postgres-1 needs`,
  });
  expect(judge({ ...primary, slots: [{ ...slot, name, walStatus: 'reserved' }] }, server, server).warnings).toEqual([
    `slot ${name} is inactive and holds 2.9 MB of WAL`,
  ]);
});

test.each([
  [
    { ...slot, name: 'debezium', logical: true, plugin: 'pgoutput', database: 'shop', walStatus: 'lost' },
    'logical decoding with pgoutput of database shop',
  ],
  [{ ...slot, name: 'postgres_1', logical: true, walStatus: 'lost' }, 'logical decoding'],
  [{ ...slot, name: 'barman', walStatus: 'lost' }, 'not of a standby of this database'],
  [{ ...slot, name: 'barman', walStatus: 'unreserved', app: 'barman_receive_wal' }, 'read by barman_receive_wal'],
  [{ ...slot, name: 'barman', walStatus: 'extended' }, 'has no reader and holds 2.9 MB of WAL'],
])('a slot of others in trouble ($name, $walStatus) leaves the database healthy and names its owner', (of, words) => {
  const { codes, warnings } = judge({ ...primary, slots: [of] }, server, server);
  expect(codes).toEqual([]);
  expect(warnings.join()).toContain(words);
});

test('what a server should be looked at for is a warning while it is well', () => {
  const worn = {
    ...primary,
    connections: 90,
    oldestTransactionMs: 7_200_000,
    prepared: { count: 2, oldestMs: 3_600_000 },
    xidAge: 600_000_000,
    archiver: { mode: 'always', noop: false, lastOk: '2026-03-01T10:00:00Z', lastFailure: '2026-03-01T11:00:00Z' },
  };
  const { codes, warnings } = judge(worn, server, server);
  expect(codes).toEqual([]);
  expect(warnings).toEqual([
    '90 of 97 connections of postgres-0 are taken',
    'the oldest transaction in postgres-0 is open for 2 h: vacuum cannot clean behind it',
    '2 prepared transactions in postgres-0, the oldest for 60 min: they hold locks and vacuum',
    'the oldest transaction id in postgres-0 is 600 million transactions old: autovacuum does not keep up',
    'archiving from postgres-0 fails, last at 2026-03-01T11:00:00Z: how many WAL files wait was not told in time',
  ]);
  expect(judge({ ...worn, xidAge: 2_000_000_000 }, server, server).codes).toEqual(['PGD-071']);
});

test('a size that the server did not tell in time is left out with a word', () => {
  const { bytes: ___, ...unsized } = primary;
  const { codes, table } = judge(unsized, server, server);
  expect([codes, table.notes]).toEqual([[], ['slots none', 'archive off (no-op)', 'sync off', 'size not told in time', 'conns 4/100']]);
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
