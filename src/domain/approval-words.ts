import { type Approvable, approvalsOfPlan, membersThen, requirementsOfRun } from './approving.ts';
import type { Frozen } from './freeze.ts';
import { allOf, type ApprovalPolicy, type Count, countsOf, isMet, type Named, type Requirement } from './policy.ts';
import type { GivenApproval, Run } from './run.ts';
import { causesOf } from './run-moves.ts';
import { group, joined, moment, phrase, type Phrase, type Text, time, told, user, within } from './text.ts';

/** @bob, @carol, @dba */
export const namedTold = ({ users, groups }: Named): Phrase =>
  users.length + groups.length === 0 ? phrase`nobody` : within(joined([...users.map(user), ...groups.map(group)], ', '));

/** Of those whom the requirement names, who could still give an approval that counts. */
const stillAble = ({ approvers, requesterMayApprove }: Requirement, run: Approvable, given: readonly string[]): Named => {
  const causes = requesterMayApprove ? [] : causesOf(run);
  return { users: approvers.users.filter((id) => !given.includes(id) && !causes.includes(id)), groups: approvers.groups };
};

/** Whose approval of the plan could still count, by whichever requirement. */
export const ableToApprove = (policy: ApprovalPolicy, run: Approvable, given: readonly string[]): Named =>
  allOf(requirementsOfRun(policy, run).map((requirement) => ({ ...requirement, approvers: stillAble(requirement, run, given) })));

/** '1 of 2, approved by @bob 14:06, waits for @carol, @dba'; undefined while there is nothing to tell, since one approval suffices. */
export const progressTold = (policy: ApprovalPolicy, run: Approvable & Pick<Run, 'approvals'>): Text | undefined => {
  const counts = countsNow(policy, run);
  const given = approvalsOfPlan(run);
  if (given.length === 0 && counts.every(({ requirement }) => requirement.approvals === 1)) return undefined;
  const by = given.length === 0 ? '' : phrase`, approved by ${givenTold(given)}`;
  const ids = given.map((approval) => approval.by.userId);
  const open = counts.filter((count) => !isMet([count]));
  const waits = joined(
    open.map(({ requirement, by: counted }) => {
      const more = requirement.approvals - counted.length;
      return phrase`${more === 1 ? '' : `${more} of `}${namedTold(stillAble(requirement, run, ids))}`;
    }),
    ' and for ',
  );
  return told`${howMany(counts)}${by}${open.length === 0 ? '' : phrase`, waits for ${within(waits)}`}`;
};

/** '1 of 2' as it is now. */
export const countedText = (policy: ApprovalPolicy, run: Approvable & Pick<Run, 'approvals'>): string => howMany(countsNow(policy, run));

/** '1 of 2'; where several rules want approvals, each of them. */
const howMany = (counts: readonly Count[]): string =>
  counts.map(({ requirement, by }) => `${Math.min(by.length, requirement.approvals)} of ${requirement.approvals}`).join(' and ');

const countsNow = (policy: ApprovalPolicy, run: Approvable & Pick<Run, 'approvals'>): readonly Count[] => {
  const given = approvalsOfPlan(run);
  const ids = given.map(({ by }) => by.userId);
  return countsOf(requirementsOfRun(policy, run), causesOf(run), ids, membersThen(given));
};

/** '@bob 14:06, @carol 14:08' */
export const givenTold = (given: readonly GivenApproval[]): Phrase =>
  within(
    joined(
      given.map(({ by, at }) => phrase`${user(by.userId)} ${time(at)}`),
      ', ',
    ),
  );

/** 'frozen until Dec 7th 08:00 (Year end)', or from when. */
export const frozenTold = ({ name, from, until }: Frozen, now: string): Phrase =>
  phrase`frozen${from > now ? phrase` from ${moment(from)}` : ''}${until === undefined ? ' for longer than a year' : phrase` until ${moment(until)}`} (${name})`;
