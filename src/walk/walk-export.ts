import type { ByHand } from '../domain/by-hand.ts';
import type { Problem } from '../domain/problem.ts';
import type { ProcedureOf } from '../domain/procedure.ts';
import type { Procedure, Step, StepContext } from '../steps/context.ts';
import { planningClients } from './clients/planning-clients.ts';
import { problemsOf } from './problems-of.ts';
import { stepContext } from './step-contexts.ts';
import type { WalkTools } from './tools.ts';

/** A step as it is typed by hand. */
export interface HandStep {
  readonly id: string;
  readonly title: string;
  readonly stage: string;
  /** True for a fact that is only looked at. */
  readonly gate: boolean;
  readonly byHand: ByHand;
}

/** Steps that may go side by side; each of them needs those of the rounds before, at most. */
export type Round = readonly HandStep[];

/** Why a step cannot be told. */
export interface Untold {
  readonly step: Pick<Step, 'id' | 'title' | 'cluster'>;
  readonly problems: readonly Problem[];
}

/**
 * Asks every step how it is done by hand on these clusters as they are, all at once, and writes nothing. Resolves with the first step in the procedure's
 * order that cannot tell, where there is one. Throws what is a bug, or the signal's reason.
 */
export const exportWalk = async (procedure: Procedure, tools: WalkTools): Promise<readonly Round[] | Untold> => {
  const context = stepContext(tools, planningClients(tools).remembering);
  const rounds = roundsOf(procedure);
  const told = await Promise.all(rounds.map((steps) => Promise.all(steps.map((step) => handStep(step, context, tools.signal)))));
  const untold = told.flat().find((one): one is Untold => one !== undefined && 'problems' in one);
  if (untold !== undefined) return untold;
  return told.map((round) => round.filter((one): one is HandStep => one !== undefined && 'byHand' in one)).filter((round) => round.length > 0);
};

const handStep = async (step: Step, context: StepContext, signal: AbortSignal): Promise<HandStep | Untold | undefined> => {
  const { id, title, stage, gate = false } = step;
  try {
    const byHand = await step.byHand?.(context);
    return byHand === undefined ? undefined : { id, title, stage, gate, byHand };
  } catch (error) {
    signal.throwIfAborted();
    const problems = problemsOf(error, step, { underWay: false });
    if (problems === undefined) throw error;
    return { step, problems };
  }
};

/** Rounds of a sequence come one after the other; those of what is parallel are taken together, each as early as it may be. */
const roundsOf = (node: ProcedureOf<Step>): Step[][] => {
  if (node.kind === 'step') return [[node.step]];
  const children = node.children.map(roundsOf);
  if (node.kind === 'sequence') return children.flat();
  return Array.from({ length: Math.max(0, ...children.map(({ length }) => length)) }, (_, at) => children.flatMap((rounds) => rounds[at] ?? []));
};
