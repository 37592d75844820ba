import { NotKnownError, timeToken } from '../domain/problem.ts';
import { isTerminal, mayStart, move, startsBefore, type Run } from '../domain/run.ts';
import { isBehind, without } from '../domain/run-moves.ts';
import { code, told } from '../domain/text.ts';
import { StaleRevisionError } from '../ports/run-store.ts';
import { SLASH } from '../ports/use-cases.ts';
import type { RunDeps } from './use-case.ts';

/** How long the store is asked again what became of a run before its asker is told that it is not known. A bot that is to stop has 25 s. */
const ASKED_FOR_MS = 20_000;
const AGAIN_MS = 250;
/** Between two looks at a run that somebody else is about to accept. */
const LOOK_MS = 50;

type AcceptDeps = Pick<RunDeps, 'store' | 'queue' | 'clock' | 'log'>;

/**
 * Queues a run that was stored and tells it that its asker is told yes. undefined: it was withdrawn, and nobody will ever start it. Throws
 * NotKnownError while the store does not say which: a write whose answer did not come may have been done, and may be done yet.
 */
export const accepted = async (deps: AcceptDeps, run: Run): Promise<Run | undefined> => {
  const { store, queue, log } = deps;
  try {
    if (!isBehind(run)) await queue.add({ fleet: run.fleet.name, runId: run.id, phase: run.phase, attempt: run.attempt });
    return await store.save(without(run, 'acceptBy'));
  } catch (error) {
    // A worker that took the job at once has accepted it.
    if (!(error instanceof StaleRevisionError)) log.warn({ runId: run.id, reason: String(error) }, 'run not accepted at once');
    return decided(deps, run);
  }
};

/**
 * What became of a run whose asker was told nothing yet. It is decided by one write that compares the revision: either somebody accepted the run
 * before, or nobody can any more. Without that write's answer nothing is known.
 */
const decided = async ({ store, clock, log }: AcceptDeps, run: Run): Promise<Run | undefined> => {
  const untilMs = clock.monotonicMs() + ASKED_FOR_MS;
  for (;;) {
    try {
      const stored = await store.get(run.id);
      if (stored === undefined) return undefined;
      if (stored.acceptBy === undefined) return stored;
      if (isTerminal(stored.state)) return undefined;
      await store.save({ ...move(stored, 'cancelled'), endedAt: clock.now().toISOString() });
      return undefined;
    } catch (error) {
      if (error instanceof StaleRevisionError) continue;
      if (clock.monotonicMs() >= untilMs) {
        log.error({ runId: run.id, reason: String(error) }, 'not known whether run is accepted');
        throw notKnown(run);
      }
    }
    await clock.sleep(AGAIN_MS);
  }
};

const notKnown = ({ id, kind, database, ...run }: Run): NotKnownError =>
  new NotKnownError(
    told`It is not known whether \`${kind} ${database.name}\` was accepted (run ${code(id)}): Redis took it and does not say what became of it. If it was, before ${timeToken(startsBefore(run) ?? '')}, its card comes into this channel once Redis answers again; \`${SLASH} runs\` lists it then. Look there before you ask again.`,
  );

/** Waits while the asker of this run is not told yet; then as `accepted`. For whoever comes second and has to be told what is true. */
export const acceptedByOther = async (deps: AcceptDeps, run: Run): Promise<Run | undefined> => {
  const { store, clock } = deps;
  for (let found: Run | undefined = run; ; found = await store.get(run.id)) {
    if (found === undefined || found.acceptBy === undefined) return found;
    if (isTerminal(found.state)) return undefined;
    if (!mayStart(found, clock.now())) return decided(deps, found);
    await clock.sleep(LOOK_MS);
  }
};
