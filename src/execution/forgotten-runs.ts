import { isTerminal, type Run } from '../domain/run.ts';
import type { Shown } from '../ports/run-store.ts';
import type { WorkerDeps } from './worker-deps.ts';

const LOOK_MS = 1_000;
const AGAIN_MS = 500;
/** Workers whose runs were lost under their hands store them again sooner than this. */
const RESTORED_WITHIN_MS = 5_000;
/** Slack may be away as well, or not let its history be read. */
const MOST_TRIES = 12;

type LossDeps = Pick<WorkerDeps, 'store' | 'clock' | 'log' | 'installation' | 'forgottenThreads'>;

/**
 * Until the signal: finds that Redis lost what it held, by the missing id of this installation, which is stored again: the hub's Lease still names it.
 * Runs that a worker has in hand are stored again by that worker; the threads of all others are ended with the truth.
 */
export const watchForLoss = async (deps: LossDeps, signal: AbortSignal): Promise<void> => {
  const { store, clock, log, installation } = deps;
  while (!signal.aborted) {
    const wasMissing = await store.keepInstallation(installation).catch(() => false);
    if (wasMissing) {
      log.error({ installation }, 'redis lost what it held');
      void endForgotten(deps, signal);
    }
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
};

/** Also at the start of a worker that found no installation: it is the first of all, or every worker was gone when Redis lost it. Never rejects. */
export const endForgotten = async ({ store, clock, log, forgottenThreads }: LossDeps, signal: AbortSignal): Promise<void> => {
  const isKnown = async (runId: string): Promise<boolean> => (await store.get(runId)) !== undefined;
  for (let tries = 0; tries < MOST_TRIES && !signal.aborted; tries += 1) {
    await clock.sleep(RESTORED_WITHIN_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const count = await forgottenThreads.end(isKnown);
      if (count > 0) log.warn({ count }, 'ended the threads of runs that are lost');
      return;
    } catch (error) {
      log.warn({ reason: String(error) }, 'threads of lost runs not ended yet');
    }
  }
};

/** Stores a run again that was lost under this worker's hands; one that is there, or has ended, is left alone. Resolves at the signal at the latest. */
export const restoreForgotten = async (
  { store, clock, log }: Pick<WorkerDeps, 'store' | 'clock' | 'log'>,
  run: Run,
  signal: AbortSignal,
): Promise<void> => {
  if (isTerminal(run.state)) return;
  while (!signal.aborted) {
    try {
      if ((await store.get(run.id)) !== undefined) return;
      if (await store.restore(run, shownOf(run))) log.error({ runId: run.id, state: run.state }, 'redis lost a run that was under way, stored again');
      return;
    } catch {
      await clock.sleep(AGAIN_MS, signal).catch(() => undefined);
    }
  }
};

/** What may stand in Slack already is looked for before it is posted. */
const shownOf = ({ thread: { channel, ts, permalink }, plan }: Run): Shown => ({
  channel,
  ...(ts === undefined ? {} : { ts }),
  ...(permalink === undefined ? {} : { permalink }),
  replies: {
    ...(ts === undefined ? { card: 'pending' } : {}),
    ...(plan === undefined ? {} : { [`plan-${plan.plannedAt}`]: 'pending', [`plan-file-${plan.plannedAt}`]: 'pending' }),
  },
});
