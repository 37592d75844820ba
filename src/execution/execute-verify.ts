import { isMuted } from '../domain/alert.ts';
import { diagnose, ranked } from '../domain/diagnosis.ts';
import { endingWarning } from '../domain/expiry.ts';
import { problemsIn } from '../domain/finding.ts';
import { move, type Answer, type Failure, type Run } from '../domain/run.ts';
import type { Execution } from './execution.ts';
import { executeExport } from './execute-export.ts';
import { executeBundle } from './execute-bundle.ts';
import { tableWithMemory } from './last-streaming.ts';
import { thingsThatEnd } from './things-that-end.ts';
import { verifyWalk } from '../walk/walk-verify.ts';

/** Status is told within 3 s of its command: so much after it the look is over, and what is left is the way to Slack. */
const STATUS_MS = 2_700;
/** However long the way to the worker took, or however its clock differs from the bot's, a look has so much. */
const SHORTEST_LOOK_MS = 1_700;

/** Asks and answers. An unhealthy verdict is status's answer, and verify's failure. */
export const executeVerify = async (execution: Execution): Promise<void> => {
  const { deps, writer, tools, conclude } = execution;
  const run = writer.run();
  if (run.kind === 'bundle') return executeBundle(execution);
  if (run.kind === 'export') return executeExport(execution);
  const { procedures, clock } = deps;
  const whole = procedures.deploy(run.fleet, run.database);
  const startedMs = clock.monotonicMs();
  const looked = new AbortController();
  const ending = run.kind === 'status' ? thingsThatEnd(deps, run.fleet, AbortSignal.any([tools.signal, looked.signal])) : undefined;
  const answer =
    run.kind === 'status'
      ? await verifyWalk(procedures.status(run.fleet, run.database), tools, writer, { procedure: whole, withinMs: lookMs(run, clock.now()) })
      : await verifyWalk(whole, tools, writer);
  // Nobody waits for it: what is not known by now is left out.
  looked.abort();
  const ends = (await ending)?.flatMap((thing) => endingWarning(thing, clock.now())) ?? [];
  const replication = await tableWithMemory(deps, writer.run());
  const endedAt = clock.now().toISOString();
  deps.observe?.({ fleet: run.fleet.name, database: run.database.name, healthy: answer.healthy, at: endedAt, replication });
  const [mute, lag] = await Promise.all([mutedNow(deps, run, endedAt), run.picture === true ? lagBefore(deps, run) : undefined]);
  const failure = run.kind === 'status' ? undefined : failureOf(answer, Math.round(clock.monotonicMs() - startedMs));
  conclude((current): Run => {
    const answered = {
      ...current,
      answer: { ...answer, ...(mute === undefined ? {} : { mute }), ...(ends.length === 0 ? {} : { ends }) },
      endedAt,
      ...(replication === undefined ? {} : { replication }),
      ...(lag === undefined ? {} : { lag }),
    };
    return failure === undefined ? move(answered, 'succeeded') : { ...move(answered, 'failed'), failure };
  });
};

/** Milliseconds that are left for the look of a status. */
const lookMs = ({ requestedAt }: Run, now: Date): number =>
  Math.min(STATUS_MS, Math.max(SHORTEST_LOOK_MS, STATUS_MS - (now.getTime() - Date.parse(requestedAt))));

/** The answer stands without it while the store does not say. */
const lagBefore = ({ watches }: Execution['deps'], { fleet, database }: Run): Promise<Run['lag']> =>
  watches.lag({ fleet: fleet.name, database: database.name }).catch(() => undefined);

/** The answer stands without it while the store does not say. */
const mutedNow = async ({ watches }: Execution['deps'], { fleet, database }: Run, now: string): Promise<Answer['mute']> => {
  const mute = await watches.muted({ fleet: fleet.name, database: database.name }).catch(() => undefined);
  if (!isMuted(mute, now)) return undefined;
  const { until, reason } = mute;
  return { until, ...(reason === undefined ? {} : { reason }) };
};

/** What is told first of a look that found something: the danger, or else the cause. */
const failureOf = (answer: Answer, afterMs: number): Failure | undefined => {
  const [first, ...others] = ranked(diagnose(answer));
  if (first === undefined) return undefined;
  const row = answer.verdicts.find(({ verdict }) => problemsIn(verdict).includes(first.problem));
  return {
    stepId: row?.stepId ?? '',
    stepTitle: first.hop,
    cluster: first.cluster,
    problems: [first.problem, ...others.map(({ problem }) => problem)],
    at: row?.askedAt ?? '',
    afterMs,
  };
};
