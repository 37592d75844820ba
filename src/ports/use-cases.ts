import type { Named } from '../domain/policy.ts';
import type { Lock } from '../domain/lock.ts';
import type { Mute } from '../domain/alert.ts';
import type { DeedBy } from '../domain/deeds.ts';
import type { Choice } from '../domain/database-now.ts';
import type { Visitor } from '../domain/home.ts';
import type { Actor, Run, RunKind } from '../domain/run.ts';
import type { Text } from '../domain/text.ts';
import type { WorkersKnown } from '../domain/workers.ts';
import type { OwedAnswer } from './owed-answers.ts';
import type { AuditOfRun } from './run-store.ts';

/** The slash command that all verbs belong to. */
export const SLASH = '/pgdist';

/** Who typed, as Slack's signed payload or the hub's API server says, and where. */
export interface Asker {
  readonly way: 'command' | 'mention' | 'terminal';
  readonly by: Actor;
  /** Of a terminal: where the run is to be shown. */
  readonly channel: string;
  /** Id of the request, Slack's where it comes from there: equal when it is delivered twice. */
  readonly idempotencyKey: string;
  /** A mention has none. */
  readonly responseUrl?: string;
  /** Of what was said in a thread: the run that it is the thread of; 'none' where it is no run's. */
  readonly thread?: Run | 'none';
}

/** A click on a button of a run, or the form behind it. `channel`, `messageTs` and `threadTs` are where Slack says the button stands. */
export interface Click {
  readonly way: 'button' | 'form' | 'home';
  readonly runId: string;
  readonly by: Actor;
  readonly channel: string;
  readonly messageTs: string;
  /** Absent for a message that is in no thread. */
  readonly threadTs?: string;
  /** True: it stands in a message that this person alone sees, as Slack says. */
  readonly offered?: true;
}

/** What a click says, said in a terminal or, for what may be asked for so, in the run's thread: there is no message, and whoever says it names what was seen. */
export type FromTerminal<T extends Click> = Omit<T, 'way' | 'messageTs' | 'threadTs'> & { readonly way: 'terminal' | 'mention' };

/** A request about a run, however it came in. */
export type AboutRun = Click | FromTerminal<Click> | (Asker & { readonly runId: string });

/** A click that decides about a plan. */
export interface Decision extends Click {
  /** Digest of the plan that the message showed; undefined where it could not be read, and then nothing is decided. */
  readonly seenDigest: string | undefined;
}

export interface StartRequest extends Omit<Asker, 'way'> {
  /** form: chosen in one, which was asked for in a command or in the Home tab. */
  readonly way: Asker['way'] | 'form';
  readonly kind: Exclude<RunKind, 'bundle' | 'export'>;
  readonly database: string;
  /** The answer goes to the asker alone. */
  readonly private?: boolean;
  /** Of a deploy: why it goes past freezes and the number of approvals, which a second person then decides. */
  readonly breakGlass?: string;
  /** With a picture of the fleet in its thread (status --picture). */
  readonly picture?: true;
  /** Of a verify: the answer tells every hop. */
  readonly explains?: true;
}

/** A database by its name, or a run by its id: what stands in the thread of that run belongs in the bundle. */
export interface Bundling extends Asker {
  readonly about: string;
}

export interface Rejecting extends Decision {
  /** Slack's id of the form: the rejection that came by it is taken once, and told as taken each time. */
  readonly form?: string;
  readonly reason?: string;
}

/** Typed, a rejection names the run: whichever plan of it waits is rejected. */
export type TypedRejecting = Asker & Pick<Rejecting, 'runId' | 'reason'>;

export interface Retrying extends Click {
  readonly deed: 'retry' | 'plan-again';
  /** How often the run had been retried when the message was written; undefined where it could not be read, which counts as never. */
  readonly seenRetries?: number | undefined;
}

/** Something anew about the same database: a look, the run's own question, private again if it was, or a deploy that mends what was found. */
export interface AskingAgain extends Click {
  readonly deed: 'verify-now' | 'ask-again' | 'plan-repair';
  readonly idempotencyKey: string;
  readonly responseUrl?: string;
}

/** A button of a run in the Home tab. */
export interface HomeClick extends Pick<Retrying, 'runId' | 'by' | 'seenRetries'> {
  readonly deed: 'cancel' | 'explain' | Retrying['deed'] | AskingAgain['deed'];
  /** Equal when the click is delivered twice. */
  readonly idempotencyKey: string;
}

/** Something about the person who asks, wherever that is. */
export interface AtHome extends Pick<Asker, 'by' | 'channel'> {
  readonly way: 'home';
}

/** Direct messages: on, off, or only whether they are. */
export type Notifying = (Asker | AtHome) & { readonly wanted?: boolean };

export interface Muting extends Asker {
  readonly database: string;
  /** Milliseconds from now. */
  readonly forMs: number;
  readonly reason?: string;
}

export interface Locking extends Asker {
  readonly database: string;
  readonly reason: string;
}

/** What waits for a person. */
export interface Pending {
  readonly runs: readonly { readonly run: Run; readonly forYou: boolean; readonly approvers: Named }[];
  readonly locks: readonly { readonly database: string; readonly lock: Lock }[];
}

/** About a run that is stored; whoever may ask for it sees what it found. */
export type Explaining = Click | (Asker & { readonly runId: string });

export type Cancelling = Click | (Asker & { readonly runId: string });

/**
 * What a person can ask of pgdist. Each admits and authorises by the table of deeds and records decision or refusal; it throws UserError with
 * the sentence for the asker. Anything else thrown is a bug or an outage.
 */
export interface UseCases {
  /** The run that is shown in this thread; undefined: it is no run's. Tells nobody anything by itself. */
  ofThread(channel: string, threadTs: string): Promise<Run | undefined>;
  /** Resolves when this person may ask for it here; throws the refusal. Everything below does so itself as well. */
  admit(deed: DeedBy<'command'>, asker: Asker): Promise<void>;
  /**
   * How each database was last for which this person may ask for that, of the fleets that work in one of these channels; never rejects for want of the
   * store or of Slack.
   */
  databases(channels: readonly string[], asking: { readonly by: Actor; readonly verb: FormKind }): Promise<Choice>;
  /** Stored and queued when it returns. */
  start(request: StartRequest): Promise<Run>;
  /** The same; returns the sentence for the asker. */
  startTold(request: StartRequest & { readonly fleet?: string }): Promise<Text>;
  /** The same for a support bundle, which not everybody may ask for. */
  bundle(request: Bundling): Promise<Run>;
  /** The steps of a run as a script, with the configuration of that run. */
  export(request: Asker & { readonly runId: string }): Promise<Run>;
  /** Newest first. */
  list(asker: Asker, limit: number): Promise<readonly Run[]>;
  /** What the audit has about a run, kept or not: its newest entries, oldest first. */
  audit(about: Asker & { readonly runId: string }, limit: number): Promise<AuditOfRun>;
  /** Resolves when this person may reject as the run stands, before a form asks for the reason; throws the refusal. Decides nothing. */
  mayReject(click: Decision): Promise<void>;
  /** Whether Slack is known to show the run as it is stored here, or newer: then who clicked sees what came of it. */
  isShown(run: Run): Promise<boolean>;
  /** What came of a request whose process is gone, for who asked. */
  whatCameOf(asked: OwedAnswer): Promise<Text>;
  approve(decision: Decision | FromTerminal<Decision>): Promise<Run>;
  reject(decision: Rejecting | FromTerminal<Rejecting> | TypedRejecting): Promise<Run>;
  retry(click: Retrying | FromTerminal<Retrying>): Promise<Run>;
  cancel(request: Cancelling): Promise<Run>;
  /** What is stored of a run as the whole chain: danger, cause, what follows, what is broken besides, what cannot be told, what is ruled out. */
  explain(about: Explaining): Promise<Text>;
  /** Whether anybody works on what was asked for, as known now: for the acknowledgement. */
  workers(): WorkersKnown;
  /** From now on nothing but dangers is told of the database unasked. */
  mute(request: Muting): Promise<Mute>;
  /** The mute that was ended; undefined: there was none. */
  unmute(request: Asker & { readonly database: string }): Promise<Mute | undefined>;
  /** Whether this person is written to directly, afterwards. */
  notify(request: Notifying): Promise<boolean>;
  /** Who may see what in the Home tab; throws the refusal. */
  visitHome(by: Actor): Promise<Visitor>;
  /** Returns the sentence for the clicker: what came of it. */
  clickAtHome(click: HomeClick): Promise<Text>;
  /** From now on no deploy of the database is planned, approved or begun; one that is being applied goes on, and is returned. */
  lock(request: Locking): Promise<{ readonly lock: Lock; readonly goesOn: Run | undefined }>;
  /** The lock that was ended; undefined: there was none. */
  unlock(request: Locking): Promise<Lock | undefined>;
  /** First what waits for who asks, then the longest waiting. */
  pending(asker: Asker): Promise<Pending>;
  /** Newest first. */
  history(asker: Asker & { readonly database?: string }, limit: number): Promise<readonly Run[]>;
  /** Returns the sentence for the asker: what was started, and where its answer comes. */
  askAgain(question: AskingAgain): Promise<Text>;
}

/** Answers what is typed after /pgdist; throws UserError with the sentence for the asker. Markup of the text: render/told.ts. */
export type Interpreter = (text: string, asker: Asker) => Promise<Reply>;

/** Told to the asker alone. */
export interface Reply {
  readonly text: Text;
  /** A form is to be opened for what was left out; where it cannot be, the text says what to type. */
  readonly form?: FormKind;
  /** Of whose databases alone. */
  readonly fleet?: string;
}

/** What a form asks a database for. */
export type FormKind = StartRequest['kind'];
