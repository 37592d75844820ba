import type { Run } from '../../../domain/run.ts';
import type { Waiting } from './waiting.ts';
import { type ShownStep, shownSteps, standing, stepMs } from './run-steps.ts';
import { code, type Line, prose } from './span.ts';
import { duration } from './time.ts';

/** now: `KubeSlice worker healthy on tokyo` (waiting 48 s: what was seen) and how many run beside it. */
export const nowLine = (run: Run, waiting: Waiting, now: string): Line | undefined => {
  const active = shownSteps(run)
    .filter((step) => standing(step) === 'active')
    .toSorted((a, b) => (a.outcome.startedAt ?? now).localeCompare(b.outcome.startedAt ?? now));
  const [longest, ...others] = active;
  if (longest === undefined) return undefined;
  return [
    'now: ',
    code(longest.title),
    ' (',
    ...prose(activity(longest, waiting, now)),
    ')',
    ...(others.length === 0 ? [] : [`, and ${others.length} beside it`]),
  ];
};

/** waiting 48 s: Cluster.status.registrationStatus is RegistrationInProgress */
export const activity = (step: ShownStep, waiting: Waiting, now: string): string => {
  const ms = stepMs(step, now);
  const { state, attempt } = step.outcome;
  const seen = waiting[step.id];
  const saysAttempt = seen?.startsWith('attempt ') === true;
  const words = [state, ms !== undefined && duration(ms), !saysAttempt && attempt !== undefined && attempt > 1 && `attempt ${attempt}`].filter(
    (word) => typeof word === 'string',
  );
  return `${words.join(state === 'waiting' ? ' ' : ', ')}${seen === undefined ? '' : `: ${seen}`}`;
};
