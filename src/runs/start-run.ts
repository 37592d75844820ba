import { distance } from 'fastest-levenshtein';
import type { Database } from '../domain/database.ts';
import { UserError, userToken } from '../domain/problem.ts';
import { firstPhase, move, type Run } from '../domain/run.ts';
import { isWithdrawn, without } from '../domain/run-moves.ts';
import { StaleRevisionError } from '../ports/run-store.ts';
import type { StartRequest } from './runs.ts';
import { runUnderWay } from './sentences.ts';
import { threadLink, type RunDeps } from './use-case.ts';
import { code, joined, phrase, told, within } from '../domain/text.ts';
import { cut } from '../domain/cut.ts';

/** Store and queue together; Slack gives 3 s to answer, and the ack needs the rest. */
const ACCEPT_WITHIN_MS = 1_700;
const ID_LENGTH = 4;

/**
 * Stores the run, then queues it. When it returns, the run will be worked on whatever dies; when it throws, it will not: until the asker can be
 * told yes, the stored run carries `acceptBy`, after which no worker may start it. A job that reaches the queue too late finds it passed.
 */
export const startRun = async (deps: RunDeps, request: StartRequest): Promise<Run> => {
  const { store, queue, config, log } = deps;
  const database = databaseOf(config.databases, request.database);
  try {
    if (request.kind === 'deploy') await refuseSecondDeploy(deps, database.name);
    const run = await newRun(deps, request, database);
    if (!(await store.create(run, request.idempotencyKey))) return await startedBefore(deps, request);
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
    const { admins: ids } = config.slack;
    const admins = ids.length === 0 ? 'the people who run pgdist' : within(joined(ids.map(userToken), ', '));
    throw new UserError(told`Nothing was accepted: the queue cannot be reached. Nothing has changed. Try again, and if it stays so tell ${admins}.`);
  }
};

const databaseOf = (databases: readonly Database[], name: string): Database => {
  const found = databases.find((database) => database.name === name);
  if (found !== undefined) return found;
  const [nearest] = databases.toSorted((a, b) => distance(a.name, name) - distance(b.name, name));
  const guess = nearest !== undefined && distance(nearest.name, name) <= 3 ? phrase` Did you mean \`${nearest.name}\`?` : '';
  throw new UserError(told`There is no database ${code(cut(name, 60))} in this fleet.${guess} \`/pgdist status\` lists them all.`);
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

const newRun = async ({ store, clock, random, config }: RunDeps, request: StartRequest, database: Database): Promise<Run> => {
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
    const accepted = await store.save(without(run, 'acceptBy'));
    await store.audit({ did: 'start', run: run.id, kind: run.kind, database: run.database.name, by: run.requestedBy.userId, at: run.requestedAt });
    return accepted;
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
const startedBefore = async ({ store }: RunDeps, { kind, database, by, channel }: StartRequest): Promise<Run> => {
  const runs = await store.list(50);
  const same = runs.find(
    (run) =>
      run.kind === kind &&
      run.database.name === database &&
      run.requestedBy.userId === by.userId &&
      run.thread.channel === channel &&
      !isWithdrawn(run),
  );
  if (same === undefined) throw new UserError(told`This command was taken before and is not kept any more. Type it again.`);
  return same;
};
