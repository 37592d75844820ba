import { runOfGoneFleet } from '../domain/fleet-gone.ts';
import { isTerminal } from '../domain/run.ts';
import type { JobEnd } from '../ports/job-handlers.ts';
import { runLease } from '../ports/lease.ts';
import type { PhaseJob } from '../ports/queue.ts';
import { StaleRevisionError } from '../ports/run-store.ts';
import { recordEnd } from '../runs/audit.ts';
import { executeRun } from './execute-run.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** What a worker works with on each fleet, one at least. */
export type DepsOfFleets = readonly [WorkerDeps, ...WorkerDeps[]];

/** What it works with on the fleet of that name. A single fleet counts for every name, as one that was renamed is still the same. */
export const depsOf = (fleets: DepsOfFleets, name: string): WorkerDeps | undefined =>
  fleets.length === 1 ? fleets[0] : fleets.find(({ watching }) => watching.fleet.name === name);

/** Works on a job with what belongs to the fleet of its run, and ends a run whose fleet is gone. */
export const executeJob = async (fleets: DepsOfFleets, job: PhaseJob, stop: AbortSignal): Promise<JobEnd> => {
  const [first] = fleets;
  // What cannot be read is met again, and told, by who works on it.
  const run = fleets.length === 1 ? undefined : await first.store.get(job.runId).catch(() => undefined);
  const deps = run === undefined ? first : depsOf(fleets, run.fleet.name);
  if (deps !== undefined) return await executeRun(deps, job, stop);
  await endGone(fleets, job);
  return 'ended';
};

const endGone = async ([first, ...others]: DepsOfFleets, { runId, phase, attempt }: PhaseJob): Promise<void> => {
  const { store, leases, clock } = first;
  const lease = await leases.take(runLease(runId));
  if (lease === undefined) return;
  try {
    const run = await store.get(runId);
    if (run === undefined || isTerminal(run.state) || run.state === 'awaiting-approval' || run.attempt !== attempt || run.phase !== phase) return;
    const names = [first, ...others].map(({ watching }) => watching.fleet.name);
    await recordEnd(first, run, await store.save(runOfGoneFleet(run, names, clock.now())));
  } catch (error) {
    if (!(error instanceof StaleRevisionError)) throw error;
  } finally {
    await lease.release();
  }
};
