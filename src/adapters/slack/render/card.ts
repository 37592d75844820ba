import { isTerminal, type Run } from '../../../domain/run.ts';
import { buttons, CARD_ACTIONS } from './buttons.ts';
import { headline, stateLine } from './card-lines.ts';
import { planBlock } from './card-plan-block.ts';
import { firstThatFits, lines, message, type Message } from './message.ts';
import type { ProblemDocs } from './problem.ts';
import type { Waiting } from './waiting.ts';
import { atSecond, at, code, dotted, type Line, user } from './span.ts';

/** The one message in the channel that is edited as the run goes on. `now` is an ISO instant; live durations are counted up to it. */
export const card = (run: Run, waiting: Waiting, now: string, docs?: ProblemDocs): Message => {
  const facts = [headline(run, now), stateLine(run, waiting, now, docs), footer(run, now)];
  const withPlan = (withRows: boolean) => () =>
    message(lines(facts[0], facts[1]), planBlock(run, waiting, now, withRows), lines(facts[2]), buttons(run, CARD_ACTIONS));
  const withoutPlan = ['The stages are too many for a message: those under way are named above.'];
  return firstThatFits(withPlan(true), withPlan(false), () => message(lines(facts[0], facts[1], withoutPlan, facts[2]), buttons(run, CARD_ACTIONS)));
};

/** The card without what merely ticks: equal texts mean that an edit would tell nothing new. */
export const cardContent = (run: Run, waiting: Waiting): string => JSON.stringify(card(run, waiting, run.requestedAt));

const footer = (run: Run, now: string): Line =>
  dotted(
    ['asked by ', user(run.requestedBy.userId), ' ', at(run.requestedAt)],
    run.retriedBy === undefined ? undefined : ['retried by ', user(run.retriedBy.userId)],
    ['run ', code(run.id)],
    isTerminal(run.state) || run.state === 'awaiting-approval' ? undefined : ['as of ', atSecond(now)],
  );
