import { isOfProcedure } from '../domain/digest.ts';
import { beyondApproval, differences, newToWeigh } from '../domain/plan-differences.ts';
import type { Plan } from '../domain/plan.ts';
import { type Approval, move, type Run } from '../domain/run.ts';
import { isValid } from '../domain/run-moves.ts';
import { frozenFor, stillSuffices } from '../domain/approving.ts';
import { frozenTold } from '../domain/approval-words.ts';
import { plainText, told } from '../domain/text.ts';
import { planToCompare, silentStep } from './compare-plan.ts';
import { planOf } from './execute-plan.ts';
import { lockOf } from './locked.ts';
import type { Execution } from './execution.ts';
import { fleetClaimClient } from '../walk/clients/applying-clients.ts';
import { guardFirstWrite } from './first-write.ts';
import { keepFleetClaim } from './fleet-claim.ts';
import { tableWithMemory } from './last-streaming.ts';
import { applyWalk } from '../walk/walk-apply.ts';
import type { ApplyTools } from '../walk/tools.ts';

/** Compares what is with what was approved, then makes the procedure true. */
export const executeApply = async (execution: Execution): Promise<void> => {
  const { deps, writer, conclude } = execution;
  const startedMs = deps.clock.monotonicMs();
  const now = await (writer.run().comparedAt === undefined ? planToCompare(execution) : planOf(execution));
  const run = writer.run();
  const lock = run.comparedAt === undefined ? await lockOf(execution, run) : undefined;
  const misfits =
    lock === undefined ? misfitsOf(execution, run, now) : [`${run.database.name} was locked before anything was begun (${lock.reason})`];
  const at = (): string => deps.clock.now().toISOString();
  const silent = run.comparedAt === undefined ? silentStep(now) : undefined;
  if (silent?.finding.kind === 'blocked') {
    const { id: stepId, title: stepTitle, cluster, finding } = silent;
    conclude((current) => ({
      ...move(current, 'failed'),
      failure: { stepId, stepTitle, cluster, problems: finding.problems, at: at(), afterMs: Math.round(deps.clock.monotonicMs() - startedMs) },
      endedAt: at(),
    }));
    return;
  }
  if (misfits.length > 0) {
    conclude((current) => ({ ...move(current, 'superseded'), differences: misfits, endedAt: at() }));
    return;
  }
  const mayWrite =
    run.comparedAt === undefined
      ? guardFirstWrite(execution, {
          comparedMs: deps.clock.monotonicMs(),
          approved: run.plan ?? now,
          compare: () => planToCompare(execution),
          misfits: (plan) => misfitsOf(execution, run, plan),
        })
      : undefined;
  const end = await walk(execution, mayWrite);
  const replication = await tableWithMemory(deps, writer.run());
  conclude((current): Run => {
    const ended = { ...current, endedAt: at(), ...(replication === undefined ? {} : { replication }) };
    return end.healthy ? move(ended, 'succeeded') : { ...move(ended, 'failed'), failure: end.failure };
  });
};

/**
 * Before the first write the digest decides, under an approval that still counts: hours may have passed since the click. A resumed walk only requires
 * that what remains is a part of what was approved, by the same version of the procedure, and that its giver may still give it.
 */
const misfitsOf = ({ deps }: Execution, run: Run, now: Plan): string[] => {
  const { id, plan, approval, comparedAt } = run;
  if (plan === undefined || approval === undefined) throw new Error(`run ${id} has no approved plan`);
  if (!stillSuffices(deps.approvals, run, approval)) return [noLonger(approval)];
  if (!isOfProcedure(plan, run, deps.procedures.version)) return [olderPlan(plan, deps.procedures.version)];
  if (comparedAt !== undefined) return beyondApproval(plan, now);
  if (!isValid(approval, deps.clock.now()))
    return [`its approval ended at ${approval.ended?.at ?? approval.expiresAt ?? approval.at}, before a worker began`];
  const frozen = frozenFor(deps.approvals, run, deps.clock.now());
  if (frozen !== undefined)
    return [plainText(told`\`deploy\` of \`${run.database.name}\` is ${frozenTold(frozen, deps.clock.now().toISOString())} since it was approved`)];
  const weighed = newToWeigh(plan, now);
  if (approval.digest === now.digest) return weighed;
  // What the run before it did of the same is in place by now.
  if (run.behind !== undefined) return [...beyondApproval(plan, now), ...weighed];
  const found = [...differences(plan, now), ...weighed];
  return found.length > 0 ? found : ['pgdist itself or its configuration changed what the plan means'];
};

const noLonger = ({ along = [] }: Approval): string =>
  along.length === 0
    ? 'the configuration no longer lets the person approve it who did'
    : 'the configuration no longer lets the people approve it who did, or wants more of them';

/** The same words may mean other steps now: nobody approved those. */
const olderPlan = ({ procedureVersion = 'of an older pgdist' }: Plan, now: string): string =>
  `pgdist was updated since this plan was made: its procedure is now ${now}, the plan's is ${procedureVersion}`;

const walk = async ({ deps, lease, writer, tools, end }: Execution, mayWrite: ApplyTools['mayWrite']) => {
  const { fleet, database, id } = writer.run();
  const done = new AbortController();
  const walkTools: ApplyTools = {
    ...tools,
    runId: id,
    lease,
    ...(mayWrite === undefined ? {} : { mayWrite }),
    helm: deps.helm,
    clusteradm: deps.clusteradm,
  };
  const hub = fleetClaimClient(walkTools, fleet.hub, done.signal);
  const kept = keepFleetClaim({ hub, fleet, installation: deps.installation, clock: deps.clock, signal: done.signal, onLost: end });
  try {
    return await applyWalk(deps.procedures.deploy(fleet, database), walkTools, writer);
  } finally {
    done.abort(new Error('the walk ended'));
    await kept;
  }
};
