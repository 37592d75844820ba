import { directId, directOf, directsKey, isEndTold, isSlackUser } from '../domain/direct.ts';
import type { Run } from '../domain/run.ts';
import { isBehind } from '../domain/run-moves.ts';
import type { Directs } from '../ports/directs.ts';
import type { Preferences } from '../ports/homes.ts';
import type { JobEnd } from '../ports/job-handlers.ts';
import type { Shown } from '../ports/run-store.ts';
import type { FleetSeen } from '../runs/use-case.ts';
import { namedApprovers, waitsFor } from '../domain/approving.ts';
import type { ApprovalPolicy } from '../domain/policy.ts';
import type { Groups } from '../ports/groups.ts';
import { askedGroups, NO_GROUPS } from '../runs/membership.ts';
import { groupsOfRun, reachedByGroups } from './approvers-by-group.ts';
import { rememberUnder, reported, type ReportDeps } from './report-run.ts';

/** What writing to people needs. */
export type DirectDeps = Pick<ReportDeps, 'store' | 'schedule' | 'leases' | 'clock' | 'log'> & {
  readonly directs: Directs;
  readonly preferences: Pick<Preferences, 'notified'>;
  /** Default: no group is ever known, and nobody is written to because of one. */
  readonly groups?: Groups;
  /** Of the installation, with whose approvals count now. */
  readonly everyFleet: readonly FleetSeen[];
};

/** Makes the direct messages of one person about one run tell what is so now. */
export const reportDirect = (deps: DirectDeps, id: string, stop: AbortSignal): Promise<JobEnd> =>
  reported(deps, id, stop, async (lease, signal) => {
    const { store, directs, preferences } = deps;
    const { runId, userId } = directOf(id) ?? { runId: '', userId: '' };
    const run = await store.get(runId);
    if (run === undefined) return undefined;
    const policy = policyOf(deps, run);
    const wanted = await preferences.notified(userId);
    const shown = await store.shownSoFar(id, { channel: '', run: runId });
    const direct = {
      userId,
      run,
      wanted,
      waits: policy === undefined ? false : await waitsNow(deps, policy, run, userId),
      ended: run.requestedBy.userId === userId && isEndTold(run),
    };
    const remember = rememberUnder(store, id, lease);
    const result = await directs.show(direct, shown, remember, signal);
    // Whom nothing was written to is not remembered.
    if (Object.keys(result.shown.replies).length > 0) await remember(result.shown);
    return result.againMs;
  });

/** Slack is asked about groups only where it hangs on them. undefined: it does, and Slack does not say. */
const waitsNow = async (
  { groups = NO_GROUPS, clock }: DirectDeps,
  policy: ApprovalPolicy,
  run: Run,
  userId: string,
): Promise<boolean | undefined> => {
  const known = waitsFor(policy, run, userId, clock.now());
  const waits = typeof known === 'string' ? known : waitsFor(policy, run, userId, clock.now(), (await askedGroups(groups, known)).known);
  return typeof waits === 'string' ? waits === 'yes' : undefined;
};

/**
 * Makes those due who are to be written to since the run went on: the approvers once it waits and again when that is settled, and who asked. Returns
 * whom a group made one of them, with those of before: what was written to them is settled whatever Slack says of the group by then.
 */
export const directsDue = async (
  deps: Pick<DirectDeps, 'schedule' | 'clock' | 'everyFleet' | 'groups'>,
  run: Run,
  before: readonly string[] = [],
): Promise<readonly string[]> => {
  const { schedule, clock, groups = NO_GROUPS } = deps;
  const policy = policyOf(deps, run);
  const approvers = policy === undefined ? [] : namedApprovers(policy);
  const asks = policy !== undefined && run.kind === 'deploy' && run.state === 'awaiting-approval';
  const byGroups = [...new Set([...before, ...(asks ? reachedByGroups((await askedGroups(groups, groupsOfRun(policy, run))).known) : [])])];
  const concerned = run.kind === 'deploy' ? [...approvers, ...byGroups, run.requestedBy.userId] : isEndTold(run) ? [run.requestedBy.userId] : [];
  for (const userId of new Set(concerned.filter(isSlackUser))) await schedule.later(directId(run.id, userId), clock.now());
  return byGroups;
};

const policyOf = ({ everyFleet }: Pick<DirectDeps, 'everyFleet'>, run: Run) => everyFleet.find(({ fleet }) => fleet.name === run.fleet.name)?.slack;

/** States in which nobody is to be told anything new. */
const QUIET: readonly Run['state'][] = ['queued', 'planning', 'verifying', 'cancelling'];

/** The run as it is written about; undefined where nobody is to be told anything new of it. */
export const newsOf = (run: Run, { directs }: Pick<Shown, 'directs'>): string | undefined => {
  const key = directsKey(run);
  return (QUIET.includes(run.state) && !isBehind(run)) || key === directs ? undefined : key;
};
