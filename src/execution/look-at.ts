import { bounded, RUN_LIMITS } from '../domain/bounded.ts';
import type { Database } from '../domain/database.ts';
import { lookOf, type Look } from '../domain/look.ts';
import { lagSample, type LagSample } from '../domain/lag.ts';
import { isQuiet } from '../domain/quiet-hours.ts';
import type { ReplicationTable } from '../domain/replication.ts';
import { advance, interrupted, nextLookMs, unwatched } from '../domain/watched.ts';
import type { Clock } from '../ports/clock.ts';
import type { JobEnd } from '../ports/job-handlers.ts';
import { StaleWatchError, type WatchedDatabase } from '../ports/watch-store.ts';
import { verifyWalk } from '../walk/walk-verify.ts';
import { tableWithMemory } from './last-streaming.ts';
import { AHEAD_EVERY_MS, lookAhead } from './look-ahead.ts';
import { homesChanged } from './report-home.ts';
import { isUnderWay, lookingTools, placesOf } from './looking.ts';
import { lookLease, WHOLE_FLEET } from './watch-databases.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** Nobody waits for the answer: the chain has more time than that of status. */
const CHAIN_MS = 10_000;
/** What failed is tried again after this. */
const AFTER_FAULT_MS = 60_000;

/**
 * Looks at a database of the watch if that is due, under a lease of its own, and stores what is to be told of it. The look stays due until then: should this
 * worker die or stop, another one makes it. Throws only when the store cannot be reached.
 */
export const lookAt = async (deps: WorkerDeps, of: WatchedDatabase, stop: AbortSignal): Promise<JobEnd> => {
  const { leases, watches, clock, log } = deps;
  if (stop.aborted) return 'hand-back';
  const lease = await leases.take(lookLease(of));
  if (lease === undefined) return 'ended';
  const signal = AbortSignal.any([stop, lease.signal]);
  try {
    const due = await watches.due(clock.now());
    if (!due.some(({ fleet, database }) => fleet === of.fleet && database === of.database)) return 'ended';
    if (of.database === WHOLE_FLEET) {
      await lookAhead(deps, signal);
      await watches.dueAt(of, later(clock, AHEAD_EVERY_MS));
    } else await look(deps, of, signal);
  } catch (error) {
    if (error instanceof StaleWatchError) log.debug({ ...of }, 'somebody else looked meanwhile');
    else if (!signal.aborted) {
      log.error({ ...of, error }, 'database could not be looked at');
      await watches.dueAt(of, later(clock, AFTER_FAULT_MS)).catch(() => undefined);
    }
  } finally {
    await lease.release();
  }
  return 'ended';
};

const later = (clock: Clock, ms: number): Date => new Date(clock.now().getTime() + ms);

const look = async (deps: WorkerDeps, of: WatchedDatabase, signal: AbortSignal): Promise<void> => {
  const { watches, watching, clock } = deps;
  const watched = of.fleet === watching.fleet.name ? watching.databases.get(of.database) : undefined;
  const before = await watches.recall(of);
  if (watched === undefined) {
    const { watched: after, alerts } = unwatched(before.watched, clock.now().toISOString());
    return await watches.save(of, { ...before, watched: after }, undefined, alerts);
  }
  const { database, rules } = watched;
  const { seen, table } = (await isUnderWay(deps, of)) ? {} : await seenNow(deps, database, signal);
  // A deploy that began meanwhile changes what was looked at.
  if (seen === undefined || (await isUnderWay(deps, of)))
    return await watches.save(of, { ...before, watched: interrupted(before.watched) }, later(clock, nextLookMs(before.watched, rules.everyMs)), []);
  const telling = {
    fleet: of.fleet,
    database: database.name,
    everyMs: rules.everyMs,
    quiet: isQuiet(rules.quietHours, clock.now()),
    mute: await watches.muted(of),
    places: await placesOf(deps, of, rules),
  };
  const { watched: after, alerts } = advance(before.watched, seen, telling);
  const nextMs = nextLookMs(after, rules.everyMs);
  await watches.save(of, { ...before, watched: after }, later(clock, nextMs), alerts);
  await rememberLag(deps, of, lagSample(table, seen.at, nextMs));
  await homesChanged(deps);
};

/** For a plot alone: the watch goes on without it. */
const rememberLag = async ({ watches, log }: WorkerDeps, of: WatchedDatabase, sample: LagSample): Promise<void> => {
  await watches.rememberLag(of, sample).catch((error: unknown) => log.warn({ ...of, reason: String(error) }, 'lag of a look not kept'));
};

/** The walk of status: is the database healthy, and where it is not, the chain before it. */
const seenNow = async (
  deps: WorkerDeps,
  database: Database,
  signal: AbortSignal,
): Promise<{ readonly seen?: Look; readonly table?: ReplicationTable | undefined }> => {
  const { procedures, watching, clock } = deps;
  const { fleet } = watching;
  let replication: ReplicationTable | undefined;
  const progress = {
    outcomeOf: () => undefined,
    outcome: () => undefined,
    waiting: () => undefined,
    replication: (table: ReplicationTable) => {
      replication = table;
    },
  };
  const chain = { procedure: procedures.deploy(fleet, database), withinMs: CHAIN_MS };
  const answer = await verifyWalk(procedures.status(fleet, database), lookingTools(deps, fleet, signal), progress, chain);
  const table = await tableWithMemory(deps, { fleet, database, ...(replication === undefined ? {} : { replication }) });
  const at = clock.now().toISOString();
  deps.observe?.({ fleet: fleet.name, database: database.name, healthy: answer.healthy, at, replication: table });
  const { lead, ...rest } = lookOf(answer, table, at);
  // Redacted first: half a secret no longer looks like one.
  return { table, seen: lead === undefined ? rest : { ...rest, lead: bounded(deps.redact(lead), RUN_LIMITS.problem) } };
};
