import { expect, test } from 'vitest';
import { disconnected, judged, primary, seenStandby, standby } from '../support/judged.ts';

const alone = { ...primary, standbys: [seenStandby(1)] };
const third = (answer: typeof standby, fields = {}) => judged({ answer: { ...alone, ...fields } }, { answer: standby }, { answer });

test('a standby whose WAL the primary has removed is told to be copied anew, with the whole request', () => {
  const { problems } = third({ ...disconnected, replayedLsn: '0/3000000' }, { oldestWal: '0/4000000' });
  expect(problems[0]).toMatchObject({
    code: 'PGD-062',
    evidence: ['postgres-2 on tokyo has WAL up to 0/3000000, and the primary has none before 0/4000000 any more'],
    remedy: expect.stringContaining('copied anew') as string,
  });
  expect(problems[0]?.typed[0]).toMatch(
    /^kubectl --context tokyo -n demo create -f - <<'EOF'\napiVersion: ops\.kubedb\.com\/v1alpha1\nkind: PostgresOpsRequest\n/,
  );
  expect(problems[0]?.typed[0]).toContain('type: ReconnectStandby');
  const asksInVain = { ...standby, receivedLsn: '0/3000000', sender: '10.1.0.9:5432' };
  expect(third(asksInVain, { oldestWal: '0/4000000' }).problems[0]?.remedy).toContain('copied anew');
  expect(third({ ...disconnected, replayedLsn: '0/4000000' }, { oldestWal: '0/4000000' }).problems[0]?.remedy).toContain('primary_conninfo');
});

test('a standby that receives and that the primary does not list by its name is not told as one that does not stream', () => {
  const { problems, table } = third(
    { ...standby, sender: '10.1.0.9:5432' },
    { standbys: [seenStandby(1), { ...seenStandby(2), app: 'walreceiver' }] },
  );
  expect(table.rows[2]?.state).toBe('elsewhere');
  expect(problems[0]).toMatchObject({
    code: 'PGD-062',
    what: '1 of 2 standbys of demo/postgres receives, but the primary lists it by no such name',
    evidence: ['postgres-2 on tokyo receives from 10.1.0.9:5432, and the primary lists no standby of its name, but postgres-1, walreceiver'],
    remedy: expect.stringContaining('Nothing is lost') as string,
  });
});

test('a standby that catches up is told so and waited for, and so is one that is being copied', () => {
  const behind = { ...primary, standbys: [seenStandby(1), seenStandby(2, { state: 'catchup', replayLagBytes: 3 * 1024 ** 3 })] };
  expect(judged({ answer: behind }, { answer: standby }, { answer: standby }).problems[0]).toMatchObject({
    code: 'PGD-062',
    what: '1 of 2 standbys of demo/postgres catches up',
    evidence: ['postgres-2 on tokyo is in state catchup, 3 GB behind'],
    remedy: expect.stringContaining('Wait') as string,
  });
  const copied = judged(
    { answer: { ...alone, baseBackups: [{ phase: 'streaming database files', doneBytes: 1024 ** 3, totalBytes: 2 * 1024 ** 3 }] } },
    { answer: standby },
    { error: 'FATAL: the database system is starting up', down: true },
  );
  expect(copied.problems[0]).toMatchObject({
    evidence: [expect.stringContaining('the primary hands out a base backup now (1 GB of 2 GB)')],
    remedy: expect.stringContaining('Wait') as string,
  });
});

test('a server of another database in the place of a standby is told by its system identifier', () => {
  expect(third({ ...disconnected, systemId: '7999' }, { oldestWal: '0/9000000' }).problems[0]?.evidence).toEqual([
    "postgres-2 on tokyo is not seen by the primary: it runs and its WAL receiver is not connected; its system identifier is 7999, the primary's 7301: it holds another database",
  ]);
});

test('a server that nobody heard and the primary does not see is never told as a standby that is missing: it may take writes too', () => {
  const hub = { error: 'tokyo cannot be asked: no answer in 2.6 s', way: 'cluster' as const };
  const { problems, table } = judged(hub, { answer: { ...primary, standbys: [] } }, hub);
  expect(table.rows.map(({ role, state }) => [role, state])).toEqual([
    ['unknown', 'unheard'],
    ['primary', 'running'],
    ['unknown', 'unheard'],
  ]);
  expect(problems).toMatchObject([
    {
      code: 'PGD-066',
      what: 'Nobody could ask postgres-0, postgres-2 on tokyo, and primary postgres-1 on osaka has no connection with them',
      remedy: expect.stringContaining('not known whether a server there takes writes as well') as string,
    },
  ]);
});

test.each([
  ['cluster', 'Make tokyo answer', ''],
  ['right', 'npm run rbac -- --cluster tokyo', ''],
  ['container', 'look at the node of the pod', 'kubectl --context tokyo -n demo get pod postgres-0 -o wide'],
  ['server', 'refuses the session of role postgres', 'pg_hba.conf'],
  ['time', 'ask again', 'kubectl --context tokyo -n demo top pod postgres-0 --containers'],
] as const)('a server that was not heard for want of the %s is made to be heard by what fits that', (way, words, typed) => {
  const { problems } = judged({ error: 'no answer', way }, { answer: { ...standby, receiverAgeMs: 1_000 } }, { answer: standby });
  expect(problems[0]).toMatchObject({ code: 'PGD-066', remedy: expect.stringContaining(words) as string });
  expect(problems[0]?.remedy).toContain('Promote nothing before');
  expect(problems[0]?.typed.join()).toContain(typed);
  const streams = judged({ answer: primary }, { error: 'no answer', way }, { answer: standby });
  expect(streams.codes).toEqual([]);
  expect(streams.warnings).toEqual(way === 'cluster' ? [] : ['postgres-1 on osaka streams, and nobody could ask it itself: no answer']);
});

test('a standby that is told to be late is a word before it is late', () => {
  const late = { ...standby, settings: { ...standby.settings, applyDelayMs: 6 * 3_600_000 } };
  expect(judged({ answer: primary }, { answer: late }, { answer: standby })).toMatchObject({
    codes: [],
    warnings: ['recovery_min_apply_delay of postgres-1 on osaka is 6 h: it answers data of so long ago, and takes over so much later'],
  });
});
