import { stepsOf } from '../domain/procedure.ts';
import type { Failure } from '../domain/run.ts';
import type { Procedure, Step } from '../steps/context.ts';
import { applyStep } from './apply-step.ts';
import type { ApplyScope } from './apply-scope.ts';
import { applyingClients } from './clients/applying-clients.ts';
import { firstFailure } from './first-failure.ts';
import { dropPassedWarnings } from './passed-warnings.ts';
import type { Progress } from './progress.ts';
import type { ApplyTools } from './tools.ts';

type ApplyEnd = { readonly healthy: true } | { readonly healthy: false; readonly failure: Failure };

/**
 * Makes the procedure true: each step is checked, applied if something is missing, and watched until it is healthy. A sequence stops at its
 * first unhealthy step; what runs beside it begins nothing new, has 10 s to get healthy, and ends. Rejects with the signal's reason once everything under way has ended, or with what is a bug.
 */
export const applyWalk = async (procedure: Procedure, tools: ApplyTools, progress: Progress): Promise<ApplyEnd> => {
  const done = new AbortController();
  const scope: ApplyScope = { tools, progress, clients: applyingClients(tools, done.signal), failed: firstFailure(tools.clock) };
  try {
    const failure = await walkNode(procedure, scope);
    tools.signal.throwIfAborted();
    if (failure === undefined) await dropPassedWarnings(procedure, scope);
    return failure === undefined ? { healthy: true } : { healthy: false, failure };
  } finally {
    done.abort(new Error('the walk ended'));
  }
};

const walkNode = (node: Procedure, scope: ApplyScope): Promise<Failure | undefined> => {
  if (node.kind === 'step') return applyStep(node.step, scope);
  return node.kind === 'sequence' ? walkSequence(node.children, scope) : walkParallel(node.children, scope);
};

const walkSequence = async (children: readonly Procedure[], scope: ApplyScope): Promise<Failure | undefined> => {
  for (const [index, child] of children.entries()) {
    const failure = await walkNode(child, scope);
    const cause = failure?.stepTitle ?? scope.failed.title();
    if (cause === undefined) continue;
    skip(children.slice(index + 1).flatMap(stepsOf), cause, scope.progress);
    return failure;
  }
  return undefined;
};

const walkParallel = async (children: readonly Procedure[], scope: ApplyScope): Promise<Failure | undefined> => {
  const results = await Promise.allSettled(children.map((child) => walkNode(child, scope)));
  scope.tools.signal.throwIfAborted();
  const failures = results.flatMap((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value ?? [];
  });
  return failures.toSorted((a, b) => (a.at < b.at ? -1 : 1))[0];
};

/** What an earlier walk did stays told as it was. */
const skip = (steps: readonly Step[], because: string, progress: Progress): void => {
  for (const { id } of steps) {
    const before = progress.outcomeOf(id)?.state;
    if (before !== 'done' && before !== 'in-place') progress.outcome(id, { state: 'skipped', because });
  }
};
