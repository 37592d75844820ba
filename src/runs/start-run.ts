import type { Database } from '../domain/database.ts';
import { UserError } from '../domain/problem.ts';
import { firstPhase, type Run } from '../domain/run.ts';
import { accepted, acceptedByOther } from './acceptance.ts';
import { databaseNamed } from './database-named.ts';
import { doDeed } from './deed.ts';
import { refuseLocked } from './lock-database.ts';
import { thoseWhoRun } from './sentences.ts';
import { takingDatabase } from './take-database.ts';
import type { RunDeps } from './use-case.ts';
import { SLASH, type StartRequest } from '../ports/use-cases.ts';
import { cut } from '../domain/cut.ts';
import { told } from '../domain/text.ts';

/** Store and queue together; Slack gives 3 s to answer, and the ack needs the rest. */
const ACCEPT_WITHIN_MS = 1_700;
const ID_LENGTH = 4;

/**
 * Stores the run, then queues it. When it returns, the run will be worked on whatever dies; when it throws, it will not, unless it throws
 * NotKnownError: until the asker can be told yes, the stored run carries `acceptBy`, soon after which no worker may start it.
 */
export const startRun = (deps: RunDeps, request: StartRequest): Promise<Run> =>
  doDeed(deps, request.kind, request, async (trace, intend) => {
    if (request.breakGlass !== undefined) trace.breakGlass = reasonOf(request.breakGlass, request.database);
    const run = await newlyStarted(deps, request, (id, database) => {
      trace.run = id;
      return intend(database);
    });
    trace.run = run.id;
    trace.after = run.state;
    return run;
  });

const REASON_LENGTH = 200;

/** Whoever goes past the rules says why, and is quoted wherever it counts. */
const reasonOf = (given: string, database: string): string => {
  const reason = given.trim();
  if (reason === '')
    throw new UserError(told`Nothing was done: break-glass needs a reason. Type \`${SLASH} deploy ${database} --break-glass <reason>\`.`);
  return cut(reason, REASON_LENGTH);
};

/** What is to be started, by whom and where; who may was looked at before. */
type Order = Omit<StartRequest, 'way' | 'kind'> &
  Pick<Run, 'kind' | 'about'> & {
    /** Of what was configured for an earlier run; absent: of what is configured now. */
    readonly as?: Pick<Run, 'database' | 'fleet'>;
  };

/** `intend` is awaited with the id of the new run and the name of its database before anything is stored; nothing is when it throws. */
export const newlyStarted = async (deps: RunDeps, request: Order, intend: (id: string, database: string) => Promise<void>): Promise<Run> => {
  const database = request.as?.database ?? databaseNamed(deps.config.databases, request.database);
  const stored = await beforeAccepting(deps, request, async () => {
    await refuseLocked(deps, 'Nothing was accepted', { kind: request.kind, database: database.name });
    return store(deps, request, database, intend);
  });
  const run = stored.isNew ? await accepted(deps, stored.run) : stored.run;
  if (run === undefined) throw notAccepted(deps);
  return run;
};

interface Stored {
  readonly run: Run;
  /** False: an earlier delivery of the same command has it, and it is accepted. */
  readonly isNew: boolean;
}

/** Nobody accepts a run before it is known to be stored, so whatever fails until then, nothing was accepted. */
const beforeAccepting = async (deps: RunDeps, { kind }: Order, work: () => Promise<Stored>): Promise<Stored> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    deps.log.error({ kind, reason: String(error) }, 'run not accepted');
    throw notAccepted(deps);
  }
};

const notAccepted = ({ config }: RunDeps): UserError =>
  new UserError(
    told`Nothing was accepted: the queue cannot be reached. Nothing has changed. Try again, and if it stays so tell ${thoseWhoRun(config.slack.admins)}.`,
  );

const store = async (deps: RunDeps, request: Order, database: Database, intend: (id: string, database: string) => Promise<void>): Promise<Stored> => {
  const id = await newId(deps);
  await intend(id, database.name);
  for (;;) {
    const run = newRun(deps, request, database, id);
    const taken = await takingDatabase(deps, run, (wanted) => deps.store.create(wanted, request.idempotencyKey));
    if (taken === undefined) continue;
    return taken.outcome.kind === 'created' ? { run: taken.run, isNew: true } : { run: await deliveredBefore(deps, request), isNew: false };
  }
};

const newId = async ({ store: runs, random }: RunDeps): Promise<string> => {
  for (;;) {
    const id = `r${random.id(ID_LENGTH)}`;
    if ((await runs.get(id)) === undefined) return id;
  }
};

const newRun = ({ clock, config }: RunDeps, request: Order, database: Database, id: string): Run => {
  const now = clock.now();
  return {
    id,
    kind: request.kind,
    database,
    fleet: request.as?.fleet ?? config.fleet,
    ...(config.typed === undefined ? {} : { typed: config.typed(database.name) }),
    state: 'queued',
    requestedBy: request.by,
    requestedAt: now.toISOString(),
    acceptBy: new Date(now.getTime() + ACCEPT_WITHIN_MS).toISOString(),
    ...(request.private === true ? { private: true } : {}),
    // Nothing but text can be told to one person alone.
    ...(request.picture === true && request.private !== true ? { picture: true } : {}),
    ...(request.about === undefined ? {} : { about: request.about }),
    ...(request.explains === true ? { explains: true as const } : {}),
    ...(request.breakGlass === undefined ? {} : { breakGlass: { reason: reasonOf(request.breakGlass, database.name) } }),
    ...(request.responseUrl === undefined ? {} : { responseUrl: request.responseUrl }),
    thread: { channel: request.channel },
    attempt: 1,
    phase: firstPhase(request.kind),
    outcomes: {},
    revision: 0,
  };
};

/** Slack delivered the command twice: both are told of the one run, as soon as it is known what became of it. */
const deliveredBefore = async (deps: RunDeps, { idempotencyKey }: Order): Promise<Run> => {
  const id = await deps.store.startedBy(idempotencyKey);
  const first = id === undefined ? undefined : await deps.store.get(id);
  if (first === undefined) throw new UserError(told`This command was taken before and is not kept any more. Type it again.`);
  const run = await acceptedByOther(deps, first);
  if (run === undefined) throw notAccepted(deps);
  return run;
};
