import type { Redis } from 'ioredis';
import { chained, GENESIS, headOf, linkFault, entryFault, type AuditFields, type ChainedEntry, type ChainHead } from '../../domain/audit-chain.ts';
import { cutText } from '../../domain/bounded.ts';
import type { AuditHead, AuditOfRun, RunStore } from '../../ports/run-store.ts';
import type { Redactor } from '../../redaction/redactor.ts';
import type { Keys } from './keys.ts';
import { APPEND_AUDIT } from './scripts.ts';

/** Characters of one field. */
const FIELD_LENGTH = 1_000;
/** Entries that are appended at once: what came in while Redis took the ones before. */
const MOST_AT_ONCE = 100;
/** Each time somebody else was first, so that the chain grew: a loop that never ends would need others to append without end. */
const MOST_TRIES = 200;

interface Waiting {
  readonly fields: AuditFields;
  readonly resolve: (head: AuditHead) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The audit chain in a stream. Redis cannot compute SHA-256 in a script, so entries are chained here on the head known last, and one script appends
 * them if that is still the head, or answers with the one that is: then they are chained anew. Whoever appends at the same time, each entry has
 * exactly one successor; where the connection broke before the answer came, an entry may stand there twice. Within a process, entries that come while others are on their way go together with the next call.
 */
export const redisAuditLog = ({
  redis,
  keys,
  redactor,
}: {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly redactor: Redactor;
}): Pick<RunStore, 'audit' | 'auditHead' | 'auditOf'> => {
  let known: ChainHead = GENESIS;
  let waiting: Waiting[] = [];
  let busy = false;

  const append = async (batch: readonly AuditFields[]): Promise<AuditHead> => {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const entries = chainAfter(known, batch);
      const next = headOf(entries.at(-1)!);
      const [kept, stored] = (await redis.eval(APPEND_AUDIT, ...appendArguments(keys, known, next, entries))) as [number, string];
      known = headIn(stored);
      if (kept >= 0) return { ...next, kept };
    }
    throw new Error(`the audit entry was not stored: others were first ${MOST_TRIES} times`);
  };

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      try {
        const head = await append(batch.map(({ fields }) => fields));
        for (const { resolve } of batch) resolve(head);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    busy = false;
  };

  return {
    audit: (entry) =>
      new Promise((resolve, reject) => {
        const safe = Object.entries(redactor.value(entry)).map(([field, value]) => [field, cutText(value, FIELD_LENGTH)] as const);
        waiting.push({ fields: Object.fromEntries(safe), resolve, reject });
        void work();
      }),
    async auditHead() {
      const [head, kept] = await Promise.all([storedHead(redis, keys), redis.xlen(keys.audit)]);
      return { ...head, kept };
    },
    auditOf: (run, limit) => auditOfRun(redis, keys, run, limit),
  };
};

const chainAfter = (head: ChainHead, batch: readonly AuditFields[]): readonly ChainedEntry[] => {
  const entries: ChainedEntry[] = [];
  let last = head;
  for (const fields of batch) {
    const entry = chained(last, fields);
    entries.push(entry);
    last = headOf(entry);
  }
  return entries;
};

const appendArguments = (keys: Keys, head: ChainHead, next: ChainHead, entries: readonly ChainedEntry[]): [number, ...string[]] => {
  const lists = entries.flatMap(({ run, started }) => [run, started].map((id) => (id === undefined ? keys.audit : keys.auditOf(id))));
  const words = entries.flatMap((entry) => [String(2 * Object.keys(entry).length), ...Object.entries(entry).flat()]);
  return [2 + lists.length, keys.audit, keys.auditHead, ...lists, headText(head), headText(next), ...words];
};

const headText = ({ seq, hash }: ChainHead): string => (seq === 0 ? '' : `${seq} ${hash}`);

/** GENESIS before the first entry. Rejects with what `headIn` throws. */
export const storedHead = async (redis: Redis, keys: Keys): Promise<ChainHead> => headIn((await redis.get(keys.auditHead)) ?? '');

/** Throws on what no pgdist wrote: a chain that went on after it could be held against nothing. */
const headIn = (text: string): ChainHead => {
  if (text === '') return GENESIS;
  const [, seq = '', hash = ''] = /^([1-9]\d{0,14}) ([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash === '') throw new Error('the head of the audit chain cannot be read: the key audit-head was changed');
  return { seq: Number(seq), hash };
};

/** Each entry is looked at with the one that stands before it in the stream. */
const auditOfRun = async (redis: Redis, keys: Keys, run: string, limit: number): Promise<AuditOfRun> => {
  const list = keys.auditOf(run);
  const [length, ids, oldest] = await Promise.all([redis.llen(list), redis.lrange(list, -limit, -1), redis.xrange(keys.audit, '-', '+', 'COUNT', 1)]);
  const pairs = await Promise.all(ids.map(async (id) => withOneBefore(await redis.xrevrange(keys.audit, id, '-', 'COUNT', 2), id)));
  const found = pairs.filter((pair) => pair !== undefined);
  const first = oldest[0]?.[0];
  const removed = ids.some((id, at) => pairs[at] === undefined && first !== undefined && isBefore(first, id));
  const fault = removed ? 'an entry about this run was taken out of the chain' : firstFault(found);
  return {
    entries: found.map(({ entry }) => entry),
    earlier: length - ids.length,
    gone: ids.length - found.length,
    ...(fault === undefined ? {} : { fault }),
  };
};

interface Pair {
  readonly entry: AuditFields;
  /** Undefined: it is the oldest that is kept. */
  readonly before: AuditFields | undefined;
}

const withOneBefore = (found: readonly [string, string[]][], id: string): Pair | undefined => {
  const [newest, before] = found;
  return newest?.[0] === id ? { entry: fieldsIn(newest[1]), before: before === undefined ? undefined : fieldsIn(before[1]) } : undefined;
};

const firstFault = (pairs: readonly Pair[]): string | undefined => {
  for (const { entry, before } of pairs) {
    const fault = before === undefined ? entryFault(entry) : (entryFault(before) ?? linkFault(headOf(before as ChainedEntry), entry));
    if (fault !== undefined) return fault;
  }
  return undefined;
};

/** Of two ids of a stream, 'ms-n' each. */
const isBefore = (a: string, b: string): boolean => {
  const [aMs = 0, aN = 0] = a.split('-').map(Number);
  const [bMs = 0, bN = 0] = b.split('-').map(Number);
  return aMs < bMs || (aMs === bMs && aN < bN);
};

const fieldsIn = (words: readonly string[]): AuditFields =>
  Object.fromEntries(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ''] as const] : [])));

const PAGE = 500;

/** Every entry that is kept, oldest first; a page at a time is held in memory. */
export const auditEntries = async function* (redis: Redis, keys: Keys): AsyncGenerator<AuditFields> {
  let from = '-';
  for (;;) {
    const page = await redis.xrange(keys.audit, from, '+', 'COUNT', PAGE);
    for (const [, words] of page) yield fieldsIn(words);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    from = `(${last[0]}`;
  }
};
