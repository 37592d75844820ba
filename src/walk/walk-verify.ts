import type { Verdict } from '../domain/finding.ts';
import { stepsOf } from '../domain/procedure.ts';
import type { Answer } from '../domain/run.ts';
import type { Procedure, Step, StepContext } from '../steps/context.ts';
import { verifyingClients } from './clients/verifying-clients.ts';
import { problemsOf } from './problems-of.ts';
import type { Progress } from './progress.ts';
import { stepContext } from './step-contexts.ts';
import type { WalkTools } from './tools.ts';
import { plainText } from '../domain/text.ts';

type Row = Answer['verdicts'][number];

/**
 * Asks each step once and waits for nothing. With `stopAtUnhealthy` a sequence ends at its first unhealthy step, without it every step is asked.
 * Rows come in the procedure's order.
 */
export const verifyWalk = async (
  procedure: Procedure,
  tools: WalkTools,
  progress: Progress,
  { stopAtUnhealthy }: { readonly stopAtUnhealthy: boolean },
): Promise<Answer> => {
  const context = stepContext(tools, verifyingClients(tools));
  const rows = new Map<string, Row>();

  const walk = async (node: Procedure): Promise<Row | undefined> => {
    if (node.kind === 'step') {
      const row = await ask(node.step, context, tools, progress);
      rows.set(node.step.id, row);
      return row.verdict.healthy ? undefined : row;
    }
    if (node.kind === 'parallel' || !stopAtUnhealthy) {
      const results = await Promise.allSettled(node.children.map(walk));
      tools.signal.throwIfAborted();
      return results.map(valueOf).find((row) => row !== undefined);
    }
    for (const [index, child] of node.children.entries()) {
      const unhealthy = await walk(child);
      if (unhealthy === undefined) continue;
      for (const { id } of node.children.slice(index + 1).flatMap(stepsOf)) progress.outcome(id, { state: 'skipped', because: unhealthy.title });
      return unhealthy;
    }
    return undefined;
  };

  const unhealthy = await walk(procedure);
  const verdicts = stepsOf(procedure).flatMap(({ id }) => rows.get(id) ?? []);
  return { healthy: unhealthy === undefined, verdicts };
};

const valueOf = <T>(result: PromiseSettledResult<T>): T => {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
};

const ask = async (step: Step, context: StepContext, tools: WalkTools, progress: Progress): Promise<Row> => {
  const startedAt = tools.clock.now().toISOString();
  progress.outcome(step.id, { state: 'checking', startedAt });
  const verdict = await verdictOf(step, context, tools.signal);
  const askedAt = tools.clock.now().toISOString();
  if (verdict.replication !== undefined) progress.replication(verdict.replication);
  progress.outcome(step.id, {
    state: verdict.healthy ? 'in-place' : 'failed',
    startedAt,
    endedAt: askedAt,
    evidence: verdict.healthy ? verdict.evidence : verdict.waitingFor,
    ...(verdict.healthy && verdict.warnings?.length ? { warnings: verdict.warnings } : {}),
  });
  return { stepId: step.id, title: step.title, stage: step.stage, cluster: step.cluster, verdict, askedAt };
};

const verdictOf = async (step: Step, context: StepContext, signal: AbortSignal): Promise<Verdict> => {
  try {
    return await step.verify(context);
  } catch (error) {
    signal.throwIfAborted();
    const [problem] = problemsOf(error, step, { underWay: false }) ?? [];
    if (problem === undefined) throw error;
    return { healthy: false, waitingFor: plainText(problem.what), problem, final: true };
  }
};
