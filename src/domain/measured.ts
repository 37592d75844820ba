import type { Run } from './run.ts';
import { stepPath } from './step.ts';

/** How long steps took in earlier deploys of a fleet. */
export interface Measured {
  /** Deploys in which something was measured. */
  readonly runs: number;
  /** Milliseconds that a step took as a rule, by itself or else the same step of other clusters; undefined: it was never seen. */
  of(stepId: string): number | undefined;
}

/** Of one step so many of the newest count: what a fleet was years ago says little. */
const MOST_COUNTED = 5;

/** Measures of the deploys among these runs, newest first. What was in place when a run was planned took no time that says anything. */
export const measuredIn = (runs: readonly Run[], fleet: string): Measured => {
  const deploys = runs.filter((run) => run.kind === 'deploy' && run.fleet.name === fleet && run.comparedAt !== undefined);
  const took = deploys.map(timesOf);
  const all = took.flat();
  const [byId, byPath] = [Map.groupBy(all, ({ id }) => id), Map.groupBy(all, ({ id }) => stepPath(id))];
  return {
    runs: took.filter((times) => times.length > 0).length,
    of: (stepId) => middle((byId.get(stepId) ?? byPath.get(stepPath(stepId)) ?? []).slice(0, MOST_COUNTED).map(({ ms }) => ms)),
  };
};

export const NOTHING_MEASURED: Measured = { runs: 0, of: () => undefined };

const timesOf = ({ plan, outcomes }: Run): { readonly id: string; readonly ms: number }[] =>
  (plan?.steps ?? []).flatMap(({ id, finding }) => {
    const { state, startedAt, endedAt } = outcomes[id] ?? {};
    const ended = (state === 'done' || state === 'in-place') && startedAt !== undefined && endedAt !== undefined;
    return finding.kind === 'in-place' || !ended ? [] : [{ id, ms: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) }];
  });

const middle = (values: readonly number[]): number | undefined => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
