import { isTerminal, KINDS, type Run, TERMINAL_STATES } from '../domain/run.ts';
import { stepPath } from '../domain/step.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Instruments } from './instruments.ts';

/** Ends that are remembered, so that a run that is written again is counted once. */
const REMEMBERED = 1_000;

/** Counts the ends of runs that this process writes, and what their steps took. */
export const measuredStore = (
  store: RunStore,
  { runsEnded, stepSeconds }: Pick<Instruments, 'runsEnded' | 'stepSeconds'>,
  fleets: readonly string[],
): RunStore => {
  for (const fleet of fleets) for (const kind of KINDS) for (const state of TERMINAL_STATES) runsEnded.inc({ fleet, kind, state }, 0);
  const counted = new Set<string>();
  const count = (run: Run): void => {
    const end = `${run.id} ${run.retries ?? 0} ${run.state}`;
    if (!isTerminal(run.state) || counted.has(end)) return;
    counted.add(end);
    if (counted.size > REMEMBERED) counted.delete(counted.values().next().value ?? '');
    const fleet = run.fleet.name;
    runsEnded.inc({ fleet, kind: run.kind, state: run.state });
    for (const [id, seconds] of stepsOf(run)) stepSeconds.observe({ fleet, step: stepPath(id) }, seconds);
  };
  return {
    ...store,
    async save(run) {
      const saved = await store.save(run);
      count(saved);
      return saved;
    },
  };
};

/** Of this going of the run alone: outcomes of a going before are kept over a retry. */
const stepsOf = ({ outcomes, startedAt = '' }: Run): (readonly [id: string, seconds: number])[] =>
  Object.entries(outcomes).flatMap(([id, outcome]) => {
    if (outcome.startedAt === undefined || outcome.endedAt === undefined || outcome.startedAt < startedAt) return [];
    if (outcome.state !== 'done' && outcome.state !== 'failed') return [];
    return [[id, (Date.parse(outcome.endedAt) - Date.parse(outcome.startedAt)) / 1000] as const];
  });
