import { LeaseLostError, reportLease, type WorkerLease } from '../ports/lease.ts';
import { UnreadableRunError, type Shown } from '../ports/run-store.ts';
import type { JobEnd } from '../ports/job-handlers.ts';
import type { WorkerDeps } from './worker-deps.ts';
import type { Run } from '../domain/run.ts';
import { isWithdrawn } from '../domain/run-moves.ts';
import type { Absence } from '../domain/workers.ts';

/** What showing a run needs. */
export type ReportDeps = Pick<WorkerDeps, 'store' | 'schedule' | 'leases' | 'thread' | 'clock' | 'log'> & {
  /** Whom else a run concerns, once its thread shows it (tell-people.ts); default: nobody. Returns what is shown afterwards. */
  readonly tellPeople?: (run: Run, shown: Shown) => Promise<Shown>;
};

/** Should the reporter die or fail while it shows a run, another one looks at it after this. */
const SHOWING_MS = 5_000;
/**
 * Makes the thread show the newest state of the run, one reporter per run at a time, again as long as it became due meanwhile. What is shown
 * never fails a run: errors are logged, and the run stays due. With an absence, whoever reports stands in for workers that are not there.
 */
export const reportRun = (deps: ReportDeps, runId: string, stop: AbortSignal, absence?: Absence): Promise<JobEnd> =>
  reported(deps, runId, stop, (lease, signal) =>
    show(deps, runId, { lease, signal, absence }).catch((error: unknown) => {
      if (!(error instanceof UnreadableRunError)) throw error;
      // It stays as it is until somebody writes it, which makes it due again.
      deps.log.error({ runId, reason: error.message }, 'run cannot be read, so it is not shown');
      return undefined;
    }),
  );

/**
 * The same for whatever is shown: `show` returns the milliseconds after which to show it again, if there is more to show. Where it fails, the lease ends
 * with it: a write that timed out may still be done later, and is refused only once a later lease stored something.
 */
export const reported = async (
  { schedule, leases, clock, log }: Pick<ReportDeps, 'schedule' | 'leases' | 'clock' | 'log'>,
  id: string,
  stop: AbortSignal,
  showNow: (lease: WorkerLease, signal: AbortSignal) => Promise<number | undefined>,
): Promise<JobEnd> => {
  if (stop.aborted) return 'hand-back';
  const lease = await leases.take(reportLease(id));
  // Still due: the reconciler wakes somebody again.
  if (lease === undefined) return 'ended';
  const signal = AbortSignal.any([stop, lease.signal]);
  try {
    for (;;) {
      const until = new Date(clock.now().getTime() + SHOWING_MS);
      await schedule.begin(id, until);
      const againMs = await showNow(lease, signal);
      if (signal.aborted) break;
      if (!(await schedule.settled(id, until))) continue;
      if (againMs !== undefined) await schedule.later(id, new Date(clock.now().getTime() + againMs));
      break;
    }
  } catch (error) {
    if (error instanceof LeaseLostError) log.warn({ runId: id, reason: error.message }, 'another reporter shows the run');
    else if (!signal.aborted) log.error({ runId: id, error }, 'run could not be shown');
  } finally {
    if (signal.aborted) await schedule.later(id, clock.now()).catch(() => undefined);
    await lease.release();
  }
  return stop.aborted ? 'hand-back' : 'ended';
};

/** Stores what is shown of a run or alert. Rejects with LeaseLostError for who hung meanwhile, before it posts. */
export const rememberUnder =
  (store: Pick<ReportDeps['store'], 'setShown'>, id: string, lease: WorkerLease) =>
  async (newer: Shown): Promise<void> => {
    await store.setShown(id, newer, lease.epoch);
    lease.assertHeld();
  };

/** Milliseconds after which to show the run again, if there is more to show. */
const show = async (
  { store, thread, tellPeople = nobodyElse }: ReportDeps,
  runId: string,
  { lease, signal, absence }: { readonly lease: WorkerLease; readonly signal: AbortSignal; readonly absence: Absence | undefined },
): Promise<number | undefined> => {
  const run = await store.get(runId);
  if (run === undefined || isWithdrawn(run)) return undefined;
  // Its asker was not told yet that it is accepted; being accepted makes it due.
  if (run.acceptBy !== undefined) return undefined;
  const shown = await store.shownSoFar(runId, { channel: run.thread.channel, run: runId });
  const remember = rememberUnder(store, runId, lease);
  const result = await thread.show(run, await waitingOf(store, runId), shown, remember, signal, absence);
  await remember(await tellPeople(run, result.shown));
  return result.againMs;
};

const nobodyElse = (_run: Run, shown: Shown): Promise<Shown> => Promise.resolve(shown);

/** Only for reading, and written again soon. */
const waitingOf = async (store: ReportDeps['store'], runId: string): Promise<Readonly<Record<string, string>>> => {
  try {
    return await store.waiting(runId);
  } catch (error) {
    if (error instanceof UnreadableRunError) return {};
    throw error;
  }
};
