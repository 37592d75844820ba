import { chainOf } from '../domain/chain.ts';
import { explanationOf } from '../domain/explanation.ts';
import { isTerminal, type Run } from '../domain/run.ts';
import { code, joined, moment, phrase, type Phrase, type Text, told, user } from '../domain/text.ts';
import { absenceTold, needsWorker } from '../domain/workers.ts';
import { asTyped } from '../domain/several-fleets.ts';
import type { Explaining } from '../ports/use-cases.ts';
import { SLASH } from '../ports/use-cases.ts';
import { doDeed } from './deed.ts';
import { runUnderWay } from './sentences.ts';
import { knownRun, workersOf, type RunDeps } from './use-case.ts';

/** What is stored of a run, as the whole chain of what it found: nothing is asked anew, and the times say when each thing was seen. */
export const explainRun = (deps: RunDeps, asked: Explaining): Promise<Text> =>
  doDeed(deps, 'explain', asked, async () => {
    const run = await knownRun(deps, asked.runId);
    if (!isTerminal(run.state)) return underWay(deps, run);
    return joined([title(run), ...chain(run), next(run)], '\n');
  });

const underWay = (deps: RunDeps, run: Run): Text => {
  const workers = workersOf(deps);
  if (workers.kind === 'none' && needsWorker(run)) return absenceTold(workers, run);
  const waits =
    run.state === 'awaiting-approval' ? 'Nothing is wrong with it: its plan waits for a person' : 'It has not ended, and found nothing that ends it';
  return told`${runUnderWay(run)}. ${waits}. Its thread tells how it goes on.`;
};

const title = ({ id, kind, database, requestedBy, requestedAt, state, endedAt }: Run): Text => {
  const end = endedAt === undefined ? '' : phrase` ${moment(endedAt)}`;
  return told`Run ${code(id)} (\`${kind} ${database.name}\`, asked by ${user(requestedBy.userId)} ${moment(requestedAt)}) · **${state}**${end}`;
};

const chain = (run: Run): readonly Text[] => {
  const found = chainOf(run);
  if (found !== undefined) return explanationOf(found, run.fleet);
  return [told`${without(run)}`];
};

/** Where a run kept nothing of the hops: why it ended all the same. */
const without = ({ state, bug, differences = [], rejection, cancelledBy, planExpiresAt, approval }: Run): Phrase => {
  if (bug !== undefined) return phrase`${bug}`;
  switch (state) {
    case 'superseded':
      return phrase`The clusters changed after the plan was approved, so nothing of it was begun or it was not gone on with: ${differences.slice(0, 5).join('; ')}`;
    case 'rejected':
      return rejection === undefined
        ? phrase`The plan was rejected.`
        : phrase`${user(rejection.by.userId)} rejected the plan${rejection.reason === undefined ? '.' : `: “${rejection.reason}”`}`;
    case 'expired':
      if (approval !== undefined) return phrase`It was approved, and the run before it did not end in time.`;
      return planExpiresAt === undefined
        ? phrase`Nobody decided about the plan in time.`
        : phrase`Nobody decided about the plan until ${moment(planExpiresAt)}.`;
    case 'cancelled':
      return cancelledBy === undefined ? phrase`It was cancelled.` : phrase`${user(cancelledBy.userId)} cancelled it.`;
    case 'succeeded':
      return phrase`Nothing was found wrong: every step of it was brought about or in place.`;
    case 'failed':
    case 'blocked':
      return phrase`What stood in its way was not kept.`;
    case 'queued':
    case 'planning':
    case 'awaiting-approval':
    case 'applying':
    case 'verifying':
    case 'cancelling':
      return phrase`It has not ended, and nothing was found wrong so far.`;
  }
};

const next = (run: Run): Text => told`This is what was seen then. \`${SLASH} explain ${asTyped(run)}\` looks anew.`;
