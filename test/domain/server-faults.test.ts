import { expect, test } from 'vitest';
import { judged, primary, standby } from '../support/judged.ts';
import type { ServerReport } from '../../src/domain/replication-report.ts';

const GB = 1024 ** 3;
/** What is told first, as one text. */
const judge = (...said: Parameters<typeof judged>) => {
  const { codes, problems, warnings } = judged(...said);
  const [first] = problems;
  return { codes, words: first === undefined ? '' : [first.what, ...first.evidence, first.remedy].join('\n'), warnings };
};
const of = (fields: Partial<ServerReport>) => judge({ answer: { ...primary, ...fields } }, { answer: standby }, { answer: standby });
const volume = (holds: 'data' | 'WAL', free: number) => ({
  holds,
  mount: holds === 'data' ? '/var/pv' : '/var/wal',
  bytes: 100 * GB,
  freeBytes: free * GB,
});
const failing = { mode: 'always', noop: false, lastOk: '2026-03-01T10:00:00Z', lastFailure: '2026-03-01T11:00:00Z' };

test.each([
  ['2.9 % free', 2.9, ['PGD-072'], []],
  ['3 % free', 3, [], [expect.stringContaining('is 97 % full: 3 GB of 100 GB are free')]],
  ['14 % free', 14, [], [expect.stringContaining('postgres-0 on tokyo: the volume of data (/var/pv) is 86 % full')]],
  ['15 % free', 15, [], []],
])('a volume with %s', (_title, free, codes, warnings) => {
  expect(of({ volumes: [volume('data', free)] })).toMatchObject({ codes, warnings });
});

test('a full volume of the WAL is told with what holds the WAL, and with what makes it larger', () => {
  const slots = [{ name: 'barman', active: false, logical: false, retainedBytes: 90 * GB }];
  const { codes, words } = of({ volumes: [volume('data', 50), volume('WAL', 1)], slots, archiver: failing, unarchived: 5_000 });
  expect(codes[0]).toBe('PGD-072');
  for (const word of [
    'the volume of the WAL (/var/wal) is 99 % full',
    'slot barman has no reader and holds 90 GB',
    '5000 WAL files wait',
    'VolumeExpansion',
  ])
    expect(words).toContain(word);
  expect(words).not.toContain('(/var/pv)');
});

test('the volume of a standby counts as well, and so it does where no primary answers', () => {
  const full = { answer: { ...standby, volumes: [volume('data', 1)] } };
  expect(judge({ answer: primary }, full, { answer: standby }).words).toContain('postgres-1 on osaka');
  expect(judge({ error: 'gone', down: true }, full, { answer: standby }).codes).toEqual(['PGD-072', 'PGD-063']);
});

test('of volumes that nobody told anything of nothing is said', () => {
  expect(of({})).toEqual({ codes: [], words: '', warnings: [] });
});

test.each([
  [96, []],
  [97, ['PGD-073']],
  [99, ['PGD-073']],
])('%i connections of 97', (connections, codes) => {
  expect(of({ connections }).codes).toEqual(codes);
});

test('a primary that takes not even a superuser is told as full, never as silent or gone', () => {
  const { codes, words } = judge({ error: 'FATAL: sorry, too many clients already', full: true }, { answer: standby }, { answer: standby });
  expect(codes).toEqual(['PGD-073']);
  expect(words).toContain('postgres-0 on tokyo takes no more connections');
  expect(words).toContain('sorry, too many clients already');
});

test.each([
  ['nine files wait', { archiver: failing, unarchived: 9 }, [], ['9 WAL files wait to be archived and stay on the volume']],
  ['ten files wait', { archiver: failing, unarchived: 10 }, ['PGD-074'], []],
  ['it succeeded since', { archiver: { ...failing, lastOk: '2026-03-01T12:00:00Z' }, unarchived: 10 }, [], []],
  ["it is KubeDB's no-op", { archiver: { ...failing, noop: true }, unarchived: 10 }, [], []],
])('an archive that failed, and %s', (_title, fields, codes, warnings) => {
  const found = of(fields);
  expect(found.codes).toEqual(codes);
  expect(found.warnings).toEqual(warnings.map((words) => expect.stringContaining(words)));
});

test.each([
  ['blocks nobody for a minute', { count: 1, oldestMs: 60_000, blocks: 0 }, []],
  ['blocks somebody for five seconds', { count: 1, oldestMs: 5_000, blocks: 1 }, []],
  ['blocks somebody for a minute', { count: 1, oldestMs: 60_000, blocks: 1 }, ['PGD-075']],
  ['blocks nobody for two hours', { count: 1, oldestMs: 7_200_000 }, ['PGD-075']],
])('a prepared transaction that %s', (_title, prepared, codes) => {
  expect(of({ prepared }).codes).toEqual(codes);
});

test('the name of a prepared transaction is quoted as SQL takes it, and is no markup', () => {
  const oldest = { gid: "it's `1` **2**", database: 'shop', owner: 'app' };
  const { words } = of({ prepared: { count: 3, oldestMs: 7_200_000, oldest } });
  expect(words).toContain("ROLLBACK PREPARED 'it''s `1` **2**';");
  expect(words).toContain("the oldest is 'it's `1` **2**' of app in database shop");
});

test('who runs out of transaction ids is told what may hold vacuum back', () => {
  const slots = [{ name: 'cdc', active: false, logical: true }];
  const { words } = of({ xidAge: 2_000_000_000, oldestTransactionMs: 86_400_000, prepared: { count: 1, oldestMs: 3_000_000 }, slots });
  for (const word of ['the oldest transaction is open for 24 h', 'the oldest prepared transaction is 50 min old', 'slot cdc has no reader'])
    expect(words).toContain(word);
});

test('of two primaries the one of the older timeline is told with what nobody else has', () => {
  const history = [{ timeline: 2, endedAt: '0/5000000' }];
  const { words } = judge({ answer: primary }, { answer: { ...primary, timeline: 3, history } }, { answer: standby });
  expect(words).toContain('timeline 2 was left at 0/5000000; it has 16 MB of WAL beyond that, which nobody else has');
});

const at = (aheadMs: number, answer: ServerReport = standby) => ({ answer, clock: { aheadMs, withinMs: 500 } });

test.each([
  ['10.4 s', [10_400, 0, 0], []],
  ['a minute ahead', [60_000, 0, 0], ["the clock of postgres-0 on tokyo is 60 s ahead of that of pgdist's worker"]],
  ['a minute behind', [0, -60_000, 0], ["the clock of postgres-1 on osaka is 60 s behind that of pgdist's worker"]],
  ['a minute in all of them', [60_000, 61_000, 60_000], ["the clock of pgdist's worker is 60 s behind those of all servers"]],
])('clocks that differ by %s', (_title, [first = 0, ...others], wanted) => {
  const { codes, warnings } = judge(at(first, primary), ...others.map((ms) => at(ms)));
  expect(codes).toEqual([]);
  expect(warnings).toEqual(wanted.map((words) => expect.stringContaining(words)));
});
