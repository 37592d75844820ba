import { timeToken, UserError } from '../domain/problem.ts';
import type { Run } from '../domain/run.ts';
import { clickedInPlace, mayApprove, mayHandle } from './permissions.ts';
import type { Click } from './runs.ts';
import { alreadyDecided, runUnderWay } from './sentences.ts';
import { knownRun, threadLink, wake, type RunDeps } from './use-case.ts';
import { phrase, told } from '../domain/text.ts';

/** Authorised against the stored run, decided in one atomic write that also takes the fleet; then the apply phase is queued. */
export const approveRun = async (deps: RunDeps, click: Click): Promise<Run> => {
  const { store, queue, clock, config } = deps;
  const run = await knownRun(deps, click.runId);
  await clickedInPlace(store, run, click);
  mayApprove(config.slack, run, click.by);
  const now = clock.now();
  if (run.state !== 'awaiting-approval' || run.plan === undefined) throw new UserError(alreadyDecided(run), threadLink(run));
  refuseExpired(run, now);
  const outcome = await store.approve(run.id, {
    by: click.by,
    at: now.toISOString(),
    digest: run.plan.digest,
    expiresAt: new Date(now.getTime() + config.approvalTimeoutMs).toISOString(),
  });
  if (outcome.kind === 'fleet-held') throw fleetHeld(run, outcome.holder);
  if (outcome.kind === 'not-awaiting') {
    refuseExpired(outcome.run, now);
    throw new UserError(alreadyDecided(outcome.run), threadLink(outcome.run));
  }
  await store.audit({ did: 'approve', run: run.id, digest: run.plan.digest, by: click.by.userId, at: now.toISOString() });
  await wake(deps, outcome.run);
  await queue.report(run.id);
  return outcome.run;
};

const fleetHeld = ({ planExpiresAt }: Run, holder: Run): UserError => {
  const until = planExpiresAt === undefined ? '' : phrase` until ${timeToken(planExpiresAt)}`;
  const why = phrase`${runUnderWay(holder)}, and one run at a time may change a fleet`;
  return new UserError(told`Nothing was approved: ${why}. This plan stays open${until}.`, threadLink(holder));
};

export const rejectRun = async (deps: RunDeps, click: Click & { readonly reason?: string }): Promise<Run> => {
  const { store, queue, clock, config } = deps;
  const run = await knownRun(deps, click.runId);
  await clickedInPlace(store, run, click);
  mayHandle(config.slack, run, click.by, 'reject');
  const reason = click.reason?.trim();
  const at = clock.now().toISOString();
  const outcome = await store.reject(run.id, { by: click.by, at, ...(reason === undefined || reason === '' ? {} : { reason }) });
  if (outcome.kind === 'not-awaiting') throw new UserError(alreadyDecided(outcome.run), threadLink(outcome.run));
  await store.audit({ did: 'reject', run: run.id, by: click.by.userId, at });
  await queue.report(run.id);
  return outcome.run;
};

const refuseExpired = (run: Run, now: Date): void => {
  if (run.state !== 'awaiting-approval' || run.planExpiresAt === undefined || now.toISOString() < run.planExpiresAt) return;
  throw new UserError(told`This plan expired at ${timeToken(run.planExpiresAt)}. Nothing was changed. Plan again to get a new one.`, threadLink(run));
};
