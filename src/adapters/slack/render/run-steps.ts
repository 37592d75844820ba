import type { Run, StepOutcome, StepState } from '../../../domain/run.ts';
import { between } from './time.ts';

/** A step as the card shows it: what the plan or the answer says of it, and what became of it. */
export interface ShownStep {
  readonly id: string;
  readonly title: string;
  readonly stage: string;
  readonly cluster: string;
  readonly outcome: StepOutcome;
}

export interface ShownStage {
  readonly name: string;
  readonly steps: readonly ShownStep[];
}

/** Every known step in the procedure's order. Before there is a plan only the ids of what was looked at are known. */
export const shownSteps = (run: Run): readonly ShownStep[] => {
  const known = run.plan?.steps ?? run.answer?.verdicts.map(({ stepId, ...rest }) => ({ id: stepId, ...rest, finding: undefined }));
  if (known === undefined) return Object.entries(run.outcomes).map(([id, outcome]) => ({ ...namesFromId(id), id, outcome }));
  return known.map(({ id, title, stage, cluster, finding }) => ({
    id,
    title,
    stage,
    cluster,
    outcome: run.outcomes[id] ?? { state: finding?.kind === 'in-place' ? 'in-place' : 'pending' },
  }));
};

/** Stages in order of their first step. */
export const stagesOf = (steps: readonly ShownStep[]): readonly ShownStage[] => {
  const byName = Map.groupBy(steps, ({ stage }) => stage);
  return [...byName].map(([name, members]) => ({ name, steps: members }));
};

/** Every step in the state that its cluster is in, done or not, is one of these four for the reader. */
type Standing = 'complete' | 'active' | 'broken' | 'open';

const STANDINGS: Readonly<Record<StepState, Standing>> = {
  pending: 'open',
  checking: 'active',
  applying: 'active',
  waiting: 'active',
  done: 'complete',
  'in-place': 'complete',
  failed: 'broken',
  skipped: 'open',
  unknown: 'broken',
};

export const standing = ({ outcome }: ShownStep): Standing => STANDINGS[outcome.state];

export const howMany = (steps: readonly ShownStep[], wanted: Standing): number => steps.filter((step) => standing(step) === wanted).length;

/** How long a step took, or has taken until `now`. */
export const stepMs = ({ outcome }: ShownStep, now: string): number | undefined =>
  outcome.startedAt === undefined ? undefined : between(outcome.startedAt, outcome.endedAt ?? now);

/** Less is no time worth naming. */
const WORTH_NAMING_MS = 1_000;

/** How long a finished step took; undefined when that is not worth naming. A step that was only waited for counts as well. */
const namedMs = ({ outcome: { startedAt, endedAt } }: ShownStep): number | undefined => {
  if (startedAt === undefined || endedAt === undefined) return undefined;
  const ms = between(startedAt, endedAt);
  return ms < WORTH_NAMING_MS ? undefined : ms;
};

/** From the first start to the last end in a finished stage, of the steps that did something or took a while; undefined when that is not worth naming. */
export const stageMs = ({ steps }: ShownStage): number | undefined => {
  const worked = steps.filter((step) => step.outcome.state === 'done' || namedMs(step) !== undefined);
  const starts = worked.flatMap(({ outcome }) => outcome.startedAt ?? []).toSorted();
  const ends = worked.flatMap(({ outcome }) => outcome.endedAt ?? []).toSorted();
  const ms = starts[0] === undefined || ends.at(-1) === undefined ? 0 : between(starts[0], ends.at(-1) ?? '');
  return ms < WORTH_NAMING_MS ? undefined : ms;
};

/** 'coredns/slice-names-resolve@tokyo' → slice names resolve on tokyo */
const namesFromId = (id: string): Pick<ShownStep, 'title' | 'stage' | 'cluster'> => {
  const [path = id, cluster] = id.split('@');
  const words = (path.split('/').at(-1) ?? path).replaceAll('-', ' ');
  return { title: cluster === undefined ? words : `${words} on ${cluster}`, stage: path.split('/')[0] ?? '', cluster: cluster ?? '' };
};
