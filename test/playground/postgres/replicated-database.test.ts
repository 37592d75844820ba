import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { simulatedTime } from '../../../playground/control/simulated-time.ts';
import { psql } from '../../../playground/postgres/psql.ts';
import type { Member, ReplicatedDatabase } from '../../../playground/postgres/member.ts';
import { promote } from '../../../playground/postgres/sql.ts';
import { postgresWorld, type PostgresWorld } from '../../../playground/postgres/world.ts';
import type { ServerReport } from '../../../src/domain/replication-report.ts';
import { parseServerReport } from '../../../src/steps/postgres/server-report.ts';
import { QUESTIONS } from '../../../src/steps/postgres/replication-sql.ts';
import { eventually } from '../../support/eventually.ts';

/** The machine may be busy: waits are bounded by this, not by what they usually take. */
vi.setConfig({ testTimeout: 120_000 });

const PLACES = [
  { cluster: 'demo-controller', podAddress: '10.42.0.80' },
  { cluster: 'demo-worker', podAddress: '10.43.0.81' },
  { cluster: 'demo-controller', podAddress: '10.42.0.82' },
];

let world: PostgresWorld;
let database: ReplicatedDatabase;
let tunnel: boolean;

beforeEach(async () => {
  tunnel = true;
  world = await postgresWorld({
    root: await mkdtemp(join(tmpdir(), 'pg-')),
    time: simulatedTime(50),
    network: { link: () => tunnel, sliceAddress: () => '10.1.0.12' },
  });
  database = world.database('demo', 'postgres');
});
afterEach(() => world.close());

const start = (index: number): Member => {
  const place = PLACES[index];
  if (place === undefined) throw new Error(`no place for ${index}`);
  const lines: string[] = [];
  const pod = `postgres-${index}`;
  return database.start({
    ...place,
    namespace: 'demo',
    pod,
    index,
    voters: 3,
    volume: `${place.cluster}-${pod}`,
    password: "it's secret",
    log: (line) => void lines.push(line),
  });
};

const run = async (member: Member, argv: string[], stdin?: string): Promise<{ code: number; out: string; err: string }> => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = { stdin: stdin === undefined ? undefined : Readable.from([stdin]), stdout, stderr, signal: new AbortController().signal };
  const code = await psql(member.server, argv, streams, member.translate);
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
};

const sql = async (member: Member, statement: string): Promise<string> =>
  (await run(member, ['-XAtq', '-U', 'postgres', '-c', statement])).out.trim();

const STATEMENTS = QUESTIONS.flatMap((part) => ('sql' in part ? [part] : []));

const reportOf = async (member: Member, questions: readonly { readonly sql: string }[] = STATEMENTS): Promise<ServerReport> =>
  parseServerReport((await run(member, ['-XAtq', '-U', 'postgres', ...questions.flatMap(({ sql: question }) => ['-c', question])])).out);

const seenBy = async (primary: Member): Promise<Record<string, string>> => {
  const { standbys } = await reportOf(primary);
  return Object.fromEntries(standbys.map(({ app, address, state }) => [app, `${state} from ${address}`]));
};

const formed = async (): Promise<[Member, Member, Member]> => {
  const members: [Member, Member, Member] = [start(0), start(1), start(2)];
  await Promise.all(members.map(({ ready }) => ready));
  await eventually(async () => expect(Object.keys(await seenBy(members[0]))).toHaveLength(2));
  return members;
};

test('three servers replicate: over the slice from another cluster, by pod address within one', async () => {
  const [primary, remote] = await formed();
  expect([primary.role, remote.role]).toEqual(['primary', 'standby']);
  expect(await seenBy(primary)).toEqual({ 'postgres-1': 'streaming from 10.1.0.12', 'postgres-2': 'streaming from 10.42.0.82' });
  await sql(primary, 'CREATE TABLE fact (text text)');
  await sql(primary, "INSERT INTO fact VALUES ('replicated')");
  await eventually(async () => expect(await sql(remote, 'SELECT text FROM fact')).toBe('replicated'));
});

test('a standby that stops is missing at the primary, and streams again after it starts', async () => {
  const [primary, , local] = await formed();
  await local.stop();
  await eventually(async () => expect(Object.keys(await seenBy(primary))).toEqual(['postgres-1']));
  expect((await run(local, ['-XAtq', '-c', 'SELECT 1'])).code).toBe(2);
  await start(2).ready;
  await eventually(async () => expect(Object.keys(await seenBy(primary))).toHaveLength(2));
});

test('cutting the slice takes the remote standby away and leaves the local one', async () => {
  const [primary, remote] = await formed();
  tunnel = false;
  await eventually(async () => expect(Object.keys(await seenBy(primary))).toEqual(['postgres-2']));
  expect(await sql(remote, 'SELECT pg_is_in_recovery()')).toBe('t');
  tunnel = true;
  await eventually(async () => expect(Object.keys(await seenBy(primary))).toHaveLength(2));
});

test('when the primary is gone the majority elects one of its own, and the old one comes back as a standby', async () => {
  const [primary, remote, local] = await formed();
  await primary.stop('immediate');
  await eventually(() => expect([remote.role, local.role]).toContain('primary'));
  const next = remote.role === 'primary' ? remote : local;
  const back = start(0);
  await back.ready;
  expect(back.role).toBe('standby');
  await eventually(async () => expect(Object.keys(await seenBy(next))).toHaveLength(2));
  expect((await reportOf(next)).timeline).toBe(2);
});

test('a primary that comes back at once keeps the lead, however long its server takes to end and start', async () => {
  const [primary, remote, local] = await formed();
  await primary.stop('immediate');
  const back = start(0);
  await back.ready;
  expect([back.role, remote.role, local.role]).toEqual(['primary', 'standby', 'standby']);
  expect((await reportOf(back)).timeline).toBe(1);
});

test('a server that was promoted without telling so is promoted again without harm', async () => {
  const [primary, remote] = await formed();
  await promote(primary.server!);
  expect((await reportOf(primary)).timeline).toBe(1);
  await promote(remote.server!);
  await promote(remote.server!);
  expect(await sql(remote, 'SELECT pg_is_in_recovery()')).toBe('f');
});

test('a standby that finds no primary can be stopped', async () => {
  const [primary, remote, local] = await formed();
  await Promise.all([remote.stop(), local.stop(), primary.stop()]);
  const alone = start(2);
  await alone.stop();
  expect(alone.role).toBeUndefined();
});

test('what the servers say of slots, replay, settings and ages is read from real ones, and a question that fails costs the others nothing', async () => {
  const [primary, remote] = await formed();
  await sql(primary, "SELECT pg_create_physical_replication_slot('barman', true)");
  await sql(primary, 'ALTER SYSTEM SET default_transaction_read_only = on');
  await sql(primary, 'SELECT pg_reload_conf()');
  await sql(remote, 'SELECT pg_wal_replay_pause()');
  await eventually(async () =>
    expect(await reportOf(primary)).toMatchObject({
      slots: [{ name: 'barman', active: false, logical: false, walStatus: 'reserved' }],
      settings: { readOnly: true, waitsForSync: true, applyDelayMs: 0, reservedConnections: 3 },
      prepared: { count: 0 },
    }),
  );
  await eventually(async () => expect(await reportOf(remote)).toMatchObject({ replayPaused: true, receiver: 'streaming' }));
  const standby = await reportOf(remote);
  expect(standby.receiverAgeMs).toBeGreaterThanOrEqual(0);
  expect(standby.xidAge).toBeGreaterThan(0);
  expect(standby.bytes).toBeGreaterThan(0);
  const [first] = STATEMENTS;
  const broken = await reportOf(primary, [...(first === undefined ? [] : [first]), { sql: 'SELECT 1/0' }, ...STATEMENTS.slice(2)]);
  expect(broken).toMatchObject({ inRecovery: false });
  expect(broken.xidAge).toBeUndefined();
  expect(broken.bytes).toBeGreaterThan(0);
});

test('psql prints rows, tags and errors as the real one does', async () => {
  const primary = start(0);
  await primary.ready;
  expect(await run(primary, ['-XAtq', '-U', 'postgres', '-c', "SELECT 1, NULL, true, 'x'"])).toEqual({ code: 0, out: '1||t|x\n', err: '' });
  expect((await run(primary, ['-c', 'SELECT 1 AS number'])).out).toBe(' number\n--------\n      1\n(1 row)\n\n');
  expect(await run(primary, ['-At', '-c', 'SELECT * FROM nothing'])).toEqual({
    code: 1,
    out: '',
    err: 'ERROR:  relation "nothing" does not exist\nLINE 1: SELECT * FROM nothing\n                      ^\n',
  });
  expect((await run(primary, ['-At', '-v', 'ON_ERROR_STOP=1'], 'SELECT 1/0;')).code).toBe(3);
  expect(await run(primary, ['-At', '-c', 'SELECT 1/0', '-c', 'SELECT 2'])).toMatchObject({ code: 0, out: '2\n' });
  expect(await run(primary, ['-At', '-c', 'SELECT 2', '-c', 'SELECT 1/0'])).toMatchObject({ code: 1, out: '2\n' });
  expect(await run(primary, ['-At', '-v', 'ON_ERROR_STOP=1', '-c', 'SELECT 1/0', '-c', 'SELECT 2'])).toMatchObject({ code: 1, out: '' });
  expect((await run(primary, ['-At', '-d', 'absent', '-c', 'SELECT 1'])).err).toContain('FATAL:  database "absent" does not exist');
});
