import type { ApprovalPolicy } from '../../../domain/policy.ts';
import type { Run } from '../../../domain/run.ts';
import type { Plan } from '../../../domain/plan.ts';
import { asTyped } from '../../../domain/several-fleets.ts';
import { approvedLine, breakGlassLine, decisionLine, frozenLine, replannedParts } from './approval-lines.ts';
import { buttons } from './buttons.ts';
import { firstThatFits, lines, list, message, type Message } from './message.ts';
import { capital, problemLine, type ProblemDocs } from './problem.ts';
import { planProblems, planWarnings } from './plan-counts.ts';
import { marksLine, undoLine } from './plan-marks.ts';
import { changesToWhatExists, countsLine, createdLines, laterLine } from './plan-lines.ts';
import { at, bold, code, dotted, type Line, prose, renderedSentence, sentence, user } from './span.ts';
import { count } from './time.ts';

/** Who may decide, for the reply's last line. */
export type Approvers = ApprovalPolicy;

/** A blocked plan as a reply, and whether something was left out of it that only the file tells. */
interface PlanReply {
  readonly message: Message;
  readonly complete: boolean;
}

/**
 * What an approver needs: counts per cluster, what exists and changes, what to weigh, what cannot be known yet, who may decide and until when.
 * Once decided the same text stays, with the decision in place of the buttons. Every field stands in the file beside it.
 */
export const planReply = (run: Run, plan: Plan, who: Approvers): Message => {
  const parts = {
    created: createdLines(plan, run.fleet),
    changes: changesToWhatExists(plan, run.fleet),
    weigh: [...plan.worthKnowing.map((fact) => renderedSentence(fact)), ...planWarnings(plan, run.fleet).map((warning) => prose(sentence(warning)))],
  };
  const total = Math.max(parts.created.length, parts.changes.length, parts.weigh.length);
  const limited = (limit: number) => (): Message =>
    message(
      lines(breakGlassLine(run), title(run, plan), countsLine(plan), marksLine(plan)),
      ...replannedParts(run),
      ...section('Changes to what exists:', parts.changes, limit),
      ...section('New:', parts.created, limit),
      ...section('Worth knowing:', parts.weigh, limit),
      lines(undoLine(plan), laterLine(plan)),
      lines(frozenLine(run), run.state === 'awaiting-approval' ? decisionLine(run, who) : decidedLine(run)),
      buttons(run, ['approve', 'reject']),
    );
  return firstThatFits(...[total, 40, 20, 10, 5, 1].map(limited));
};

/** A plan that cannot be approved: problems first, each with what to do. */
export const blockedReply = (run: Run, plan: Plan, docs?: ProblemDocs): PlanReply => {
  const problems = planProblems(plan, run.fleet);
  const limited = (limit: number) => (): Message =>
    message(
      lines([
        user(run.requestedBy.userId),
        ' ',
        bold(`${count(problems.length, 'problem')} ${problems.length === 1 ? 'blocks' : 'block'} this plan. Nothing was changed.`),
      ]),
      list(problems.slice(0, limit).map((problem) => problemLine(problem, run.fleet, docs))),
      lines(problems.length > limit ? [`and ${count(problems.length - limit, 'more problem')}, in the file with the full plan`] : undefined, [
        'Next: solve ',
        problems.length === 1 ? 'it' : 'them',
        ', then Plan again.',
      ]),
      buttons(run, ['plan-again', 'explain']),
    );
  const message_ = firstThatFits(...[problems.length, 10, 5, 2].map(limited));
  return { message: message_, complete: JSON.stringify(message_) === JSON.stringify(limited(problems.length)()) };
};

const title = (run: Run, plan: Plan): Line =>
  dotted(
    [bold(`Plan for ${run.database.name} (${run.database.version}, ${count(run.database.replicas, 'replica')}) on ${run.fleet.name}`)],
    ['digest ', code(`${plan.digest.slice(0, 4)}…`)],
  );

const section = (heading: string, items: readonly Line[], limit: number) =>
  items.length === 0
    ? []
    : [
        lines([bold(heading)]),
        list(items.slice(0, limit)),
        lines(items.length > limit ? [`and ${items.length - limit} more, in the file with the full plan`] : undefined),
      ];

/** What was decided, in the place of the buttons. */
const decidedLine = (run: Run): Line => {
  if (run.kind === 'plan')
    return ['Nothing was changed, and nobody is asked. ', code(`/pgdist deploy ${asTyped(run)}`), ' plans anew and asks an approver.'];
  const { rejection } = run;
  if (rejection !== undefined)
    return [
      bold('Rejected'),
      ' by ',
      user(rejection.by.userId),
      ' ',
      at(rejection.at),
      ...(rejection.reason === undefined ? [] : [`: “${rejection.reason}”`]),
    ];
  const approved = approvedLine(run);
  if (approved !== undefined) return approved;
  if (run.state === 'expired')
    return [
      bold('Expired'),
      run.planExpiresAt === undefined ? '' : ' ',
      ...(run.planExpiresAt === undefined ? [] : [at(run.planExpiresAt)]),
      ', nobody decided.',
    ];
  return [bold(run.state === 'cancelled' || run.state === 'superseded' ? capital(run.state) : 'Closed'), ': this plan can no longer be approved.'];
};
