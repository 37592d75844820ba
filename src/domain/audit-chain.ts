import { createHash } from 'node:crypto';
import { canonicalJson } from './digest.ts';

/** What one entry of the audit says: flat words by field. */
export type AuditFields = Readonly<Record<string, string>>;

/** An entry with its place in the chain: `seq` counts from 1, `previous` and `hash` are SHA-256 in hex. */
export type ChainedEntry = AuditFields & { readonly seq: string; readonly previous: string; readonly hash: string };

/** The newest entry of a chain: whoever knows it from elsewhere (the log, an export) can tell that no entry up to it was taken away. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** Stands before the first entry. */
export const GENESIS: ChainHead = { seq: 0, hash: '0'.repeat(64) };

/**
 * The entry that follows `head`. Its hash is SHA-256 of the previous entry's hash and the canonical JSON of its own fields, its number included:
 * whatever is changed, taken out, put in or moved makes this entry or the next one wrong. It is no signature: who may write to Redis can make the
 * whole chain anew, and is found only by a head that was kept elsewhere.
 */
export const chained = (head: ChainHead, fields: AuditFields): ChainedEntry => {
  const numbered = { ...fields, seq: String(head.seq + 1) };
  return { ...numbered, previous: head.hash, hash: hashOf(head.hash, numbered) };
};

export const headOf = ({ seq, hash }: ChainedEntry): ChainHead => ({ seq: Number(seq), hash });

const hashOf = (previous: string, numbered: AuditFields): string =>
  createHash('sha256')
    .update(previous + canonicalJson(numbered))
    .digest('hex');

interface ChainCheck {
  /** The next entry as it is stored. Returns what is wrong with it, naming it; undefined when it follows the one before. */
  next(fields: AuditFields): string | undefined;
  /** The last entry that was looked at. */
  head(): ChainHead;
}

/** Looks at entries in their order, oldest first. `start` is the head before the first one: GENESIS unless older entries were exported and trimmed. */
export const createChainCheck = (start: ChainHead = GENESIS): ChainCheck => {
  let head = start;
  return {
    next(fields) {
      const fault = linkFault(head, fields);
      if (isChained(fields)) head = headOf(fields);
      return fault;
    },
    head: () => head,
  };
};

/** What is wrong with an entry by itself: its words are not those that were hashed. */
export const entryFault = (fields: AuditFields): string | undefined => {
  if (!isChained(fields)) return 'an entry that is none of the chain: it has no number and no hash';
  const { previous, hash, ...numbered } = fields;
  return hashOf(previous, numbered) === hash ? undefined : `entry ${fields.seq} was changed: its hash is not that of its words`;
};

/** What is wrong with an entry right after `head`. */
export const linkFault = (head: ChainHead, fields: AuditFields): string | undefined => {
  const fault = entryFault(fields);
  if (fault !== undefined) return isChained(fields) ? fault : `after entry ${head.seq} stands ${fault}`;
  const { seq, previous } = fields as ChainedEntry;
  if (Number(seq) !== head.seq + 1) return `entry ${head.seq + 1} is missing or out of place: after entry ${head.seq} stands entry ${seq}`;
  return previous === head.hash ? undefined : `entry ${seq} does not follow entry ${head.seq}: one of the two was made anew`;
};

const SHA256 = /^[0-9a-f]{64}$/;

const isChained = (fields: AuditFields): fields is ChainedEntry =>
  /^[1-9]\d{0,14}$/.test(fields['seq'] ?? '') && SHA256.test(fields['previous'] ?? '') && SHA256.test(fields['hash'] ?? '');

export const isHash = (text: string): boolean => SHA256.test(text);
