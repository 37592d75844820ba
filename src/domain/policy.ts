import type { Freeze } from './freeze.ts';
import { type Scope, speaksOf, type Subject } from './policy-scope.ts';

/** Whom the configuration names: people by the ids that they act under, and user groups of Slack by theirs. */
export interface Named {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

export interface PolicyRule extends Scope {
  /** Who may ask; absent: everybody. */
  readonly requesters?: Named;
  /** Whose approvals count; absent: those of the fleet. */
  readonly approvers?: Named;
  /** How many of them, each another person; absent: one. */
  readonly approvals?: number;
  readonly requesterMayApprove?: boolean;
}

/** Whose approvals count, how many are wanted, who may ask, and when nothing may begin. */
export interface ApprovalPolicy {
  readonly approvers: readonly string[];
  readonly approverGroups?: readonly string[];
  readonly requesterMayApprove: boolean;
  /** All that speak of a deed hold, each by itself. */
  readonly rules?: readonly PolicyRule[];
  readonly freezes?: readonly Freeze[];
}

/** So many approvals of these people. */
export interface Requirement {
  readonly approvers: Named;
  readonly approvals: number;
  readonly requesterMayApprove: boolean;
}

/** Who is in a user group now, by its id; what is not here is not known. */
export type Members = ReadonlyMap<string, ReadonlySet<string>>;

/** Which approvals count for a requirement. */
export interface Count {
  readonly requirement: Requirement;
  readonly by: readonly string[];
  /** Groups that would have to be known, since somebody may count by them. */
  readonly unclear: readonly string[];
}

/**
 * What must be met, all of it, before the subject begins. Break-glass takes the number away, never the second person: one whom any of the rules
 * names and who did not cause it.
 */
export const requirementsOf = (policy: ApprovalPolicy, subject: Subject, breakGlass = false): readonly Requirement[] => {
  const own = (policy.rules ?? []).filter(
    (rule) => speaksOf(rule, subject) && [rule.approvers, rule.approvals, rule.requesterMayApprove].some((said) => said !== undefined),
  );
  const found = (own.length === 0 ? [{}] : own).map((rule: PolicyRule) => requirementOf(policy, rule));
  return breakGlass ? [{ approvers: allOf(found), approvals: 1, requesterMayApprove: false }] : distinct(found);
};

const requirementOf = (policy: ApprovalPolicy, { approvers, approvals = 1, requesterMayApprove }: PolicyRule): Requirement => ({
  approvers: approvers ?? { users: policy.approvers, groups: policy.approverGroups ?? [] },
  approvals,
  requesterMayApprove: requesterMayApprove ?? policy.requesterMayApprove,
});

/** Whoever one of them names. */
export const allOf = (requirements: readonly Requirement[]): Named => ({
  users: [...new Set(requirements.flatMap(({ approvers }) => approvers.users))],
  groups: [...new Set(requirements.flatMap(({ approvers }) => approvers.groups))],
});

/** Of those that name the same people the one that wants the most. */
const distinct = (requirements: readonly Requirement[]): readonly Requirement[] =>
  [...Map.groupBy(requirements, ({ approvers, requesterMayApprove }) => JSON.stringify([approvers, requesterMayApprove])).values()].map(
    (same) => same.toSorted((a, b) => b.approvals - a.approvals)[0]!,
  );

/** Who may ask for the subject: each of these must name the person. */
export const requestersOf = ({ rules = [] }: ApprovalPolicy, subject: Subject): readonly Named[] =>
  rules.flatMap((rule) => (rule.requesters !== undefined && speaksOf(rule, subject) ? [rule.requesters] : []));

/** yes, no, or the groups that would have to be known. */
export type Belongs = 'yes' | 'no' | readonly string[];

export const belongsTo = ({ users, groups }: Named, userId: string, members: Members): Belongs => {
  if (users.includes(userId) || groups.some((group) => members.get(group)?.has(userId) === true)) return 'yes';
  const unknown = groups.filter((group) => !members.has(group));
  return unknown.length === 0 ? 'no' : unknown;
};

/** Of several answers of which one suffices. */
export const anyOf = (answers: readonly Belongs[]): Belongs => {
  if (answers.includes('yes')) return 'yes';
  const unknown = answers.flatMap((answer) => (typeof answer === 'string' ? [] : answer));
  return unknown.length === 0 ? 'no' : [...new Set(unknown)];
};

/** Of several answers that all have to be yes. */
export const allYes = (answers: readonly Belongs[]): Belongs => {
  if (answers.includes('no')) return 'no';
  const unknown = answers.flatMap((answer) => (typeof answer === 'string' ? [] : answer));
  return unknown.length === 0 ? 'yes' : [...new Set(unknown)];
};

/** Which of these approvals count now: each person once, and nobody for what they caused. */
export const countsOf = (
  requirements: readonly Requirement[],
  causes: readonly string[],
  approvedBy: readonly string[],
  members: Members,
): readonly Count[] =>
  requirements.map((requirement) => {
    const able = [...new Set(approvedBy)].filter((id) => requirement.requesterMayApprove || !causes.includes(id));
    const answers = able.map((id) => ({ id, belongs: belongsTo(requirement.approvers, id, members) }));
    return {
      requirement,
      by: answers.flatMap(({ id, belongs }) => (belongs === 'yes' ? [id] : [])),
      unclear: [...new Set(answers.flatMap(({ belongs }) => (typeof belongs === 'string' ? [] : belongs)))],
    };
  });

export const isMet = (counts: readonly Count[]): boolean => counts.every(({ requirement, by }) => by.length >= requirement.approvals);
