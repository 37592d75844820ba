import { isTerminal, type Run } from '../../../domain/run.ts';
import { type Absence, noWorker, runMeanwhile } from '../../../domain/workers.ts';
import { told } from '../../../domain/text.ts';
import { buttons, CARD_ACTIONS } from './buttons.ts';
import { headline, stateLine } from './card-lines.ts';
import { planBlock } from './card-plan-block.ts';
import { firstThatFits, lines, message, type Message } from './message.ts';
import { breakGlassLine, waitingLine } from './approval-lines.ts';
import type { Approvers } from './plan-reply.ts';
import type { ProblemDocs } from './problem.ts';
import type { Waiting } from './waiting.ts';
import { atSecond, at, code, dotted, type Line, rendered, user } from './span.ts';

/** Where problems are explained, and who may decide; tests of what is about neither leave it out. */
type CardReaders = ProblemDocs & Partial<Approvers>;

/**
 * The one message in the channel that is edited as the run goes on. `now` is an ISO instant; live durations are counted up to it. Where nobody works on
 * the run, nothing in it looks as if somebody did.
 */
export const card = (run: Run, waiting: Waiting, now: string, who?: CardReaders, absence?: Absence): Message => {
  const facts = [
    headline(run, now, absence),
    absence === undefined ? stateLine(run, waiting, now, who) : absenceLine(run, absence),
    footer(run, now),
    breakGlassLine(run),
    waitingLine(run, who?.approvers === undefined ? undefined : (who as Approvers), now),
  ];
  const withPlan = (withRows: boolean) => () =>
    message(
      lines(facts[0], facts[3], facts[1], facts[4]),
      planBlock(run, waiting, now, withRows && absence === undefined, absence),
      lines(facts[2]),
      buttons(run, CARD_ACTIONS),
    );
  const withoutPlan = ['The stages are too many for a message: those under way are named above.'];
  return firstThatFits(withPlan(true), withPlan(false), () =>
    message(lines(facts[0], facts[3], facts[1], facts[4], withoutPlan, facts[2]), buttons(run, CARD_ACTIONS)),
  );
};

/** The card without what merely ticks: equal texts mean that an edit would tell nothing new. */
export const cardContent = (run: Run, waiting: Waiting, absence?: Absence, who?: CardReaders): string =>
  JSON.stringify(card(run, waiting, run.requestedAt, who, absence));

const absenceLine = (run: Run, absence: Absence): Line => rendered(told`${noWorker(absence)}. ${runMeanwhile(run)}`);

const footer = (run: Run, now: string): Line =>
  dotted(
    ['asked by ', user(run.requestedBy.userId), ' ', at(run.requestedAt)],
    run.retriedBy === undefined ? undefined : ['retried by ', user(run.retriedBy.userId)],
    ['run ', code(run.id)],
    isTerminal(run.state) || run.state === 'awaiting-approval' ? undefined : ['as of ', atSecond(now)],
  );
