import type { Database } from '../domain/database.ts';
import { UserError } from '../domain/problem.ts';
import { firstPhase, move, type Run } from '../domain/run.ts';
import { isWithdrawn, without } from '../domain/run-moves.ts';
import { StaleRevisionError } from '../ports/run-store.ts';
import type { StartRequest } from '../ports/use-cases.ts';
import { databaseNamed } from './database-named.ts';
import { doDeed } from './deed.ts';
import { runUnderWay, thoseWhoRun } from './sentences.ts';
import { threadLink, type RunDeps } from './use-case.ts';
import { told } from '../domain/text.ts';

/** Store and queue together; Slack gives 3 s to answer, and the ack needs the rest. */
const ACCEPT_WITHIN_MS = 1_700;
const ID_LENGTH = 4;

/**
 * Stores the run, then queues it. When it returns, the run will be worked on whatever dies; when it throws, it will not: until the asker can be
 * told yes, the stored run carries `acceptBy`, after which no worker may start it. A job that reaches the queue too late finds it passed.
 */
export const startRun = (deps: RunDeps, request: StartRequest): Promise<Run> =>
  doDeed(deps, request.kind, request, async (trace, intend) => {
    const run = await newlyStarted(deps, request, (id) => {
      trace.run = id;
      return intend();
    });
    trace.run = run.id;
    trace.after = run.state;
    return run;
  });

/** What is to be started, by whom and where; who may was looked at before. */
type Order = Omit<StartRequest, 'way'>;

/** `intend` is awaited with the id of the new run before anything is stored; nothing is when it throws. */
export const newlyStarted = async (deps: RunDeps, request: Order, intend: (id: string) => Promise<void>): Promise<Run> => {
  const { store, queue, config, log } = deps;
  const database = databaseNamed(config.databases, request.database);
  try {
    const before = request.kind === 'deploy' ? await startedBefore(deps, request) : undefined;
    if (before !== undefined) return before;
    if (request.kind === 'deploy') await refuseSecondDeploy(deps, database.name);
    const run = await newRun(deps, request, database);
    await intend(run.id);
    if (!(await store.create(run, request.idempotencyKey))) return (await startedBefore(deps, request)) ?? notKept();
    try {
      await queue.add({ runId: run.id, phase: run.phase, attempt: run.attempt });
      return await accept(deps, run);
    } catch (error) {
      log.warn({ runId: run.id, reason: String(error) }, 'run not queued');
      return await withdraw(deps, run, error);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    log.error({ kind: request.kind, reason: String(error) }, 'run not accepted');
    throw new UserError(
      told`Nothing was accepted: the queue cannot be reached. Nothing has changed. Try again, and if it stays so tell ${thoseWhoRun(config.slack.admins)}.`,
    );
  }
};

/** Two plans for one database would only overtake each other; the fleet's lock keeps two applies apart in any case. */
export const refuseSecondDeploy = async ({ store }: Pick<RunDeps, 'store'>, database: string, except?: string): Promise<void> => {
  const live = await store.live();
  const other = live.find((run) => run.kind === 'deploy' && run.database.name === database && run.id !== except && run.acceptBy === undefined);
  if (other !== undefined)
    throw new UserError(
      told`${runUnderWay(other)}. Follow it in its thread, or ask there for \`cancel\`. Your request was not queued.`,
      threadLink(other),
    );
};

const newRun = async ({ store, clock, random, config }: RunDeps, request: Order, database: Database): Promise<Run> => {
  const now = clock.now();
  let id = `r${random.id(ID_LENGTH)}`;
  while ((await store.get(id)) !== undefined) id = `r${random.id(ID_LENGTH)}`;
  return {
    id,
    kind: request.kind,
    database,
    fleet: config.fleet,
    state: 'queued',
    requestedBy: request.by,
    requestedAt: now.toISOString(),
    acceptBy: new Date(now.getTime() + ACCEPT_WITHIN_MS).toISOString(),
    ...(request.private === true ? { private: true } : {}),
    ...(request.responseUrl === undefined ? {} : { responseUrl: request.responseUrl }),
    thread: { channel: request.channel },
    attempt: 1,
    phase: firstPhase(request.kind),
    outcomes: {},
    revision: 0,
  };
};

/** Tells the stored run that its asker is told yes. A worker that took the job at once has said so already. */
const accept = async ({ store }: RunDeps, run: Run): Promise<Run> => {
  try {
    return await store.save(without(run, 'acceptBy'));
  } catch (error) {
    if (!(error instanceof StaleRevisionError)) throw error;
    return startedMeanwhile({ store }, run.id, error);
  }
};

/** After this nobody may start the run, unless a worker did so already: then it was accepted after all. */
const withdraw = async ({ store, clock }: RunDeps, run: Run, cause: unknown): Promise<Run> => {
  try {
    await store.save({ ...move(run, 'cancelled'), endedAt: clock.now().toISOString() });
  } catch (error) {
    if (error instanceof StaleRevisionError) return startedMeanwhile({ store }, run.id, cause);
  }
  throw cause;
};

const startedMeanwhile = async ({ store }: Pick<RunDeps, 'store'>, id: string, cause: unknown): Promise<Run> => {
  const stored = await store.get(id);
  if (stored === undefined || stored.acceptBy !== undefined) throw cause;
  return stored;
};

/** Slack delivered the command twice: both get the one run. */
const startedBefore = async ({ store }: RunDeps, { idempotencyKey }: Order): Promise<Run | undefined> => {
  const id = await store.startedBy(idempotencyKey);
  const run = id === undefined ? undefined : await store.get(id);
  return run === undefined || isWithdrawn(run) ? undefined : run;
};

const notKept = (): never => {
  throw new UserError(told`This command was taken before and is not kept any more. Type it again.`);
};
