import { patienceMs } from '../support/eventually.ts';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commandConnection } from '../../src/adapters/redis/connection.ts';
import { keysOf } from '../../src/adapters/redis/keys.ts';
import { redisRunStore } from '../../src/adapters/redis/run-store.ts';
import type { AuditHead } from '../../src/ports/run-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { systemClock } from '../support/system-clock.ts';

let server: TestRedis;
let redis: ReturnType<typeof commandConnection>;
let prefix: string;
let folder: string;
/** After each of the entries of 14:01 to 14:08. */
let heads: readonly AuditHead[];

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
beforeEach(async () => {
  prefix = `test-${randomUUID().slice(0, 8)}`;
  redis = commandConnection({ url: server.url, log: quietLog, name: 'test' });
  folder = await mkdtemp(join(tmpdir(), 'pgdist-audit-'));
  const store = redisRunStore({ redis, keys: keysOf(prefix), clock: systemClock });
  const all: AuditHead[] = [];
  for (let minute = 1; minute <= 8; minute += 1)
    all.push(await store.audit({ at: `2026-11-22T14:0${minute}:00.000Z`, deed: 'end', run: 'r1', told: 'it said "no"\nand ended' }));
  heads = all;
});
afterEach(async () => {
  redis.disconnect();
  await rm(folder, { recursive: true });
});

interface Told {
  readonly code: number;
  readonly out: string;
  readonly told: string;
}

const audit = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Told> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--no-warnings', 'scripts/export-audit.ts', ...args],
      { env: { ...process.env, REDIS_URL: server.url, PGDIST_PREFIX: prefix, ...env }, timeout: patienceMs() },
      (error, out, told) => resolve({ code: error === null ? 0 : Number(error.code), out, told }),
    );
  });

const numbersIn = (out: string): number[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number((JSON.parse(line) as { seq: string }).seq));

const file = async (text: string): Promise<string> => {
  const path = join(folder, `${randomUUID()}.jsonl`);
  await writeFile(path, text);
  return path;
};
const linesOf = (out: string): string[] => out.trimEnd().split('\n');
const hashAt = (seq: number): string => heads[seq - 1]!.hash;

test('everything is printed as JSON lines, oldest first, and the head is told beside it', async () => {
  const { code, out, told } = await audit([]);
  expect(code).toBe(0);
  expect(numbersIn(out)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(told).toContain(`Head: entry 8 ${hashAt(8)}`);
});

test('two exports that meet at an instant leave no entry out', async () => {
  const [earlier, later] = await Promise.all([audit(['--until', '2026-11-22T14:04:00Z']), audit(['--since', '2026-11-22T14:04:00Z'])]);
  expect(numbersIn(earlier.out)).toEqual([1, 2, 3, 4]);
  expect(numbersIn(later.out)).toEqual([4, 5, 6, 7, 8]);
  expect(earlier.told).toContain(`up to entry 4 ${hashAt(4)}`);
  expect(later.told).toContain(`after entry 3 ${hashAt(3)}`);
});

test('all that is kept is checked, whatever is printed', async () => {
  const [[id]] = (await redis.xrange(`${prefix}:audit`, '-', '+')) as [[string, string[]]];
  await redis.xdel(`${prefix}:audit`, id);
  const { code, out, told } = await audit(['--since', '2026-11-22T14:06:00Z']);
  expect({ code, printed: numbersIn(out) }).toEqual({ code: 1, printed: [6, 7, 8] });
  expect(told).toContain('entry 1 is missing or out of place');
});

test('after a trim the chain starts at the head that the export told', async () => {
  await redis.xtrim(`${prefix}:audit`, 'MAXLEN', 4);
  expect((await audit([])).code).toBe(1);
  expect((await audit(['--start', hashAt(4)])).code).toBe(0);
  expect((await audit(['--start', hashAt(3)])).code).toBe(1);
});

test('a chain made anew in Redis is found by a head from the log', async () => {
  const keys = keysOf(prefix);
  const former = hashAt(5);
  await redis.del(keys.audit, keys.auditHead);
  await redisRunStore({ redis, keys, clock: systemClock }).audit({ deed: 'end' });
  expect((await audit([])).code).toBe(0);
  const { code, told } = await audit(['--head', former]);
  expect(code).toBe(1);
  expect(told).toContain(`the entry with the hash ${former} is not there`);
});

describe('a file is checked without Redis', () => {
  const offline = { REDIS_URL: '' };
  let lines: string[];
  beforeEach(async () => {
    lines = linesOf((await audit([])).out);
  });

  test('and holds as it was exported, whole or from a stated head on', async () => {
    const whole = await file(lines.join('\n'));
    expect((await audit(['--check', whole, '--head', hashAt(8), '--head', hashAt(3)], offline)).code).toBe(0);
    const part = await file(`${lines.slice(4).join('\n')}\n`);
    expect((await audit(['--check', part, '--start', hashAt(4)], offline)).code).toBe(0);
    expect((await audit(['--check', part], offline)).code).toBe(1);
  });

  test.each<[string, (all: string[]) => string[], RegExp]>([
    ['changed', (all) => all.with(3, all[3]!.replace('r1', 'r2')), /entry 4 was changed/],
    ['taken out', (all) => all.toSpliced(3, 1), /entry 4 is missing/],
    ['swapped', (all) => all.with(3, all[4]!).with(4, all[3]!), /entry 4 is missing or out of place/],
    ['put in', (all) => all.toSpliced(3, 0, '{"deed":"approve"}'), /after entry 3 stands an entry that is none of the chain/],
    ['spoilt', (all) => all.with(3, '{"deed":'), /after entry 3 stands an entry that is none of the chain/],
  ])('an entry that was %s is named', async (_, change, named) => {
    const { code, told } = await audit(['--check', await file(change(lines).join('\n'))], offline);
    expect(told).toMatch(named);
    expect(code).toBe(1);
  });

  test('a missing end is found by the head alone', async () => {
    const short = await file(lines.slice(0, -1).join('\n'));
    expect((await audit(['--check', short], offline)).code).toBe(0);
    expect((await audit(['--check', short, '--head', hashAt(8)], offline)).code).toBe(1);
  });
});

test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
  ['no Redis', [], { REDIS_URL: '' }, /REDIS_URL is not set/],
  ['a Redis that is away', [], { REDIS_URL: 'redis://127.0.0.1:1' }, /^The audit cannot be read: /],
  ['no instant', ['--since', 'yesterday'], {}, /--since takes an instant such as/],
  ['no hash', ['--head', 'abc'], {}, /a hash has 64 characters/],
  ['no file', ['--check', '/nowhere.jsonl'], {}, /The audit cannot be read: ENOENT/],
  ['a part of a file', ['--check', '/dev/null', '--since', '2026-11-22'], {}, /leave out --since/],
  ['an empty file', ['--check', '/dev/null'], {}, /has no entry/],
])('%s is told in one sentence, with nothing printed', async (_, args, env, sentence) => {
  const { code, out, told } = await audit(args, env);
  expect(told).toMatch(sentence);
  expect(told.trimEnd().split('\n')).toHaveLength(1);
  expect({ code, out }).toEqual({ code: 2, out: '' });
});

test('a line as long as a file is refused, not held in memory', async () => {
  const { code, told } = await audit(['--check', await file('x'.repeat(2_000_000))]);
  expect(told).toContain('has a line of more than');
  expect(code).toBe(2);
});
