import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { auditEntries, storedHead } from '../src/adapters/redis/audit-log.ts';
import { commandConnection } from '../src/adapters/redis/connection.ts';
import { redisAccessOf } from '../src/config/redis-environment.ts';
import { keysOf } from '../src/adapters/redis/keys.ts';
import { createChainCheck, GENESIS, isHash, type AuditFields, type ChainHead } from '../src/domain/audit-chain.ts';
import { lineSplitter } from '../src/kube-api/split-lines.ts';
import type { Log } from '../src/ports/log.ts';

/*
 * npm run --silent audit -- [--since ISO] [--until ISO] [--start HASH] [--head HASH …] > file.jsonl
 *   Prints the audit of the Redis in REDIS_URL (PGDIST_PREFIX) as JSON lines, oldest first: from the first entry that is not before `since` up to the
 *   last before the first that is after `until`, so that no entry between two exports is lost. All that is kept is checked, whatever is printed.
 * npm run --silent audit -- --check file.jsonl [--start HASH] [--head HASH …]
 *   Checks such a file without Redis.
 * --start: hash of the entry before the first one, which a former export told as its head; needed where the first entry is not number 1.
 * --head: a head that the log or an export told; the entry must be there. May be given again and again.
 * Exit 0: the chain holds; 1: it does not, and the first broken entry is named; 2: there is nothing that could be read.
 */

const { values: given } = parseArgs({
  options: {
    since: { type: 'string' },
    until: { type: 'string' },
    check: { type: 'string' },
    start: { type: 'string' },
    head: { type: 'string', multiple: true },
  },
});

const say = (line: string): void => void process.stderr.write(`${line}\n`);

class Unusable extends Error {
  override readonly name = 'Unusable';
}

const main = async (): Promise<number> => {
  for (const hash of [given.start, ...(given.head ?? [])])
    if (hash !== undefined && !isHash(hash)) throw new Unusable(`a hash has 64 characters of 0-9 and a-f, not ${hash.slice(0, 80)}`);
  const [sinceMs, untilMs] = [instant('since', given.since), instant('until', given.until)];
  if (given.check !== undefined) {
    if (given.since !== undefined || given.until !== undefined) throw new Unusable('--check looks at the whole file: leave out --since and --until');
    return await walked(entriesOfFile(given.check), { print: () => undefined });
  }
  return await fromRedis(sinceMs ?? -Infinity, untilMs ?? Infinity);
};

const fromRedis = async (sinceMs: number, untilMs: number): Promise<number> => {
  const { REDIS_URL: url, PGDIST_PREFIX: prefix = 'pgdist' } = process.env;
  if (url === undefined || url === '') throw new Unusable('REDIS_URL is not set: the Redis of pgdist');
  const redis = commandConnection({ url, access: redisAccessOf(process.env), log: quiet, name: 'audit' });
  const keys = keysOf(prefix);
  try {
    // What is appended meanwhile may be seen as well; what was there before must be.
    const newest = await storedHead(redis, keys);
    let state: 'before' | 'within' | 'after' = 'before';
    return await walked(auditEntries(redis, keys), {
      newest,
      print(entry) {
        const atMs = Date.parse(entry['at'] ?? '');
        if (state === 'before' && atMs >= sinceMs) state = 'within';
        if (state === 'within' && atMs > untilMs) state = 'after';
        return state === 'within' ? entry : undefined;
      },
    });
  } finally {
    redis.disconnect();
  }
};

interface Walk {
  /** What of an entry is printed, if anything. */
  readonly print: (entry: AuditFields) => AuditFields | undefined;
  /** The head as it is stored beside the entries. */
  readonly newest?: ChainHead;
}

const walked = async (entries: AsyncIterable<AuditFields>, { print, newest }: Walk): Promise<number> => {
  const wanted = new Set([...(given.head ?? []), ...(newest === undefined || newest.seq === 0 ? [] : [newest.hash])]);
  let check: ReturnType<typeof createChainCheck> | undefined;
  let fault: string | undefined;
  let [looked, printed] = [0, 0];
  let [first, last] = ['', ''];
  for await (const entry of entries) {
    check ??= createChainCheck(startOf(entry));
    fault ??= check.next(entry);
    wanted.delete(entry['hash'] ?? '');
    looked += 1;
    const line = print(entry);
    if (line === undefined) continue;
    if (printed === 0) first = `after ${placeOf(line['seq'], -1)} ${line['previous'] ?? '?'}`;
    last = `${placeOf(line['seq'])} ${line['hash'] ?? '?'}`;
    printed += 1;
    if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain');
  }
  const head = check?.head() ?? GENESIS;
  for (const hash of wanted) fault ??= missing(hash, head, newest);
  if (printed > 0) say(`${printed} entries printed: ${first}, up to ${last}`);
  say(`${looked} entries looked at. Head: ${placeOf(String(head.seq))} ${head.hash}`);
  if (fault === undefined) {
    say('The chain holds. That nothing was taken from its end is sure only against a head that was kept elsewhere (--head).');
    return 0;
  }
  say(`The chain is broken: ${fault}.`);
  return 1;
};

const placeOf = (seq = '0', shift = 0): string => `entry ${Number(seq) + shift}`;

const startOf = ({ seq = '' }: AuditFields): ChainHead => (given.start === undefined ? GENESIS : { seq: Number(seq) - 1, hash: given.start });

const missing = (hash: string, { seq }: ChainHead, newest: ChainHead | undefined): string =>
  newest?.hash === hash
    ? `entry ${newest.seq}, the newest that was appended, is not there: the chain ends with entry ${seq}`
    : `the entry with the hash ${hash} is not there`;

const instant = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new Unusable(`--${name} takes an instant such as 2026-11-28T00:00:00Z, not ${text.slice(0, 80)}`);
  return ms;
};

/** An entry has some twenty fields of 1000 characters at most. */
const LONGEST_LINE = 256 * 2 ** 10;
const entryShape = z.record(z.string(), z.string());

const entriesOfFile = async function* (path: string): AsyncGenerator<AuditFields> {
  const lines = lineSplitter(LONGEST_LINE, () => new Unusable(`${path} has a line of more than ${LONGEST_LINE} bytes: it is no export of the audit`));
  // What is no entry is looked at as an empty one, which the check names by its place.
  const entryIn = (line: string): AuditFields => entryShape.catch({}).parse(jsonIn(line));
  let found = false;
  const entriesIn = function* (texts: Iterable<string>): Generator<AuditFields> {
    for (const line of texts) {
      if (line === '') continue;
      found = true;
      yield entryIn(line);
    }
  };
  for await (const chunk of createReadStream(path)) yield* entriesIn(lines.add(chunk as Buffer));
  yield* entriesIn([lines.rest()]);
  if (!found) throw new Unusable(`${path} has no entry`);
};

const jsonIn = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
};

const nothing = (): void => undefined;
const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => quiet };

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Unusable ? error.message : `The audit cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
