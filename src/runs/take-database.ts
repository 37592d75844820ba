import { isTerminal, type Run, type RunState } from '../domain/run.ts';
import { queuedBehind } from '../domain/run-moves.ts';
import { UserError } from '../domain/problem.ts';
import { told } from '../domain/text.ts';
import type { Creation } from '../ports/run-store.ts';
import { acceptedByOther } from './acceptance.ts';
import { runUnderWay } from './sentences.ts';
import { threadLink, type RunDeps } from './use-case.ts';

/** What the store says of a deploy whose database another live run has. */
type Held = Extract<Creation, { readonly kind: 'database-held' }>;

/**
 * Writes a run that wants its database, be it new or begun again: as it is while nobody has that, else queued behind the run that changes it, one at most.
 * Which of the two is decided by the write itself. undefined: whoever had it has ended meanwhile, and all has to be looked at again. Throws UserError where
 * what has the database is what is asked for.
 */
export const takingDatabase = async <T extends { readonly kind: string }>(
  deps: RunDeps,
  run: Run,
  write: (run: Run) => Promise<T | Held>,
): Promise<{ readonly run: Run; readonly outcome: T } | undefined> => {
  const first = await write(run);
  if (!isHeld(first)) return { run, outcome: first };
  const other = await acceptedByOther(deps, first.holder);
  if (other === undefined || isTerminal(other.state)) return undefined;
  if (!CHANGES.includes(other.state)) throw databaseHeld(other);
  const behind = queuedBehind(run, 'database', other, deps.clock.now());
  const waiting = await write(behind);
  if (!isHeld(waiting)) return { run: behind, outcome: waiting };
  // One of a database waits for its turn at most: what a third one asks for is what the second will be planned for.
  const second = await acceptedByOther(deps, waiting.holder);
  if (second !== undefined && !isTerminal(second.state)) throw databaseHeld(second);
  return undefined;
};

const isHeld = (outcome: { readonly kind: string }): outcome is Held => outcome.kind === 'database-held';

/** A run that changes the database was decided on: whoever asks now wants what comes after it. One that is not is what they ask for. */
const CHANGES: readonly RunState[] = ['applying', 'verifying', 'cancelling'];

/** Two plans for one database would only overtake each other; the fleet's lock keeps two applies apart in any case. */
const databaseHeld = (holder: Run): UserError =>
  new UserError(told`${runUnderWay(holder)}. Follow it in its thread, or ask there for \`cancel\`. Your request was not queued.`, threadLink(holder));
