import { requirementsOfRun } from '../domain/approving.ts';
import { allOf, type ApprovalPolicy, type Members } from '../domain/policy.ts';
import type { Run } from '../domain/run.ts';
import type { Clock } from '../ports/clock.ts';
import type { GroupAnswer, Groups } from '../ports/groups.ts';

/** So many people are written to directly because of the groups that they are in. Of a larger group nobody is: the plan in the thread mentions it. Exported for tests. */
export const MOST_BY_GROUPS = 20;

/** Whose approval of the run counts by a group alone, as far as Slack says who is in it. */
export const groupsOfRun = (policy: ApprovalPolicy, run: Run): readonly string[] => allOf(requirementsOfRun(policy, run)).groups;

/** Those to write to because of these groups: of each group everybody or nobody. */
export const reachedByGroups = (members: Members): readonly string[] => {
  const reached = new Set<string>();
  for (const users of members.values()) {
    const together = reached.union(users);
    if (together.size <= MOST_BY_GROUPS) for (const user of users) reached.add(user);
  }
  return [...reached];
};

/** Slack allows some twenty questions a minute, and a run concerns as many people. */
const FRESH_MS = 60_000;

/** The same groups, asked for what is told and not for what is decided: an answer is good for a minute, and asked for once at a time. */
export const askedLately = (groups: Groups, clock: Pick<Clock, 'monotonicMs'>): Groups => {
  const known = new Map<string, { readonly atMs: number; readonly answer: Promise<GroupAnswer> }>();
  return {
    async membersOf(id) {
      const before = known.get(id);
      if (before !== undefined && clock.monotonicMs() - before.atMs < FRESH_MS) return before.answer;
      const answer = groups.membersOf(id);
      known.set(id, { atMs: clock.monotonicMs(), answer });
      const found = await answer;
      if (found.kind !== 'members' && known.get(id)?.answer === answer) known.delete(id);
      return found;
    },
  };
};
