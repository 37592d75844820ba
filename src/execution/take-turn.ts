import { move, type Run } from '../domain/run.ts';
import { isValid, queuedBehind, without } from '../domain/run-moves.ts';
import { recordEnd } from '../runs/audit.ts';
import { wake } from '../runs/use-case.ts';
import type { WorkerDeps } from './worker-deps.ts';

type TurnDeps = Pick<WorkerDeps, 'store' | 'queue' | 'clock' | 'log'>;

/**
 * Begins a run that is queued behind another once that has ended; where yet another has what it waits for, it is queued behind that. Throws
 * StaleRevisionError where somebody else was first. What it will write is compared with its approved plan all the same, by whoever applies it.
 */
export const takeTurn = async (deps: TurnDeps, run: Run): Promise<void> => {
  const { store, clock, log } = deps;
  const now = clock.now();
  if (run.behind?.what === 'fleet' && !isValid(run.approval, now)) {
    return await recordEnd(deps, run, await store.save({ ...move(run, 'expired'), endedAt: now.toISOString() }));
  }
  const outcome =
    run.behind?.what === 'fleet'
      ? await store.approve({ ...move(run, 'applying'), phase: 'apply', attempt: run.attempt + 1 })
      : await store.reopen({ ...without(run, 'behind'), attempt: run.attempt + 1 }, undefined);
  if ('run' in outcome) {
    log.info({ runId: run.id, behind: run.behind?.runId }, 'its turn has come');
    return await wake(deps, outcome.run);
  }
  const { holder } = outcome;
  const known = run.behind?.permalink ?? holder.thread.permalink;
  if (holder.id !== run.behind?.runId || known !== run.behind.permalink)
    await store.save(queuedBehind(run, run.behind?.what ?? 'fleet', holder, now));
};
