import { isTerminal, type Run, type StepOutcome } from '../domain/run.ts';
import { stepPath } from '../domain/step.ts';
import { plainText } from '../domain/text.ts';
import { rootOf } from '../domain/trace.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Tracing } from '../ports/tracing.ts';
import { current } from './current.ts';

/** Spans that are remembered as sent, so that what is stored again is not sent again. */
const REMEMBERED = 10_000;

/** Each step that ended in the phase under way is a span of it; the first end of a run sends the run. */
export const tracedStore = (store: RunStore, tracing: Tracing): RunStore => {
  const sent = new Set<string>();
  const isNew = (what: string): boolean => {
    if (sent.has(what)) return false;
    sent.add(what);
    if (sent.size > REMEMBERED) sent.delete(sent.values().next().value ?? '');
    return true;
  };
  const sendSteps = (run: Run): void => {
    const phase = current();
    if (phase === undefined) return;
    const { traceId } = rootOf(run.id);
    for (const [id, outcome] of Object.entries(run.outcomes)) {
      const { startedAt, endedAt } = outcome;
      if (startedAt === undefined || endedAt === undefined || endedAt < phase.startedAt.toISOString()) continue;
      if (!isNew(`${run.id} ${id} ${endedAt}`)) continue;
      tracing.send({
        name: stepPath(id),
        kind: 'internal',
        place: { traceId, spanId: tracing.newId() },
        parentId: phase.spanId,
        startedAt: new Date(startedAt),
        endedAt: new Date(endedAt),
        attributes: stepAttributes(run, id, outcome),
        ...(outcome.state === 'failed' ? { fault: outcome.evidence ?? 'failed' } : {}),
      });
    }
  };
  const sendRun = (run: Run): void => {
    if (!isTerminal(run.state) || (run.retries ?? 0) > 0 || !isNew(run.id)) return;
    const fault = faultOf(run);
    tracing.send({
      name: `run ${run.kind}`,
      kind: 'internal',
      place: rootOf(run.id),
      startedAt: new Date(run.requestedAt),
      endedAt: new Date(run.endedAt ?? run.requestedAt),
      attributes: runAttributes(run),
      ...(fault === undefined ? {} : { fault }),
    });
  };
  return {
    ...store,
    async save(run) {
      const saved = await store.save(run);
      sendSteps(saved);
      sendRun(saved);
      return saved;
    },
  };
};

const runAttributes = (run: Run): Record<string, string> => ({
  'pgdist.run.id': run.id,
  'pgdist.run.kind': run.kind,
  'pgdist.run.state': run.state,
  'pgdist.fleet': run.fleet.name,
  'pgdist.database': run.database.name,
});

const stepAttributes = (run: Run, id: string, { state, attempt = 1 }: StepOutcome): Record<string, string | number> => ({
  ...runAttributes(run),
  'pgdist.step.id': id,
  'pgdist.step.state': state,
  'pgdist.step.attempt': attempt,
});

const faultOf = ({ state, failure, bug }: Run): string | undefined => {
  if (state !== 'failed' && state !== 'blocked') return undefined;
  const [problem] = failure?.problems ?? [];
  return bug ?? (problem === undefined ? state : plainText(problem.what));
};
