import type { Finding, Foreseen } from '../domain/finding.ts';
import type { PlannedStep } from '../domain/plan.ts';
import { NotYetError } from '../domain/problem.ts';
import { stepsOf, type ProcedureOf } from '../domain/procedure.ts';
import type { Procedure, Step, StepContext } from '../steps/context.ts';
import { planningClients } from './clients/planning-clients.ts';
import { retrying } from './retrying.ts';
import { problemsOf } from './problems-of.ts';
import { stepContext } from './step-contexts.ts';
import type { WalkTools } from './tools.ts';

type Seen = Exclude<Finding, { kind: 'later' }> | NotYetError;

/** Checks every step at once and writes nothing. Findings come in the procedure's order. Throws what is a bug, or the signal's reason. */
export const planWalk = async (
  procedure: Procedure,
  tools: WalkTools,
  onChecked: (stepId: string) => void = () => undefined,
): Promise<PlannedStep[]> => {
  const clients = planningClients(tools);
  const context = stepContext(tools, clients.remembering);
  const steps = stepsOf(procedure);
  const results = await Promise.allSettled(steps.map((step) => see(step, context, tools).finally(() => onChecked(step.id))));
  tools.signal.throwIfAborted();
  const seen = new Map<string, Seen>();
  results.forEach((result, index) => {
    if (result.status === 'rejected') throw result.reason;
    seen.set(steps[index]!.id, result.value);
  });
  const isHealthy = healthOf(context, tools);
  const afresh = stepContext(tools, clients.afresh);
  const lookAgain = (step: Step): Promise<Seen> => see(step, afresh, tools);
  const foresee = (step: Step): Promise<Foreseen | undefined> => step.foresee?.(context) ?? Promise.resolve(undefined);
  const planned = [...withEarlier(procedure, [])].map(async ({ step, before }): Promise<PlannedStep> => {
    const { id, title, stage, cluster } = step;
    return { id, title, stage, cluster, usualMs: 0, finding: await settled(step, before, seen, { isHealthy, lookAgain, foresee }) };
  });
  return await Promise.all(planned);
};

const see = async (step: Step, context: StepContext, tools: WalkTools): Promise<Seen> => {
  try {
    // What does not answer blocks the plan at once: its call has tried it again already. What passes by itself and no call repeats (a conflict) is asked again.
    const finding = await retrying(() => step.check(context).catch(notYetAsAnswer), {
      ...tools,
      deadlineMs: () => -Infinity,
      onAttempt: () => undefined,
    });
    if (!(finding instanceof NotYetError) && finding.kind === 'later') throw new Error(`${step.id}: only the walk finds 'later'`);
    return finding;
  } catch (error) {
    const problems = problemsOf(error, step, { underWay: false });
    if (problems === undefined) throw error;
    return { kind: 'blocked', problems };
  }
};

/** Something missing is no reason to ask again in a plan. */
const notYetAsAnswer = (error: unknown): NotYetError => {
  if (error instanceof NotYetError) return error;
  throw error;
};

/** Every step in the procedure's order, with the steps of earlier siblings in the sequences above it. */
function* withEarlier(node: ProcedureOf<Step>, before: readonly Step[]): Generator<{ readonly step: Step; readonly before: readonly Step[] }> {
  if (node.kind === 'step') {
    yield { step: node.step, before: [...before] };
    return;
  }
  const earlier = [...before];
  for (const child of node.children) {
    yield* withEarlier(child, earlier);
    if (node.kind === 'sequence') earlier.push(...stepsOf(child));
  }
}

interface Looks {
  isHealthy(step: Step): Promise<boolean>;
  lookAgain(step: Step): Promise<Seen>;
  foresee(step: Step): Promise<Foreseen | undefined>;
}

/**
 * What is missing may still be made by an earlier step: one that is not in place, or one that is and does not show its effect yet; or it came
 * while all of this was asked.
 */
const settled = async (
  step: Step,
  before: readonly Step[],
  seen: ReadonlyMap<string, Seen>,
  { isHealthy, lookAgain, foresee }: Looks,
): Promise<Finding> => {
  const mine = seen.get(step.id)!;
  if (!(mine instanceof NotYetError)) return mine;
  const open = before.findLast(({ id }) => {
    const other = seen.get(id);
    return other instanceof NotYetError || other?.kind !== 'in-place';
  });
  const waitsFor = open ?? (await lastUnhealthy(before, isHealthy));
  if (waitsFor !== undefined) return later(step, { missing: mine.missing, waitsFor: waitsFor.title }, foresee);
  const again = await lookAgain(step);
  return again instanceof NotYetError ? { kind: 'blocked', problems: problemsOf(again, step, { underWay: false }) ?? [] } : again;
};

/** With what the step will write all the same; what keeps it from telling that is a problem like any other. */
const later = async (step: Step, awaited: { readonly missing: string; readonly waitsFor: string }, foresee: Looks['foresee']): Promise<Finding> => {
  try {
    return { kind: 'later', ...awaited, ...(await foresee(step)) };
  } catch (error) {
    const problems = problemsOf(error, step, { underWay: false });
    if (problems === undefined) throw error;
    return { kind: 'blocked', problems };
  }
};

const lastUnhealthy = async (steps: readonly Step[], isHealthy: (step: Step) => Promise<boolean>): Promise<Step | undefined> => {
  for (const step of steps.toReversed()) if (step.gate !== true && !(await isHealthy(step))) return step;
  return undefined;
};

/** Asks each step once; whatever keeps it from answering is no health. */
const healthOf = (context: StepContext, { signal }: WalkTools): ((step: Step) => Promise<boolean>) => {
  const asked = new Map<string, Promise<boolean>>();
  const ask = async (step: Step): Promise<boolean> => {
    try {
      return (await step.verify(context)).healthy;
    } catch (error) {
      signal.throwIfAborted();
      if (problemsOf(error, step, { underWay: false }) === undefined) throw error;
      return false;
    }
  };
  return (step) => {
    const answer = asked.get(step.id) ?? ask(step);
    asked.set(step.id, answer);
    return answer;
  };
};
