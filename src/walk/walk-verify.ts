import { UNHEARD, UNKNOWNS } from '../domain/explanations.ts';
import type { Verdict } from '../domain/finding.ts';
import { stepsOf } from '../domain/procedure.ts';
import type { Answer } from '../domain/run.ts';
import type { Procedure, Step, StepContext } from '../steps/context.ts';
import { verifyingClients } from './clients/verifying-clients.ts';
import { problemsOf } from './problems-of.ts';
import { heldBack, type Progress } from './progress.ts';
import { stepContext } from './step-contexts.ts';
import type { WalkTools } from './tools.ts';
import { plainText } from '../domain/text.ts';

type Row = Answer['verdicts'][number];

/** What stands before the steps that were asked first. */
interface Chain {
  readonly procedure: Procedure;
  /** Since the walk began; steps that have not answered then are left out, and no call of any step takes longer. */
  readonly withinMs: number;
}

/** A look that takes longer than this meets a silence: the chain is asked beside it and not after it, for which no time would be left. */
const IN_DOUBT_AFTER_MS = 1_000;

/**
 * Asks every step once, waits for nothing, and goes on behind what is broken: the cause may stand further on. With a chain, the steps of that are asked
 * too where one does not hold, as far as the time goes. Rows come in the procedure's order, the chain's before.
 */
export const verifyWalk = async (procedure: Procedure, tools: WalkTools, progress: Progress, chain?: Chain): Promise<Answer> => {
  const steps = stepsOf(procedure);
  if (chain === undefined) return answerOf(await asked(steps, stepContext(tools, verifyingClients(tools)), tools, progress), []);
  const { clock } = tools;
  const over = new AbortController();
  const late = new AbortController();
  const lookSignal = AbortSignal.any([tools.signal, over.signal]);
  const within = { ...tools, signal: AbortSignal.any([tools.signal, late.signal]) };
  const context = stepContext(within, verifyingClients(within, chain.withinMs));
  const inDoubt = Promise.withResolvers<'doubt'>();
  const sleep = (ms: number, then: () => void): void => void clock.sleep(ms, lookSignal).then(then, () => undefined);
  try {
    sleep(IN_DOUBT_AFTER_MS, () => inDoubt.resolve('doubt'));
    const first = asked(steps, context, within, progress, ({ verdict }) => verdict.healthy || inDoubt.resolve('doubt'));
    // What the first steps see is never cut short: their own calls end in time.
    sleep(
      chain.withinMs,
      () =>
        void first.then(
          () => late.abort(TOO_LATE),
          () => undefined,
        ),
    );
    const begun = await Promise.race([first, inDoubt.promise]);
    if (begun !== 'doubt' && isHealthy(begun)) return answerOf(begun, []);
    const before = stepsOf(chain.procedure).filter(({ id }) => !steps.some((step) => step.id === id));
    const told = heldBack(progress);
    const earlier = asked(before, context, within, told);
    earlier.catch(() => undefined);
    const rows = await first;
    if (isHealthy(rows)) return answerOf(rows, []);
    told.release();
    const found = await earlier;
    return answerOf(
      [...found, ...rows],
      before.filter(({ id }) => !found.some(({ stepId }) => stepId === id)),
    );
  } finally {
    over.abort(TOO_LATE);
    late.abort(TOO_LATE);
  }
};

const TOO_LATE = new Error('the answer is due');

const isHealthy = (rows: readonly Row[]): boolean => rows.every(({ verdict }) => verdict.healthy);

const answerOf = (verdicts: readonly Row[], late: readonly Step[]): Answer => ({
  healthy: late.length === 0 && isHealthy(verdicts),
  verdicts,
  ...(late.length === 0 ? {} : { notAsked: late.length, late: late.map(({ id: stepId, title, cluster }) => ({ stepId, title, cluster })) }),
});

/** The rows of the steps that answered before the time was over. */
const asked = async (
  steps: readonly Step[],
  context: StepContext,
  tools: WalkTools,
  progress: Progress,
  onRow: (row: Row) => void = () => undefined,
): Promise<Row[]> => {
  const results = await Promise.allSettled(
    steps.map(async (step) => {
      const row = await ask(step, context, tools, progress);
      onRow(row);
      return row;
    }),
  );
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
  const { verdict, wasAsked } = await verdictOf(step, context, tools.signal);
  const askedAt = tools.clock.now().toISOString();
  if (verdict.replication !== undefined) progress.replication(verdict.replication);
  progress.outcome(step.id, {
    state: verdict.healthy ? 'in-place' : wasAsked ? 'failed' : 'unknown',
    startedAt,
    endedAt: askedAt,
    evidence: verdict.healthy ? verdict.evidence : verdict.waitingFor,
    ...(verdict.healthy && verdict.warnings?.length ? { warnings: verdict.warnings } : {}),
  });
  return { stepId: step.id, title: step.title, stage: step.stage, cluster: step.cluster, verdict, askedAt };
};

/** `wasAsked` is false where nobody could be asked, or nobody answered: whether the fact holds is not known then. */
const verdictOf = async (
  step: Step,
  context: StepContext,
  signal: AbortSignal,
): Promise<{ readonly verdict: Verdict; readonly wasAsked: boolean }> => {
  try {
    const verdict = await step.verify(context);
    return { verdict, wasAsked: verdict.healthy || !UNKNOWNS.includes(verdict.problem.code) };
  } catch (error) {
    signal.throwIfAborted();
    const [problem] = problemsOf(error, step, { underWay: false }) ?? [];
    if (problem === undefined) throw error;
    const verdict: Verdict = { healthy: false, waitingFor: plainText(problem.what), problem, final: true };
    return { verdict, wasAsked: ![...UNHEARD, ...UNKNOWNS].includes(problem.code) };
  }
};
