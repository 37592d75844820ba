import type { AuditFields } from '../domain/audit-chain.ts';
import type { DeedName, Way } from '../domain/deeds.ts';
import type { Run, RunState } from '../domain/run.ts';
import { cutSource } from '../domain/text.ts';
import type { Log } from '../ports/log.ts';
import type { AuditHead, RunStore } from '../ports/run-store.ts';

/** One entry of the audit: who asked for what, by which way, about which plan, and what came of it. */
export interface AuditEntry {
  /** ISO instant. */
  readonly at: string;
  /** Slack user; absent for what a worker says of itself. */
  readonly by?: string;
  readonly team?: string;
  readonly way: Way | 'worker';
  readonly deed: DeedName | 'end';
  /** Channel in which it was asked. */
  readonly channel?: string;
  readonly run?: string;
  /** Of several fleets the one whose rules decided; absent: none, as it only shows. */
  readonly fleet?: string;
  /** The database that it is about, where it is about no run. */
  readonly database?: string;
  /** Why, in the words of who asked. */
  readonly reason?: string;
  /** ISO instant until which it counts. */
  readonly until?: string;
  /** Another run that it started. */
  readonly started?: string;
  /** 'x of y' approvals that are there after it, of one that is not the last. */
  readonly counted?: string;
  /** Of a run that goes past freezes and the number of approvals: why, as its requester said. */
  readonly breakGlass?: string;
  /** Digest of the plan that the person saw. */
  readonly digestSeen?: string;
  readonly before?: RunState;
  readonly after?: RunState;
  /**
   * asked: this person may, and it is about to be done; stored before anything is. An entry with one of the other outcomes follows and names it in
   * `about`; where none does, the process died or Redis was away in between, and the run tells what became of it.
   * failed: an outage or a bug; what was asked for may have been done.
   */
  readonly outcome: 'asked' | 'done' | 'refused' | 'failed';
  /** Number of the entry with the outcome asked that this one is the outcome of. */
  readonly about?: string;
  /** The sentence of a refusal, the name of a failure. */
  readonly told?: string;
}

interface AuditDeps {
  readonly store: Pick<RunStore, 'audit'>;
  readonly log: Log;
}

/** Longest sentence that is kept. */
const TOLD_LENGTH = 500;

/** Stores what is about to be done; returns the entry's number. Rejects when it cannot be stored: then it must not be done. */
export const recordIntent = async ({ store, log }: AuditDeps, entry: AuditEntry): Promise<string> => {
  const head = await store.audit(fieldsOf(entry));
  warnOfSize(log, head);
  return String(head.seq);
};

/** Stores what was done or refused. That stands although its entry is lost: the log then has it. */
export const record = async ({ store, log }: AuditDeps, entry: AuditEntry): Promise<void> => {
  const fields = fieldsOf(entry);
  try {
    const head = await store.audit(fields);
    warnOfSize(log, head);
    if (entry.deed === 'end') log.info(anchorOf(head), 'audit head');
  } catch (error) {
    log.error({ entry: fields, reason: String(error) }, 'audit entry not stored');
  }
};

/** What a worker made of a run that ended without a person's decision about it. */
export const recordEnd = (deps: AuditDeps, before: Run, { id, state, endedAt = '' }: Run): Promise<void> =>
  record(deps, { way: 'worker', deed: 'end', run: id, before: before.state, after: state, at: endedAt, outcome: 'done' });

/** Writes the chain's head into the log, so that it is known outside of Redis from now on. Never rejects. */
export const anchorAudit = async ({ store, log }: { readonly store: Pick<RunStore, 'auditHead'>; readonly log: Log }): Promise<void> => {
  try {
    const head = await store.auditHead();
    log.info(anchorOf(head), 'audit head');
    if (head.kept > MOST_KEPT) log.warn({ kept: head.kept }, TOO_LONG);
  } catch (error) {
    log.warn({ reason: String(error) }, 'audit head not known');
  }
};

const anchorOf = ({ seq, hash }: AuditHead) => ({ seq, hash });

/** Some 400 MB in Redis: 0.37 kB each, with its place in the list of its run. */
const MOST_KEPT = 1_000_000;
const WARN_EACH = 10_000;
const TOO_LONG = 'the audit is long: export it and trim the stream (SECURITY.md)';

const warnOfSize = (log: Log, { kept }: AuditHead): void => {
  if (kept > MOST_KEPT && kept % WARN_EACH === 0) log.warn({ kept }, TOO_LONG);
};

const fieldsOf = ({ told, ...rest }: AuditEntry): AuditFields => {
  const kept = { ...rest, ...(told === undefined ? {} : { told: cutSource(told, TOLD_LENGTH) }) };
  return Object.fromEntries(Object.entries(kept).filter((field): field is [string, string] => field[1] !== undefined));
};
