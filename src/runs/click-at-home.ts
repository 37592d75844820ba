import { againTold, cancelledTold } from '../domain/done-words.ts';
import { cut } from '../domain/cut.ts';
import { UserError } from '../domain/problem.ts';
import { code, joined, told, type Text } from '../domain/text.ts';
import { absenceTold, needsWorker } from '../domain/workers.ts';
import type { Run } from '../domain/run.ts';
import type { Click, HomeClick } from '../ports/use-cases.ts';
import { askAgain } from './ask-again.ts';
import { cancelRun } from './cancel-run.ts';
import { explainRun } from './explain-run.ts';
import { isSeenBy, visitHome } from './home.ts';
import { retryRun } from './retry-run.ts';
import { readableRun, workersOf, type RunDeps } from './use-case.ts';

/**
 * A button of a run in the Home tab does what it does on the card. The tab has no channel: the run's own is meant, and the answer is a sentence for the
 * one person.
 */
export const clickAtHome = async (deps: RunDeps, { deed, runId, by, seenRetries, idempotencyKey }: HomeClick): Promise<Text> => {
  const visitor = await visitHome(deps, by);
  const run = await readableRun(deps, runId);
  if (run === undefined || !isSeenBy(visitor, run)) throw new UserError(told`Nothing was done: run ${code(cut(runId, 20))} is not kept any more.`);
  const { channel, ts } = run.thread;
  const click: Click = { way: 'home', runId, by, channel, messageTs: ts ?? '' };
  switch (deed) {
    case 'cancel':
      return done(deps, await cancelRun(deps, click), cancelledTold);
    case 'retry':
    case 'plan-again':
      return done(deps, await retryRun(deps, { ...click, deed, seenRetries }), againTold);
    case 'explain':
      return await explainRun(deps, click);
    case 'verify-now':
    case 'ask-again':
    case 'plan-repair':
      return await askAgain(deps, { ...click, deed, idempotencyKey });
  }
};

const done = (deps: RunDeps, run: Run, tell: (run: Run) => Text): Text => {
  const workers = workersOf(deps);
  return workers.kind === 'none' && needsWorker(run) ? joined([tell(run), absenceTold(workers, run)], '\n') : tell(run);
};
