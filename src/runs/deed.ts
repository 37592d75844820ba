import { code, phrase, type Text, told } from '../domain/text.ts';
import { cut } from '../domain/cut.ts';
import { DEEDS, type Deed, type DeedName, type Way } from '../domain/deeds.ts';
import { NotKnownError, UserError } from '../domain/problem.ts';
import type { Run, RunState } from '../domain/run.ts';
import type { AboutRun, Asker, AtHome, Click, StartRequest } from '../ports/use-cases.ts';
import { admit } from './admission.ts';
import { record, recordIntent, type AuditEntry } from './audit.ts';
import { type Membership, NO_GROUPS, openMembership } from './membership.ts';
import { authorise, authoriseAsking, clickedInPlace } from './permissions.ts';
import { withNextThing } from './newer-run.ts';
import { thoseWhoRun } from './sentences.ts';
import { knownRun, readableRun, type RunDeps } from './use-case.ts';

type Asked = Asker | AboutRun | StartRequest | AtHome;

/**
 * Reads the run as it stands now and throws UserError unless the deed may be done to it, and that it will be done is in the audit. What is written
 * must build on its revision.
 */
export type Permit = () => Promise<Run>;

/** What the audit learns while a deed is done. */
interface Trace {
  run?: string;
  database?: string;
  reason?: string;
  until?: string;
  started?: string;
  /** 'x of y' approvals that are there after it. */
  counted?: string;
  /** Why it goes past freezes and the number of approvals. */
  breakGlass?: string;
  before?: RunState;
  after?: RunState;
  /** Number of the entry that says what is about to be done. */
  intent?: string;
}

/**
 * Of a deed that does more than show: nothing may be written before this resolves, and nothing when it throws. Once for each deed. Looks whether
 * the rules let this be asked for about the database, and by whom; some deeds are about none.
 */
type Intend = (database?: string) => Promise<void>;

/** The only way to do a deed: admits the person, does the work, and records what came of it, be it a refusal. */
export const doDeed = <T>(deps: RunDeps, name: DeedName, asked: Asked, work: (trace: Trace, intend: Intend) => Promise<T>): Promise<T> =>
  orRecorded(deps, name, asked, async (trace) => {
    await enter(deps, name, asked);
    const result = await work(trace, async (database) => {
      await asks(deps, name, asked, database);
      await intend(deps, name, asked, trace);
    });
    if (DEEDS[name].effect !== 'shows') await record(deps, entryOf(deps, name, asked, trace, 'done'));
    return result;
  });

/** Only looks whether the person may ask for the deed here; a refusal is recorded. */
export const admitted = (deps: RunDeps, name: DeedName, asked: Asked): Promise<void> => orRecorded(deps, name, asked, () => enter(deps, name, asked));

const enter = async (deps: RunDeps, name: DeedName, asked: Asked): Promise<void> => {
  refuseWay(name, asked.way);
  await admit(deps, name, asked);
};

const asks = async (deps: RunDeps, name: DeedName, { by }: Asked, database: string | undefined): Promise<void> => {
  const { asksFor }: Deed = DEEDS[name];
  if (database === undefined || asksFor === undefined || asksFor === 'as-its-run') return;
  const subject = { verb: asksFor, database, clusters: [] };
  await membershipFor(deps).knownEnough((members) => authoriseAsking(deps.config.slack, subject, by, deps.clock.now(), members));
};

/** Of one deed: asked for when it is done, and once. */
export const membershipFor = ({ groups, config }: RunDeps): Membership => openMembership(groups ?? NO_GROUPS, config.slack.admins);

const intend = async (deps: RunDeps, name: DeedName, asked: Asked, trace: Trace): Promise<void> => {
  if (trace.intent !== undefined) return;
  try {
    trace.intent = await recordIntent(deps, entryOf(deps, name, asked, trace, 'asked'));
  } catch (error) {
    deps.log.error({ deed: name, reason: String(error) }, 'deed refused, it cannot be recorded');
    throw new UserError(notRecorded(deps.config.slack.admins, name, asked));
  }
};

const notRecorded = (admins: readonly string[], name: DeedName, asked: Asked): Text => {
  const what = 'runId' in asked ? phrase`\`${name}\` of run ${code(cut(asked.runId, 20))}` : phrase`\`${name}\``;
  return told`Nothing was done: ${what} could not be recorded in the audit, and what is not recorded is not done. Try again in a moment, and if it stays so tell ${thoseWhoRun(admins)}.`;
};

const orRecorded = async <T>(deps: RunDeps, name: DeedName, asked: Asked, work: (trace: Trace) => Promise<T>): Promise<T> => {
  const trace: Trace = {};
  try {
    return await work(trace);
  } catch (thrown) {
    const { naming } = deps.config;
    const error = thrown instanceof UserError && naming !== undefined ? thrown.saying(naming(thrown.text)) : thrown;
    const [outcome, said] = isRefusal(error) ? (['refused', error.message] as const) : (['failed', nameOf(error)] as const);
    await record(deps, { ...entryOf(deps, name, asked, trace, outcome), told: said });
    throw error;
  }
};

/** A deed about a run that exists. `act` gets hold of the run through the permit alone, and returns it as it was then stored. */
export const doRunDeed = (
  deps: RunDeps,
  name: DeedName,
  asked: AboutRun,
  act: (permit: Permit, trace: Pick<Trace, 'counted' | 'breakGlass' | 'reason'>, membership: Membership) => Promise<Run>,
): Promise<Run> =>
  orRecorded(deps, name, asked, async (trace) => {
    await enter(deps, name, asked);
    const deed: Deed = DEEDS[name];
    const membership = membershipFor(deps);
    const click = asked.way === 'button' || asked.way === 'form' || asked.way === 'home' ? asked : undefined;
    const read = async (): Promise<Run> => {
      const run = click !== undefined ? await keptRun(deps, asked.runId) : await knownRun(deps, asked.runId);
      trace.before = run.state;
      return run;
    };
    const first = await read();
    if (click !== undefined && click.way !== 'home' && deed.clicked === 'on-the-run') await clickedInPlace(deps.store, first, click, deed);
    const done = await act(
      async () => {
        const run = await read();
        await permitted(deps, name, run, asked, membership);
        if (run.breakGlass !== undefined) trace.breakGlass = run.breakGlass.reason;
        await intend(deps, name, asked, trace);
        return run;
      },
      trace,
      membership,
    );
    if (done.id === asked.runId) trace.after = done.state;
    else trace.started = done.id;
    await record(deps, entryOf(deps, name, asked, trace, 'done'));
    return done;
  });

/** Looks whether the deed may be done to the run, and does nothing: no intent is recorded. A refusal is. */
export const mayDoRunDeed = (deps: RunDeps, name: DeedName, asked: Click): Promise<void> =>
  orRecorded(deps, name, asked, async (trace) => {
    await admit(deps, name, asked);
    const run = await keptRun(deps, asked.runId);
    trace.before = run.state;
    const deed: Deed = DEEDS[name];
    await clickedInPlace(deps.store, run, asked, deed);
    await permitted(deps, name, run, asked, membershipFor(deps));
  });

const permitted = async (deps: RunDeps, name: DeedName, run: Run, asked: AboutRun, membership: Membership): Promise<void> => {
  try {
    await membership.knownEnough((members) => authorise(deps.config.slack, name, run, asked, deps.clock.now(), members));
  } catch (error) {
    throw error instanceof UserError && asked.way === 'button' ? await withNextThing(deps, run, asked, error, membership) : error;
  }
};

const refuseWay = (name: DeedName, way: Way): void => {
  if ((DEEDS[name].ways as readonly Way[]).includes(way)) return;
  throw new UserError(told`Nothing was done: \`${name}\` cannot be asked for by ${way === 'home' ? 'a button of the Home tab' : `a ${way}`}.`);
};

const keptRun = async (deps: RunDeps, id: string): Promise<Run> => {
  const run = await readableRun(deps, id);
  if (run === undefined) throw new UserError(told`Nothing was done: this run is no longer kept. Runs are kept 90 days.`);
  return run;
};

const entryOf = (
  { clock, config: { fleet, naming } }: RunDeps,
  deed: DeedName,
  asked: Asked,
  trace: Trace,
  outcome: AuditEntry['outcome'],
): AuditEntry => {
  const { by, way, channel } = asked;
  const run = trace.run ?? ('runId' in asked && RUN_ID.test(asked.runId) ? asked.runId : undefined);
  const digestSeen = 'seenDigest' in asked && typeof asked.seenDigest === 'string' ? asked.seenDigest.slice(0, 64) : undefined;
  return {
    at: clock.now().toISOString(),
    by: by.userId,
    team: by.teamId,
    way,
    channel,
    deed,
    outcome,
    ...(run === undefined ? {} : { run }),
    ...(naming === undefined ? {} : { fleet: fleet.name }),
    ...(trace.database === undefined ? {} : { database: trace.database }),
    ...(trace.reason === undefined ? {} : { reason: trace.reason }),
    ...(trace.until === undefined ? {} : { until: trace.until }),
    ...(trace.intent === undefined ? {} : { about: trace.intent }),
    ...(trace.started === undefined ? {} : { started: trace.started }),
    ...(trace.counted === undefined ? {} : { counted: trace.counted }),
    ...(trace.breakGlass === undefined ? {} : { breakGlass: trace.breakGlass }),
    ...(digestSeen === undefined ? {} : { digestSeen }),
    ...(trace.before === undefined ? {} : { before: trace.before }),
    ...(trace.after === undefined ? {} : { after: trace.after }),
  };
};

/** Anything else that was typed names no run, and may be what should not be kept. */
const RUN_ID = /^r[a-z0-9]{1,15}$/;

const isRefusal = (error: unknown): error is UserError => error instanceof UserError && !(error instanceof NotKnownError);

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'an error');
