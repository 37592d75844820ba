import { namesUpTo } from './database-words.ts';
import { isTerminal, type Run } from '../../../domain/run.ts';
import { type Absence, needsWorker } from '../../../domain/workers.ts';
import { cut, LIMITS } from '../limits.ts';
import type { RichText, TaskCard } from './blocks.ts';
import type { Waiting } from './waiting.ts';
import { activity } from './card-now.ts';
import type { Part } from './message.ts';
import { howMany, type ShownStage, type ShownStep, shownSteps, stageMs, stagesOf, standing } from './run-steps.ts';
import { type Line, prose, toElements } from './span.ts';
import { count, duration } from './time.ts';

/**
 * Slack's plan block: one task per stage, and inside it one row per step and cluster that is under way or broken. How many are done stands in the
 * stage's own line. `withRows` is false for a message that would become too long.
 */
export const planBlock = (run: Run, waiting: Waiting, now: string, withRows: boolean, absence?: Absence): Part | undefined => {
  if ((run.plan === undefined && run.answer === undefined) || nothingHappened(run)) return undefined;
  const steps = shownSteps(run);
  if (steps.length === 0) return undefined;
  const title = `${howMany(steps, 'complete')} of ${count(steps.length, 'step')} ${run.kind === 'verify' ? 'healthy' : 'in place'}`;
  return {
    kind: 'block',
    text: title,
    block: {
      type: 'plan',
      title,
      tasks: stagesOf(steps).map((stage, index) => task(run, stage, index, withRows ? rows(run, stage, waiting, now) : [], absence)),
    },
  };
};

/** Steps of a plan that was never applied say nothing beside the plan itself. */
const nothingHappened = ({ kind, state, approval }: Run): boolean =>
  kind === 'plan' ||
  state === 'blocked' ||
  state === 'rejected' ||
  state === 'expired' ||
  state === 'superseded' ||
  (state === 'cancelled' && approval === undefined);

const task = (run: Run, stage: ShownStage, index: number, details: readonly Line[], absence?: Absence): TaskCard => ({
  type: 'task_card',
  task_id: `stage-${index + 1}`,
  title: cut(stageTitle(run, stage), LIMITS.line),
  status: status(run, stage, absence),
  ...(details.length === 0 ? {} : { details: asList(details) }),
});

/** What is in progress spins in Slack: nothing does where nobody is alive. */
const status = (run: Run, stage: ShownStage, absence?: Absence): TaskCard['status'] => {
  if (howMany(stage.steps, 'broken') > 0) return 'error';
  const done = howMany(stage.steps, 'complete');
  if (done === stage.steps.length) return 'complete';
  const under = done + howMany(stage.steps, 'active') > 0 && absence === undefined && needsWorker(run);
  return under ? 'in_progress' : 'pending';
};

/** KubeSlice · 4 of 9 · 41 s */
const stageTitle = (run: Run, stage: ShownStage): string => {
  const { name, steps } = stage;
  const [done, broken, took] = [howMany(steps, 'complete'), howMany(steps, 'broken'), stageMs(stage)];
  if (done === steps.length)
    return `${name} · all ${steps.length} ${run.kind === 'verify' ? 'healthy' : 'in place'}${took === undefined ? '' : ` · ${duration(took)}`}`;
  if (done === 0 && broken === 0 && howMany(steps, 'active') === 0)
    return `${name} · ${count(steps.length, 'step')}${isTerminal(run.state) ? ', not done' : ''}`;
  return `${name} · ${done} of ${steps.length}${broken === 0 ? '' : `, ${brokenWords(run, stage)}`}`;
};

const brokenWords = (run: Run, { steps }: ShownStage): string => {
  const notKnown = steps.filter(({ outcome }) => outcome.state === 'unknown').length;
  const broken = howMany(steps, 'broken') - notKnown;
  const words = [broken > 0 && `${broken} ${run.kind === 'verify' ? 'not healthy' : 'failed'}`, notKnown > 0 && `${notKnown} not known`];
  return words.filter((word) => word !== false).join(', ');
};

const rows = (run: Run, stage: ShownStage, waiting: Waiting, now: string): readonly Line[] => {
  const shown = stage.steps.filter((step) => standing(step) === 'active' || standing(step) === 'broken');
  const notKnown = shown.filter(({ outcome }) => outcome.state === 'unknown');
  const each = notKnown.length > MOST_NOT_KNOWN ? shown.filter((step) => !notKnown.includes(step)) : shown;
  const lines = each.map((step): Line => [`${step.title} — `, ...prose(rowState(run, step, waiting, now))]);
  return each === shown ? lines : [...lines, prose(together(notKnown))];
};

/** Of one silent cluster every step is not known: more than so many are told in one line. */
const MOST_NOT_KNOWN = 2;
const REASONS_LENGTH = 150;

/** 12 steps — not known: osaka does not answer */
const together = (steps: readonly ShownStep[]): string => {
  const reasons = [...new Set(steps.map(({ outcome: { evidence = 'cut short' } }) => evidence))];
  return `${count(steps.length, 'step')} — not known: ${namesUpTo(reasons, REASONS_LENGTH)}`;
};

const rowState = (run: Run, step: ShownStep, waiting: Waiting, now: string): string => {
  const { state, evidence } = step.outcome;
  if (state === 'failed') return `${run.kind === 'verify' ? 'does not hold' : 'failed'}${evidence === undefined ? '' : `: ${evidence}`}`;
  if (state === 'unknown') return `not known${evidence === undefined ? ', it was cut short' : `: ${evidence}`}`;
  return activity(step, waiting, now);
};

const asList = (items: readonly Line[]): RichText => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_list', style: 'bullet', elements: items.map((item) => ({ type: 'rich_text_section', elements: toElements(item) })) }],
});
