import type { AuditFields, ChainHead } from '../domain/audit-chain.ts';
import type { Lock } from '../domain/lock.ts';
import type { Actor, Run } from '../domain/run.ts';
import type { ThreadRefusal } from '../domain/thread-refusal.ts';

/** The run changed since it was read; read again and decide anew. */
export class StaleRevisionError extends Error {
  override readonly name = 'StaleRevisionError';
}

/** What is to be written is larger than RUN_LIMITS.runBytes, or than its own limit; nothing was written. */
export class RunTooLargeError extends Error {
  override readonly name = 'RunTooLargeError';
}

/** What is stored cannot be read: it is larger than anything that is written, no JSON, or no run as this version knows them. Lists leave such runs out. */
export class UnreadableRunError extends Error {
  override readonly name = 'UnreadableRunError';
}

export type Creation =
  | { readonly kind: 'created' }
  /** The idempotency key was seen before: a command delivered twice. */
  | { readonly kind: 'seen' }
  /** Another live run deploys the database. */
  | { readonly kind: 'database-held'; readonly holder: Run };

type Reopening = { readonly kind: 'reopened'; readonly run: Run } | Extract<Creation, { readonly kind: 'database-held' }>;

export type ApprovalOutcome =
  | { readonly kind: 'approved'; readonly run: Run }
  /** Another run holds the fleet. */
  | { readonly kind: 'fleet-held'; readonly holder: Run };

export interface StoreLife {
  /** Names what is held since the store was empty last. */
  readonly id: string;
  /** Number of the store's start since then: with each, what it was told last may be lost. */
  readonly start: number;
}

/** What the store says of itself as a whole. */
interface KeptInstallation {
  /** True: no id was stored, so what was held is lost. */
  readonly wasMissing: boolean;
  readonly life: StoreLife;
  /** Whether threads of runs that this life does not know since this start were looked for and ended. */
  readonly areForgottenEnded: boolean;
}

/**
 * Durable record of runs. All instants are ISO strings, all durations milliseconds.
 * Writing what is too large throws RunTooLargeError, reading it UnreadableRunError.
 * `thread` of a run that is read is completed from what the reporter stored as shown: it alone knows the message.
 */
export interface RunStore {
  /** Stores a new run; a deploy takes its database in the same step, until it ends. */
  create(run: Run, idempotencyKey: string): Promise<Creation>;
  /** Id of the run that was created under this key, for a day. */
  startedBy(idempotencyKey: string): Promise<string | undefined>;
  get(id: string): Promise<Run | undefined>;
  /** Writes the run if the stored revision is still run.revision; returns it with the next revision. Throws StaleRevisionError. */
  save(run: Run): Promise<Run>;
  /**
   * Writes a run that had ended and begins again, as `save` does. In the same step a deploy takes its database, and the request to cancel is
   * forgotten, which must still be the given one (undefined: there must be none; else StaleRevisionError): a later one is neither lost nor passed over.
   */
  reopen(run: Run, cancel: Actor | undefined): Promise<Reopening>;
  /**
   * Stores again, with what is shown of it, a run of which Redis has nothing any more, and takes for it what it held. False where the run is there, or
   * another one has taken that meanwhile: then nothing is stored.
   */
  restore(run: Run, shown: Shown): Promise<boolean>;
  /** Stores the id of this installation unless one is stored. */
  keepInstallation(id: string): Promise<KeptInstallation>;
  /** The threads of runs that were lost before this start are ended; nothing is kept where another life has begun meanwhile. */
  endedForgotten(life: StoreLife): Promise<void>;
  /** Newest first, without those that cannot be read. */
  list(limit: number): Promise<Run[]>;
  /** Runs in a state that is not terminal, without those that cannot be read. */
  live(): Promise<Run[]>;
  /** Those of them that somebody has to look at by `now` (domain/run-moves.ts): not the ones that wait for a person, whose number has no bound. */
  toLookAt(now: Date): Promise<Run[]>;
  /** The run was looked at and waits: it is looked at again at its own instant, unless somebody asks to cancel it. */
  lookLater(run: Run): Promise<void>;
  /**
   * Writes a run that was approved as `save` does, and takes the fleet, in one atomic step. Whatever its approval was decided on (state, plan
   * seen, expiry, who caused the plan) holds when it is written, since the revision is the one that was looked at. Throws StaleRevisionError.
   */
  approve(run: Run): Promise<ApprovalOutcome>;
  /** Takes the fleet for a run that was approved before (retry); returns the holder when another has it. */
  takeFleet(run: Run): Promise<Run | undefined>;
  /** Called when a run that holds the fleet ends. */
  releaseFleet(run: Run): Promise<void>;
  /** Locks the database unless it is locked: then the lock that is there. Kept until it is taken away. */
  lock(fleet: string, database: string, lock: Lock): Promise<Lock | undefined>;
  /** The lock that was there. */
  unlock(fleet: string, database: string): Promise<Lock | undefined>;
  locked(fleet: string, database: string): Promise<Lock | undefined>;
  requestCancel(id: string, by: Actor): Promise<void>;
  cancelRequested(id: string): Promise<Actor | undefined>;
  /** Milliseconds after which the lease of the run is free unless its worker renews it; 0: no worker holds it. */
  leaseLeftMs(id: string): Promise<number>;
  /** What steps wait for now, by step id; last writer wins, never part of the revision. */
  setWaiting(id: string, waiting: Readonly<Record<string, string>>): Promise<void>;
  waiting(id: string): Promise<Readonly<Record<string, string>>>;
  /** When each replica of a database was last seen streaming, by pod, as an ISO instant. */
  lastStreaming(fleet: string, database: string): Promise<Readonly<Record<string, string>>>;
  rememberStreaming(fleet: string, database: string, pods: readonly string[], at: string): Promise<void>;
  /** What the thread shows, owned by the reporter. */
  shown(id: string): Promise<Shown | undefined>;
  /**
   * The same for whoever goes on showing it; where nothing is shown yet, in this channel. Where the store was started anew since that was kept (since the
   * run that it is about was created, where nothing is), what the store was told last may be lost: then it is told as restored.
   */
  shownSoFar(id: string, first: { readonly channel: string; readonly run?: string }): Promise<Shown>;
  /** Id of the run whose card this message is. */
  ofThread(channel: string, ts: string): Promise<string | undefined>;
  /**
   * `epoch` of the lease under which it is shown; absent: before all of them. Throws LeaseLostError, and stores nothing, once a later holder stored
   * what it shows: who hung meanwhile would make it forget that.
   */
  setShown(id: string, shown: Shown, epoch?: number): Promise<void>;
  /** Keeps the file of a bundle for two hours: as long as Slack may be away until it takes it. Its texts passed the redactor before they were packed. */
  keepBundle(id: string, bytes: Uint8Array): Promise<void>;
  /** Undefined: not kept any more. */
  bundle(id: string): Promise<Buffer | undefined>;
  /**
   * Appends to the one audit chain of this installation: who did what, when. Never trimmed, never overwritten, kept when the run is gone. Resolves
   * with the new head once it is stored; when it rejects, it may be stored or not.
   */
  audit(entry: AuditFields): Promise<AuditHead>;
  auditHead(): Promise<AuditHead>;
  /** The newest entries about a run, or that started it, oldest first. */
  auditOf(run: string, limit: number): Promise<AuditOfRun>;
}

export interface AuditHead extends ChainHead {
  /** Entries that are kept: fewer than `seq` after somebody exported and trimmed the stream. */
  readonly kept: number;
}

export interface AuditOfRun {
  readonly entries: readonly AuditFields[];
  /** Older entries that are left out. */
  readonly earlier: number;
  /** Entries that are not kept any more, among the newest: trimmed by a person, or removed. */
  readonly gone: number;
  /** What is wrong with these entries or with how each follows the one before it in the chain, the first one named. */
  readonly fault?: string;
}

/** Why a run cannot be shown and since when. All instants are ISO strings. */
interface ShownRefusal extends ThreadRefusal {
  readonly since: string;
  /** When to try again. */
  readonly tryAt: string;
}

/** What Slack is known to show of a run. */
export interface Shown {
  readonly channel: string;
  /** ts of the card, which is also the thread. */
  readonly ts?: string;
  readonly permalink?: string;
  /** Hash of the card's last content. */
  readonly cardHash?: string;
  /** ISO instant of the last edit. */
  readonly editedAt?: string;
  /** The first revision of the run's present state that card and thread show; absent where a former pgdist showed it. */
  readonly stands?: { readonly state: string; readonly attempt: number; readonly revision: number };
  /** Present while Slack refuses to show the run where it belongs. */
  readonly refusal?: ShownRefusal;
  /** ISO instant of the last call of Slack whose answer was lost: it may be carried out yet, after a newer one. */
  readonly unsureAt?: string;
  /** ISO instant at which each message or file was sent of which nothing is known since, by key: it may be carried out yet, whoever sent it. */
  readonly begun?: Readonly<Record<string, string>>;
  /** ISO instant at which a second card was posted, since somebody deleted the first. There is no third. */
  readonly replacedAt?: string;
  /** Number of the store's start (one for each time that it was started anew) in which this was read and kept. */
  readonly start?: number;
  /** The store lost what was shown, or may have lost the last of it: whatever is not known here may stand in Slack already. */
  readonly isRestored?: boolean;
  /** ISO instant of that. */
  readonly restoredAt?: string;
  /** State of the run (domain/direct.ts) for which people were looked for to be written to. */
  readonly directs?: string;
  /** People who were looked for then because of a group that they are in. */
  readonly directed?: readonly string[];
  /** Replies posted, by key ('plan-1', 'decided-1', 'failure-2', 'final'), with their ts. */
  readonly replies: Readonly<Record<string, string>>;
}
