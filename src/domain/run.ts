import type { Database } from './database.ts';
import type { Frozen } from './freeze.ts';
import type { Verdict } from './finding.ts';
import type { Fleet } from './fleet.ts';
import type { LagSample } from './lag.ts';
import type { Plan } from './plan.ts';
import type { Problem } from './problem.ts';
import type { ReplicationTable } from './replication.ts';
import type { ThreadRefusal } from './thread-refusal.ts';

/** One request from command to end, with its thread. */
export const KINDS = ['deploy', 'plan', 'verify', 'status', 'bundle', 'export'] as const;
export type RunKind = (typeof KINDS)[number];

export type RunState =
  | 'queued'
  | 'planning'
  | 'awaiting-approval'
  | 'applying'
  | 'verifying'
  | 'cancelling'
  | 'succeeded'
  | 'failed'
  | 'blocked'
  | 'rejected'
  | 'expired'
  | 'superseded'
  | 'cancelled';

/** States that a run never leaves. Exported for tests. */
export const TERMINAL_STATES = [
  'succeeded',
  'failed',
  'blocked',
  'rejected',
  'expired',
  'superseded',
  'cancelled',
] as const satisfies readonly RunState[];

/**
 * Every allowed move. Back to queued is a person's retry: after failed or cancelled, and 'plan again' where a plan was blocked, expired or no longer fits;
 * or an approval while another run holds the fleet, which begins, or expires, in its turn.
 */
export const MOVES: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['planning', 'verifying', 'applying', 'expired', 'cancelling', 'cancelled', 'failed'],
  planning: ['awaiting-approval', 'succeeded', 'blocked', 'verifying', 'applying', 'failed', 'cancelling', 'cancelled'],
  'awaiting-approval': ['queued', 'applying', 'rejected', 'expired', 'cancelling', 'cancelled'],
  applying: ['succeeded', 'failed', 'superseded', 'cancelling'],
  verifying: ['succeeded', 'failed', 'cancelling', 'cancelled'],
  cancelling: ['cancelled', 'succeeded', 'failed'],
  failed: ['queued'],
  cancelled: ['queued'],
  succeeded: [],
  blocked: ['queued'],
  rejected: [],
  expired: ['queued'],
  superseded: ['queued'],
};

/** Phase: the walk a worker makes for a run. */
export type Phase = 'plan' | 'apply' | 'verify';

/** A person, by ids that Slack vouches for; the name is for reading only. */
export interface Actor {
  readonly userId: string;
  readonly teamId: string;
}

/** Where a run is shown: the card's channel and, once posted, its message, whose ts is also the thread. */
interface ThreadAddress {
  readonly channel: string;
  readonly ts?: string;
  readonly permalink?: string;
  /** Present while Slack refuses to show the run there: nobody sees it, and nobody can decide on it. */
  readonly refusal?: ThreadRefusal;
}

/** Who said yes to which plan. */
export interface GivenApproval {
  readonly by: Actor;
  readonly at: string;
  readonly digest: string;
  /** User groups whose approvals count and in which Slack said then that the person is. */
  readonly through?: readonly string[];
}

/** The last approval that was wanted, with which the plan was approved. */
export interface Approval extends GivenApproval {
  /** Those before it that counted with it, oldest first; absent: none was wanted. */
  readonly along?: readonly GivenApproval[];
  /** ISO instant until which a retry may go on with this approval. */
  readonly expiresAt?: string;
  /** Who had retried or planned again before it: of whose making, beside the requester's, the approved plan is. */
  readonly causedBy?: readonly Actor[];
  /** The cancel that ended it: from then on nothing goes on with it. */
  readonly ended?: { readonly by: Actor; readonly at: string };
}

/** What became of the plan before the present one, which somebody was asked about. */
interface Replanned {
  /** ISO instant at which that was made. */
  readonly since: string;
  /** What the present one has of another; absent: a part of that one was done, so that they cannot be compared. */
  readonly differences?: readonly string[];
  /** Approvals of that one, which count for no other. */
  readonly void: readonly GivenApproval[];
}

/** What a run is queued for, and the run that has it until it ends. */
export interface Behind {
  readonly runId: string;
  /** fleet: it is approved, and begins by itself. database: it was asked for, and is planned by itself. */
  readonly what: 'fleet' | 'database';
  /** ISO instant; those that wait for the same have their turns in this order. */
  readonly since: string;
  /** Of the other run's thread, as known then. */
  readonly permalink?: string;
}

/** UTF-16 units of the reason of a rejection. */
export const REJECTION_REASON_LENGTH = 500;

interface Rejection {
  /** Id of the form, or of the typed request, that it came by. */
  readonly form?: string;
  readonly by: Actor;
  readonly at: string;
  readonly reason?: string;
}

export type StepState = 'pending' | 'checking' | 'applying' | 'waiting' | 'done' | 'in-place' | 'failed' | 'skipped' | 'unknown';

/** What became of one step, for rendering only: no step is ever skipped because of it. */
export interface StepOutcome {
  readonly state: StepState;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Attempts of the apply or verify that is under way, 1 for the first. */
  readonly attempt?: number;
  /** What was seen last. */
  readonly evidence?: string;
  readonly warnings?: readonly string[];
  /** Names this step that failed first; set on steps that did not run because of it. */
  readonly because?: string;
}

/** The first broken hop of a run; what follows from it is not a cause. */
export interface Failure {
  readonly stepId: string;
  readonly stepTitle: string;
  readonly cluster: string;
  readonly problems: readonly Problem[];
  readonly at: string;
  readonly afterMs: number;
}

/** Answer to status and verify. */
export interface Answer {
  readonly healthy: boolean;
  readonly verdicts: readonly {
    readonly stepId: string;
    readonly title: string;
    readonly stage: string;
    readonly cluster: string;
    readonly verdict: Verdict;
    readonly askedAt: string;
  }[];
  /** While it is to count: nothing but dangers is told of the database unasked. */
  readonly mute?: { readonly until: string; readonly reason?: string };
  /** Of status: what somebody has to renew soon, a sentence each. */
  readonly ends?: readonly string[];
  /** Steps that the time did not suffice for. */
  readonly notAsked?: number;
  /** The same by name; absent: an older pgdist did not keep it. */
  readonly late?: readonly { readonly stepId: string; readonly title: string; readonly cluster: string }[];
}

export interface Run {
  readonly id: string;
  readonly kind: RunKind;
  /** Snapshot of what was asked and configured then; holds no secret. */
  readonly database: Database;
  readonly fleet: Fleet;
  /** How a command names the database, where its name alone does not say which: 'postgres --fleet us'. */
  readonly typed?: string;
  readonly state: RunState;
  readonly requestedBy: Actor;
  readonly requestedAt: string;
  /** True: the answer goes to the asker alone (status --private). */
  readonly private?: boolean;
  /** True: its answer has a picture of the fleet in its thread (status --picture). */
  readonly picture?: true;
  /** True: its answer tells every hop that was looked at, and not only what is wrong (explain). */
  readonly explains?: true;
  /** Slack's response_url of the command, for private answers. */
  readonly responseUrl?: string;
  readonly thread: ThreadAddress;
  /** Number of times that a phase of this run was queued, never reset; part of the job id. Says nothing to people: a crash counts too. */
  readonly attempt: number;
  /** Number of times that a person asked to go on after an end (retry, plan again); absent: never. What the thread says again after a retry is keyed by it. */
  readonly retries?: number;
  /** ISO instant, present while the asker was not yet told that the run is accepted: `startsBefore` says until when it may start. */
  readonly acceptBy?: string;
  /** Number of times in a row that a worker began this phase and got no step further, nor ended it or handed it back, the one under way included; absent: none. */
  readonly begun?: number;
  readonly phase: Phase;
  readonly plan?: Plan;
  readonly planExpiresAt?: string;
  /** Approvals of the present plan, oldest first, while more are wanted. */
  readonly approvals?: readonly GivenApproval[];
  readonly approval?: Approval;
  /** Present on a run that goes past freezes and the number of approvals: why, as its requester said. */
  readonly breakGlass?: { readonly reason: string };
  /** What keeps the plan that waits from being approved, now or before it expires, as known when it was made. */
  readonly frozen?: Frozen;
  /** ISO instant at which those who may approve are reminded, once, and at which they were. */
  readonly remindAt?: string;
  readonly remindedAt?: string;
  readonly replanned?: Replanned;
  /** Of a run that is or was queued behind another: what remains of its plan then must be a part of what was approved. */
  readonly behind?: Behind;
  /** ISO instant at which the clusters were found as approved, before the first write: a walk that starts after it is a resumed one. */
  readonly comparedAt?: string;
  readonly rejection?: Rejection;
  readonly cancelledBy?: Actor;
  readonly retriedBy?: Actor;
  /** Who retried or planned again since the last approval: the present plan is of their making, as it is of the requester's. */
  readonly causedBy?: readonly Actor[];
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly outcomes: Readonly<Record<string, StepOutcome>>;
  readonly failure?: Failure;
  readonly replication?: ReplicationTable;
  readonly answer?: Answer;
  /** Of a status with a picture: what the watch saw of the lag in the last hour, oldest first. */
  readonly lag?: readonly LagSample[];
  /** Why a superseded plan no longer fits, one sentence per difference. */
  readonly differences?: readonly string[];
  /** Of a bundle or an export: id of the run that it is about, where it is about one. */
  readonly about?: string;
  /** Of a bundle that was made: files in it, its size, and clusters that answered nothing. */
  readonly bundle?: { readonly files: number; readonly bytes: number; readonly silent: readonly string[] };
  /** Of an export that was made: files in it, its size, and steps that are left out of it. */
  readonly script?: { readonly files: number; readonly bytes: number; readonly leftOut?: number };
  /** Sentence for an end that is a bug of ours. */
  readonly bug?: string;
  /** Incremented by each stored write; writes compare and set on it. */
  readonly revision: number;
}

/** Moves a run to another state; throws on a move that the table does not have. */
export const move = (run: Run, to: RunState): Run => {
  if (!MOVES[run.state].includes(to)) throw new Error(`run ${run.id} cannot move from ${run.state} to ${to}`);
  return { ...run, state: to };
};

/** By so much clocks of bot and worker may differ: a run is withdrawn by the clock of another process than the one that gave it time. */
const CLOCKS_APART_MS = 5_000;

/** ISO instant after which nobody starts the run, should its asker not be told by then that it is accepted; undefined: they were. */
export const startsBefore = ({ acceptBy }: Pick<Run, 'acceptBy'>): string | undefined =>
  acceptBy === undefined ? undefined : new Date(Date.parse(acceptBy) + CLOCKS_APART_MS).toISOString();

/** False once the time to accept the run has surely passed without its asker being told that it is accepted. */
export const mayStart = (run: Run, now: Date): boolean => {
  const before = startsBefore(run);
  return before === undefined || now.toISOString() < before;
};

/** A retry starts the first phase of the run's own kind. */
export const firstPhase = (kind: RunKind): Phase => (kind === 'deploy' || kind === 'plan' ? 'plan' : 'verify');

export const isTerminal = (state: RunState): boolean => (TERMINAL_STATES as readonly RunState[]).includes(state);
