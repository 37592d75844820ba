import type { Finding } from '../domain/finding.ts';
import type { PlannedStep } from '../domain/plan.ts';
import { NotYetError } from '../domain/problem.ts';
import { stepsOf, type ProcedureOf } from '../domain/procedure.ts';
import type { Procedure, Step, StepContext } from '../steps/context.ts';
import { boundedClient } from './bounded-client.ts';
import { memoisedClient } from './memoised-client.ts';
import { retrying } from './retrying.ts';
import { problemsOf } from './walk-errors.ts';
import { eachCluster, readOnlyClient, stepContext, type WalkTools } from './walk-tools.ts';

/** A call of a plan that takes longer counts as no answer. */
const CALL_TIMEOUT_MS = 10_000;

type Seen = Exclude<Finding, { kind: 'later' }> | NotYetError;

/** Checks every step at once and writes nothing. Findings come in the procedure's order. Throws what is a bug, or the signal's reason. */
export const planWalk = async (
  procedure: Procedure,
  tools: WalkTools,
  onChecked: (stepId: string) => void = () => undefined,
): Promise<PlannedStep[]> => {
  const limits = { signal: tools.signal, timeoutMs: CALL_TIMEOUT_MS };
  const client = (name: string) =>
    boundedClient(readOnlyClient(tools.cluster(name, limits)), { ...limits, clock: tools.clock, oneSilenceIsEnough: true });
  const context = stepContext(
    tools,
    eachCluster((name) => memoisedClient(client(name))),
  );
  const steps = stepsOf(procedure);
  const results = await Promise.allSettled(steps.map((step) => see(step, context, tools).finally(() => onChecked(step.id))));
  tools.signal.throwIfAborted();
  const seen = new Map<string, Seen>();
  results.forEach((result, index) => {
    if (result.status === 'rejected') throw result.reason;
    seen.set(steps[index]!.id, result.value);
  });
  return [...planned(procedure, seen, [])];
};

const see = async (step: Step, context: StepContext, tools: WalkTools): Promise<Seen> => {
  try {
    // What does not answer blocks the plan at once; only what was turned away (429, reset) is asked again.
    const finding = await retrying(() => step.check(context).catch(notYetAsAnswer), { ...tools, deadlineMs: -Infinity, onAttempt: () => undefined });
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

/** `before`: steps of earlier siblings in the sequences above, in order. */
function* planned(node: ProcedureOf<Step>, seen: ReadonlyMap<string, Seen>, before: readonly Step[]): Generator<PlannedStep> {
  if (node.kind === 'step') {
    const { id, title, stage, cluster, usualMs } = node.step;
    yield { id, title, stage, cluster, usualMs, finding: settled(node.step, seen, before) };
    return;
  }
  const earlier = [...before];
  for (const child of node.children) {
    yield* planned(child, seen, earlier);
    if (node.kind === 'sequence') earlier.push(...stepsOf(child));
  }
}

const settled = (step: Step, seen: ReadonlyMap<string, Seen>, before: readonly Step[]): Finding => {
  const mine = seen.get(step.id)!;
  if (!(mine instanceof NotYetError)) return mine;
  const open = before.findLast(({ id }) => {
    const other = seen.get(id);
    return other instanceof NotYetError || other?.kind !== 'in-place';
  });
  if (open !== undefined) return { kind: 'later', missing: mine.missing, waitsFor: open.title };
  return { kind: 'blocked', problems: problemsOf(mine, step, { underWay: false }) ?? [] };
};
