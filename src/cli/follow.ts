import { howMany, shownSteps } from '../adapters/slack/render/run-steps.ts';
import { isTerminal, type Run, type RunState } from '../domain/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/run-store.ts';

/** Redis tells nobody of a change of a run: it is asked again and again. */
const LOOK_EACH_MS = 500;

/** True where nothing more happens by itself. */
export const rests = ({ state }: Pick<Run, 'state'>): boolean => isTerminal(state) || state === 'awaiting-approval';

/**
 * Waits until `done`, or until nothing more happens, telling each change. Throws the signal's reason, and what the store throws when it cannot be asked
 * for a while.
 */
export const follow = async (
  { store, clock }: { readonly store: Pick<RunStore, 'get' | 'waiting'>; readonly clock: Clock },
  id: string,
  { done, tell, signal }: { readonly done: (run: Run) => boolean; readonly tell: (line: string) => void; readonly signal: AbortSignal },
): Promise<Run> => {
  const teller = progress(tell);
  let failedMs: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    try {
      const run = await store.get(id);
      if (run === undefined) throw new GoneError(`run ${id} is not kept any more`);
      failedMs = undefined;
      teller(run, await store.waiting(id));
      if (done(run) || isTerminal(run.state)) return run;
    } catch (error) {
      failedMs ??= clock.monotonicMs();
      if (error instanceof GoneError || clock.monotonicMs() - failedMs > PATIENCE_MS) throw error;
    }
    await clock.sleep(LOOK_EACH_MS, signal);
  }
};

class GoneError extends Error {
  override readonly name = 'GoneError';
}

/** A failover of Redis is over by then. */
const PATIENCE_MS = 30_000;

/** One line for each state of the run, each step that ends, and what is waited for. */
const progress = (tell: (line: string) => void): ((run: Run, waiting: Readonly<Record<string, string>>) => void) => {
  let state: RunState | undefined;
  const ended = new Map<string, string>();
  let waitedFor = '';
  return (run, waiting) => {
    if (run.state !== state) tell(run.state.replaceAll('-', ' '));
    const steps = shownSteps(run);
    for (const { id, title, outcome } of run.state === 'applying' || state === 'applying' ? steps : []) {
      if (!ENDED.includes(outcome.state) || ended.get(id) === outcome.state) continue;
      ended.set(id, outcome.state);
      if (outcome.state !== 'in-place') tell(`[${howMany(steps, 'complete')}/${steps.length}] ${title}: ${outcome.state}`);
    }
    ({ state } = run);
    const now = Object.entries(waiting)
      .map(([id, words]) => `${steps.find((step) => step.id === id)?.title ?? id} (${words})`)
      .join('; ');
    if (now !== '' && now !== waitedFor) tell(`waiting: ${now}`);
    waitedFor = now;
  };
};

const ENDED: readonly string[] = ['done', 'in-place', 'failed', 'skipped', 'unknown'];
