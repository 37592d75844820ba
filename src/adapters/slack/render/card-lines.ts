import { planStanding } from '../../../domain/plan.ts';
import { leftOutOfScript } from '../../../domain/left-out-of-script.ts';
import type { Run } from '../../../domain/run.ts';
import { isBehind } from '../../../domain/run-moves.ts';
import { otherRun } from '../../../domain/behind-words.ts';
import { told } from '../../../domain/text.ts';
import { bytesText } from '../../../domain/quantity.ts';
import type { Absence } from '../../../domain/workers.ts';
import type { Waiting } from './waiting.ts';
import { nowLine } from './card-now.ts';
import { countPlan, inWords, planProblems } from './plan-counts.ts';
import { problemCode, type ProblemDocs } from './problem.ts';
import { replicationSummary } from './replication.ts';
import { howMany, shownSteps } from './run-steps.ts';
import { at, atSecond, bold, code, dotted, type Line, prose, rendered, user } from './span.ts';
import { between, count, duration, roughly } from './time.ts';
import { verdictWords } from './verdict.ts';

/** `Deploy postgres on demo` — **applying** … : what it is and how it stands. */
export const headline = (run: Run, now: string, absence?: Absence): Line => [
  code(`${VERBS[run.kind]} ${run.database.name} on ${run.fleet.name}`),
  ' — ',
  ...(run.breakGlass === undefined ? [] : [bold('break-glass'), ' · ']),
  ...(absence === undefined ? standingWords(run, now) : [bold('nobody works on it'), ` (${run.state})`]),
];

const VERBS: Readonly<Record<Run['kind'], string>> = {
  deploy: 'Deploy',
  plan: 'Plan',
  verify: 'Verify',
  status: 'Status of',
  bundle: 'Support bundle of',
  export: 'Script of',
};

const standingWords = (run: Run, now: string): Line => {
  switch (run.state) {
    case 'queued':
      return isBehind(run) ? [bold('queued'), ...rendered(told` behind run ${otherRun(run.behind)}`)] : [bold('queued')];
    case 'planning':
      return [bold('planning')];
    case 'awaiting-approval':
      return [bold('waiting for approval'), ...(run.planExpiresAt === undefined ? [] : [' until ', at(run.planExpiresAt)])];
    case 'applying':
      return dotted([bold('applying')], [stepOf(run)], [duration(between(workStart(run), now))]);
    case 'verifying':
      return dotted([bold('verifying')], [`${howMany(shownSteps(run), 'complete')} seen healthy`]);
    case 'cancelling':
      return [bold('stopping'), ...(run.cancelledBy === undefined ? [] : [', asked by ', user(run.cancelledBy.userId)])];
    case 'succeeded':
      if (run.kind === 'plan') return [bold('planned'), ...(run.endedAt === undefined ? [] : [' ', at(run.endedAt)]), ', nothing was changed'];
      return run.answer === undefined || run.kind === 'deploy' ? succeeded(run) : [...rendered(verdictWords(run).verdict, 'bold')];
    case 'failed':
      return run.answer === undefined || run.kind === 'deploy' ? failed(run) : [...rendered(verdictWords(run).verdict, 'bold')];
    case 'blocked':
      return [bold('blocked'), ` by ${count(run.plan === undefined ? 0 : planProblems(run.plan, run.fleet).length, 'problem')}, nothing was changed`];
    case 'rejected':
      return [bold('rejected'), ...(run.rejection === undefined ? [] : [' by ', user(run.rejection.by.userId), ' ', at(run.rejection.at)])];
    case 'expired':
      return [bold('expired'), ', nothing was changed'];
    case 'superseded':
      return [bold('superseded'), `: the plan no longer fits, ${run.comparedAt === undefined ? 'nothing was changed' : 'what was done stays'}`];
    case 'cancelled':
      return [bold('cancelled'), ...(run.cancelledBy === undefined ? [] : [' by ', user(run.cancelledBy.userId)])];
  }
};

/** The second line: what one wants to know next in this state. */
export const stateLine = (run: Run, waiting: Waiting, now: string, docs?: ProblemDocs): Line | undefined => {
  switch (run.state) {
    case 'planning':
      return [`${count(Object.keys(run.outcomes).length, 'fact')} looked at, nothing is changed while planning`];
    case 'awaiting-approval':
      return run.plan === undefined ? undefined : planLine(run.plan, 'Approve or reject in the thread');
    case 'applying':
    case 'verifying':
    case 'cancelling':
      return nowLine(run, waiting, now);
    case 'succeeded':
      if (run.bundle !== undefined) return bundleLine(run.bundle);
      if (run.script !== undefined)
        return [
          `run.sh and ${count(run.script.files - 1, 'file')} in one of ${bytesText(run.script.bytes)}, in the thread${leftOutOfScript(run.script)}`,
        ];
      if (run.kind === 'plan') return run.plan === undefined ? undefined : planLine(run.plan, 'the plan is in the thread');
      return run.replication === undefined || run.kind !== 'deploy' ? undefined : [replicationSummary(run.replication, run.database)];
    case 'blocked': {
      const [first] = run.plan === undefined ? [] : planProblems(run.plan, run.fleet);
      return first === undefined ? undefined : [problemCode(first, docs), ' ', ...rendered(first.what)];
    }
    case 'failed':
      return failedLine(run, docs);
    case 'rejected':
      return run.rejection?.reason === undefined ? ['Nothing was changed.'] : [`“${run.rejection.reason}” Nothing was changed.`];
    case 'cancelled':
      return doneLine(run);
    case 'superseded':
      return run.differences?.[0] === undefined ? undefined : prose(run.differences[0]);
    case 'queued':
      return isBehind(run) ? behindLine(run) : undefined;
    case 'expired':
      return undefined;
  }
};

/** What comes of a run that waits for its turn. */
const behindLine = ({ behind, approval }: Run): Line =>
  behind?.what === 'fleet' && approval !== undefined
    ? [
        'approved, begins by itself when that run has ended',
        ...(approval.expiresAt === undefined ? [] : [', if it does before ', at(approval.expiresAt)]),
      ]
    : ['planned by itself when that run has ended, nothing is changed before that'];

/** 84 files, 120 kB, in the thread · osaka answered nothing */
const bundleLine = ({ files, bytes, silent }: NonNullable<Run['bundle']>): Line =>
  dotted(
    [`${count(files, 'file')} in one of ${bytesText(bytes)}, in the thread`],
    silent.length === 0 ? undefined : [`${silent.join(' and ')} answered nothing`],
  );

const planLine = (plan: NonNullable<Run['plan']>, next: string): Line => {
  return dotted([inWords(countPlan(plan))], timeLine(plan), [next]);
};

/** about 6 min as in 3 earlier runs, longest: KubeSlice (4 min); of what never ran nothing is claimed. */
const timeLine = ({ estimateMs, estimate, longest }: NonNullable<Run['plan']>): Line | undefined => {
  const longestText = longest === undefined ? '' : `, longest: ${longest.stage} (${roughly(longest.ms)})`;
  if (estimate === undefined) return estimateMs === 0 ? undefined : [`about ${roughly(estimateMs)}${longestText}`];
  if (estimate.path.length === 0) return estimate.unmeasured === 0 ? undefined : ['how long is unknown: none of it was timed before'];
  const more = estimate.unmeasured === 0 ? '' : ` and ${count(estimate.unmeasured, 'step')} that never ran before`;
  return [`about ${roughly(estimateMs)} as in ${count(estimate.runs, 'earlier run')}${longestText}${more}`];
};

const succeeded = (run: Run): Line => [
  bold('succeeded'),
  ...(run.plan !== undefined && planStanding(run.plan) === 'nothing-to-do' ? [', nothing to do: everything is in place,'] : []),
  ...(run.endedAt === undefined ? [] : [` in ${duration(between(workStart(run), run.endedAt))}, `, atSecond(run.endedAt)]),
];

const failed = (run: Run): Line =>
  run.failure === undefined
    ? [bold('failed'), ...(run.endedAt === undefined ? [] : [' ', at(run.endedAt)])]
    : [bold('failed'), ' at ', code(run.failure.stepTitle), ` after ${duration(run.failure.afterMs)}, `, atSecond(run.failure.at)];

const failedLine = (run: Run, docs?: ProblemDocs): Line | undefined => {
  // The headline of a verify says it already.
  if (run.kind !== 'deploy' && run.answer !== undefined) return undefined;
  const [problem] = run.failure?.problems ?? [];
  if (problem !== undefined) return [problemCode(problem, docs), ' ', ...rendered(problem.what)];
  return run.bug === undefined ? undefined : [run.bug];
};

const doneLine = (run: Run): Line | undefined => {
  const steps = shownSteps(run);
  if (run.approval === undefined || steps.length === 0) return ['Nothing was changed.'];
  const done = howMany(steps, 'complete');
  return dotted([`${count(done, 'step')} in place and kept, ${steps.length - done} not done`], endedApproval(run));
};

const endedApproval = ({ approval }: Run): Line | undefined =>
  approval?.ended === undefined ? undefined : ['its approval ended with the cancel by ', user(approval.ended.by.userId)];

const stepOf = (run: Run): string => {
  const steps = shownSteps(run);
  return `step ${Math.min(steps.length, howMany(steps, 'complete') + 1)} of ${steps.length}`;
};

/** When what the reader waits for began: the approval, else the first phase. */
export const workStart = (run: Run): string => run.approval?.at ?? run.startedAt ?? run.requestedAt;
