import { move, type Answer, type Failure, type Run } from '../domain/run.ts';
import type { Execution } from './execution.ts';
import { tableWithMemory } from './last-streaming.ts';
import { verifyWalk } from '../walk/walk-verify.ts';

/** Asks and answers. An unhealthy verdict is status's answer, and verify's failure. */
export const executeVerify = async ({ deps, writer, tools, conclude }: Execution): Promise<void> => {
  const run = writer.run();
  const { procedures, clock } = deps;
  const procedure = procedures[run.kind === 'status' ? 'status' : 'deploy'](run.fleet, run.database);
  const startedMs = clock.monotonicMs();
  const answer = await verifyWalk(procedure, tools, writer, { stopAtUnhealthy: run.kind !== 'status' });
  const replication = await tableWithMemory(deps, writer.run());
  const endedAt = clock.now().toISOString();
  const failure = run.kind === 'status' ? undefined : failureOf(answer, Math.round(clock.monotonicMs() - startedMs));
  conclude((current): Run => {
    const answered = { ...current, answer, endedAt, ...(replication === undefined ? {} : { replication }) };
    return failure === undefined ? move(answered, 'succeeded') : { ...move(answered, 'failed'), failure };
  });
};

const failureOf = ({ verdicts }: Answer, afterMs: number): Failure | undefined => {
  for (const { stepId, title, cluster, verdict, askedAt } of verdicts) {
    if (!verdict.healthy) return { stepId, stepTitle: title, cluster, problems: [verdict.problem], at: askedAt, afterMs };
  }
  return undefined;
};
