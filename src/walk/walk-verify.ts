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

/** What stands before the steps that were asked first. */
interface Chain {
  readonly procedure: Procedure;
  /** Since the walk began; steps that have not answered then are left out. */
  readonly withinMs: number;
}

/**
 * Asks every step once, waits for nothing, and goes on behind what is broken: the cause may stand further on. With a chain, the steps of that are asked
 * too where one does not hold, as far as the time goes. Rows come in the procedure's order, the chain's before.
 */
export const verifyWalk = async (procedure: Procedure, tools: WalkTools, progress: Progress, chain?: Chain): Promise<Answer> => {
  const beganMs = tools.clock.monotonicMs();
  const late = new AbortController();
  const within = { ...tools, signal: AbortSignal.any([tools.signal, late.signal]) };
  const context = stepContext(within, verifyingClients(within));
  const steps = stepsOf(procedure);
  const rows = await asked(steps, context, within, progress);
  if (chain === undefined || rows.every(({ verdict }) => verdict.healthy)) return answerOf(rows, 0);
  const before = stepsOf(chain.procedure).filter(({ id }) => !steps.some((step) => step.id === id));
  const inTime = new AbortController();
  const leftMs = Math.max(0, chain.withinMs - (tools.clock.monotonicMs() - beganMs));
  tools.clock.sleep(leftMs, AbortSignal.any([tools.signal, inTime.signal])).then(
    () => late.abort(TOO_LATE),
    () => undefined,
  );
  try {
    const earlier = await asked(before, context, within, progress);
    return answerOf([...earlier, ...rows], before.length - earlier.length);
  } finally {
    inTime.abort();
  }
};

const TOO_LATE = new Error('the answer is due');

const answerOf = (verdicts: readonly Row[], notAsked: number): Answer => ({
  healthy: notAsked === 0 && verdicts.every(({ verdict }) => verdict.healthy),
  verdicts,
  ...(notAsked === 0 ? {} : { notAsked }),
});

/** The rows of the steps that answered before the time was over. */
const asked = async (steps: readonly Step[], context: StepContext, tools: WalkTools, progress: Progress): Promise<Row[]> => {
  const results = await Promise.allSettled(steps.map((step) => ask(step, context, tools, progress)));
  return results.flatMap((result, at) => {
    if (result.status === 'fulfilled') return [result.value];
    if (result.reason !== TOO_LATE) throw result.reason;
    const step = steps[at];
    if (step !== undefined) progress.outcome(step.id, { state: 'unknown' });
    return [];
  });
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
