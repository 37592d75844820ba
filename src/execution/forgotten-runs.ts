import { isTerminal, type Run } from '../domain/run.ts';
import type { Shown, StoreLife } from '../ports/run-store.ts';
import type { WorkerDeps } from './worker-deps.ts';

const LOOK_MS = 1_000;
const AGAIN_MS = 500;
/** Workers whose runs were lost under their hands store them again sooner than this. */
const RESTORED_WITHIN_MS = 5_000;
/** Slack may be away as well, or not let its history be read: the pause between two tries grows up to this. */
const LONGEST_PAUSE_MS = 300_000;
/** An edit each, of which Slack takes some 50 a minute. */
const MOST_ENDED = 50;

type LossDeps = Pick<WorkerDeps, 'store' | 'schedule' | 'leases' | 'clock' | 'log' | 'installation' | 'forgottenThreads'>;

/**
 * Until the signal: finds that Redis lost what it held, by the missing id of this installation, which is stored again: the hub's Lease still names it;
 * and that it was started anew, when it may have lost what it was told last.
 * Runs that a worker has in hand are stored again by that worker; the threads of all others are ended with the truth. That this is done is kept beside
 * what Redis holds, so that another worker does it for one that stopped meanwhile, and the first worker after all were gone.
 */
export const watchForLoss = async (deps: LossDeps, signal: AbortSignal): Promise<void> => {
  const { store, clock, log, installation } = deps;
  let ending: Promise<void> | undefined;
  while (!signal.aborted) {
    const kept = await store.keepInstallation(installation).catch(() => undefined);
    if (kept?.wasMissing === true) log.error({ installation }, 'redis lost what it held');
    if (kept?.areForgottenEnded === false)
      ending ??= endForgotten(deps, kept.life, signal).finally(() => {
        ending = undefined;
      });
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
  await ending;
};

/** One worker at a time. Never rejects. */
const endForgotten = async (
  { store, schedule, leases, clock, log, forgottenThreads }: LossDeps,
  life: StoreLife,
  signal: AbortSignal,
): Promise<void> => {
  const lease = await leases.take('forgotten threads').catch(() => undefined);
  if (lease === undefined) return;
  const held = AbortSignal.any([signal, lease.signal]);
  const isKnown = async (runId: string): Promise<boolean> => (await store.get(runId)) !== undefined;
  let areDue = false;
  for (let pauseMs = RESTORED_WITHIN_MS; !held.aborted; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    await clock.sleep(pauseMs, held).catch(() => undefined);
    if (held.aborted) break;
    try {
      if (!areDue) for (const { id } of await mayTellMore(store)) await schedule.later(id, clock.now());
      areDue = true;
      const count = await forgottenThreads.end(isKnown);
      if (count > 0) log.warn({ count }, 'ended the threads of runs that are lost');
      await store.endedForgotten(life);
      break;
    } catch (error) {
      log.warn({ reason: String(error) }, 'threads of lost runs not ended yet');
    }
  }
  await lease.release().catch(() => undefined);
};

/** Runs whose threads may tell of what is lost: a decision, or that somebody had one that had ended done again. */
const mayTellMore = async (store: LossDeps['store']): Promise<readonly Run[]> => {
  const newest = await store.list(MOST_ENDED);
  return [...(await store.live()), ...newest.filter(({ state }) => isTerminal(state))];
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
      if (await store.restore(run, shownOf(run, clock.now())))
        log.error({ runId: run.id, state: run.state }, 'redis lost a run that was under way, stored again');
      return;
    } catch {
      await clock.sleep(AGAIN_MS, signal).catch(() => undefined);
    }
  }
};

/** What may stand in Slack already is looked for before it is posted, and what was sent last may be carried out yet. */
const shownOf = ({ thread: { channel, ts, permalink } }: Run, now: Date): Shown => ({
  channel,
  ...(ts === undefined ? {} : { ts }),
  ...(permalink === undefined ? {} : { permalink }),
  isRestored: true,
  restoredAt: now.toISOString(),
  unsureAt: now.toISOString(),
  replies: {},
});
