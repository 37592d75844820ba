import type { DeedName, Way } from '../domain/deeds.ts';
import type { RunState } from '../domain/run.ts';
import type { Log } from '../ports/log.ts';
import type { RunStore } from '../ports/run-store.ts';

/** One line of the audit stream: who asked for what, by which way, about which plan, and what came of it. */
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
  /** Another run that it started. */
  readonly started?: string;
  /** First characters of the digest of the plan that the person saw. */
  readonly digestSeen?: string;
  readonly before?: RunState;
  readonly after?: RunState;
  /** failed: an outage or a bug; what was asked for may have been done. */
  readonly outcome: 'done' | 'refused' | 'failed';
  /** The sentence of a refusal, the name of a failure. */
  readonly told?: string;
}

/** Longest sentence that is kept. */
const TOLD_LENGTH = 500;

/** The only way into the audit stream. What was decided stands although its entry is lost: the log then has it. */
export const record = async ({ store, log }: { readonly store: Pick<RunStore, 'audit'>; readonly log: Log }, entry: AuditEntry): Promise<void> => {
  const { told, ...rest } = entry;
  const kept = { ...rest, ...(told === undefined ? {} : { told: told.slice(0, TOLD_LENGTH) }) };
  const fields = Object.fromEntries(Object.entries(kept).filter((field): field is [string, string] => field[1] !== undefined));
  await store.audit(fields).catch((error: unknown) => log.error({ entry: fields, reason: String(error) }, 'audit entry not stored'));
};
