import { expect, test } from 'vitest';
import { synchronousNeeded } from '../../src/domain/sync-names.ts';
import { judged, primary, seenStandby, standby } from '../support/judged.ts';

test.each([
  ['', 0],
  ['   ', 0],
  ['*', 1],
  ['a, b, c', 1],
  ['"postgres-1","postgres-2"', 1],
  ['ANY 1 ("postgres-1","postgres-2")', 1],
  ['any 2 (a, b)', 2],
  ['FIRST 3 (a,b,c)', 3],
  ['2 (a, b)', 2],
  ['ANY 2(a,b)', 2],
])('each commit by synchronous_standby_names %s waits for %i standbys', (names, needed) => {
  expect(synchronousNeeded(names)).toBe(needed);
});

const settingsWith = (syncNames: string, more = {}) => ({ ...primary.settings, syncNames, ...more });
const with_ = (fields: object) => judged({ answer: { ...primary, ...fields } }, { answer: standby }, { answer: standby });

test.each([
  [
    'ANY 2 ("postgres-1","postgres-9")',
    [seenStandby(1, { sync: 'quorum' }), seenStandby(2)],
    'wait for 2 synchronous standbys, and only 1 of them streams',
  ],
  ['FIRST 2 (a, b)', [seenStandby(1), seenStandby(2)], 'wait for 2 synchronous standbys, and none of them streams'],
  ['3 (a, b, c)', [seenStandby(1, { sync: 'sync' }), seenStandby(2, { sync: 'sync' })], 'wait for 3 synchronous standbys, and only 2 of them stream'],
  ['ANY 2 (*)', [seenStandby(1, { sync: 'quorum' }), seenStandby(2, { sync: 'quorum', state: 'catchup' })], 'only 1 of them streams'],
])('commits wait where fewer standbys stream than %s asks for', (names, standbys, words) => {
  const { problems } = with_({ standbys, settings: settingsWith(names) });
  expect(problems[0]).toMatchObject({ code: 'PGD-068', what: expect.stringContaining(words) as string });
});

test('a quorum that is there is well, and commits that wait for it for longer than it takes to confirm are not', () => {
  const quorum = {
    standbys: [1, 2].map((index) => seenStandby(index, { sync: 'quorum' })),
    settings: settingsWith('ANY 2 (*)', { syncCommit: 'remote_apply' }),
  };
  expect(with_({ ...quorum, syncWaiters: 2, syncWaitMs: 900 }).codes).toEqual([]);
  expect(with_({ ...quorum, syncWaiters: 2, syncWaitMs: 42_000 }).problems[0]).toMatchObject({
    code: 'PGD-068',
    what: 'Commits of demo/postgres wait for postgres-1 and postgres-2, which stream and do not confirm them',
    evidence: expect.arrayContaining(['2 sessions wait, the longest for 42 s', 'synchronous_commit is remote_apply']) as string[],
  });
});

const readOnlyBy = (source: string, file?: string) =>
  with_({ settings: { ...primary.settings, readOnly: true, readOnlyBy: { source, ...(file === undefined ? {} : { file }) } } }).problems[0];

test.each([
  ['configuration file', '/var/pv/data/postgresql.auto.conf', 'ALTER SYSTEM RESET default_transaction_read_only'],
  ['user', undefined, 'BEGIN READ WRITE; ALTER ROLE postgres RESET default_transaction_read_only; COMMIT'],
  ['database', undefined, 'BEGIN READ WRITE; ALTER DATABASE postgres RESET default_transaction_read_only; COMMIT'],
])('a setting that refuses writes and comes from %s %s is taken back there: %s', (source, file, statement) => {
  expect(readOnlyBy(source, file)).toMatchObject({ code: 'PGD-069' });
  expect(readOnlyBy(source, file)?.typed[0]).toBe(
    `kubectl --context tokyo -n demo exec postgres-0 -c postgres -- psql -U postgres -c '${statement}'`,
  );
});

test.each([
  ['configuration file', '/etc/config/user.conf'],
  ['command line', undefined],
])('a setting that refuses writes and comes from %s %s is not told to be taken back by SQL', (source, file) => {
  expect(readOnlyBy(source, file)).toMatchObject({ code: 'PGD-069', typed: [], remedy: expect.stringContaining('not taken back by SQL') as string });
});

test('a database that is read only by a setting of its own is told, and no problem: it may be meant so', () => {
  const { codes, warnings } = with_({ readOnlyDatabases: ['archive'] });
  expect(codes).toEqual([]);
  expect(warnings).toEqual(['database archive in postgres-0 refuses writes: default_transaction_read_only is on for its sessions']);
});
