import { frozenNow, type Freeze, type Frozen } from './freeze.ts';
import {
  anyOf,
  allYes,
  belongsTo,
  type ApprovalPolicy,
  type Belongs,
  type Count,
  countsOf,
  isMet,
  type Members,
  type Named,
  requestersOf,
  type Requirement,
  requirementsOf,
} from './policy.ts';
import { speaksOf, type Subject, touchedClusters } from './policy-scope.ts';
import type { Approval, GivenApproval, Run } from './run.ts';
import { causesOf, isValid } from './run-moves.ts';

/** What is looked at of a run to say who may approve it. */
export type Approvable = Pick<Run, 'kind' | 'database' | 'plan' | 'requestedBy' | 'causedBy' | 'breakGlass'>;

/** What came of one more approval. */
type ApprovalVerdict =
  /** With it the plan is approved, or waits for more. */
  | { readonly kind: 'counts'; readonly isMet: boolean; readonly counts: readonly Count[] }
  | { readonly kind: 'given-before'; readonly at: string }
  /** Nobody who caused the plan may ask for what it touches. */
  | { readonly kind: 'not-asked-by'; readonly requesters: Named }
  | { readonly kind: 'frozen'; readonly frozen: Frozen }
  /** It hangs on who is in these groups. */
  | { readonly kind: 'unclear'; readonly groups: readonly string[] };

/** What the run does, to what: what its plan touches, once there is one. */
export const subjectOf = ({ kind, database, plan }: Pick<Run, 'kind' | 'database' | 'plan'>): Subject => ({
  verb: kind,
  database: database.name,
  clusters: plan === undefined ? [] : touchedClusters(plan),
});

export const requirementsOfRun = (policy: ApprovalPolicy, run: Approvable): readonly Requirement[] =>
  requirementsOf(policy, { ...subjectOf(run), verb: 'deploy' }, run.breakGlass !== undefined);

/** What must not begin of the subject at that time. */
export const freezesOf = ({ freezes = [] }: ApprovalPolicy, subject: Subject): readonly Freeze[] =>
  freezes.filter((freeze) => speaksOf(freeze, subject));

/** Whether the rules name the person as somebody whose approval would count. */
export const isApprover = (policy: ApprovalPolicy, run: Approvable, userId: string, members: Members): Belongs =>
  anyOf(requirementsOfRun(policy, run).map(({ approvers }) => belongsTo(approvers, userId, members)));

/** Everybody whom the rules name as an approver by an id of their own; members of groups are not among them. */
export const namedApprovers = ({ approvers, rules = [] }: ApprovalPolicy): readonly string[] => [
  ...new Set([...approvers, ...rules.flatMap((rule) => rule.approvers?.users ?? [])]),
];

/**
 * Whether the run waits for this very person: somebody whom the rules name, who did not cause the plan and has not approved it. The groups that would
 * have to be known, where it hangs on one of which nothing is.
 */
export const waitsFor = (policy: ApprovalPolicy, run: Run, userId: string, now: Date, members: Members = NOT_ASKED): Belongs => {
  if (run.state !== 'awaiting-approval') return 'no';
  const isOne = isApprover(policy, run, userId, members);
  if (isOne !== 'yes') return isOne;
  const own = requirementsOfRun(policy, run).filter(({ requesterMayApprove }) => requesterMayApprove);
  const may = causesOf(run).includes(userId) ? anyOf(own.map(({ approvers }) => belongsTo(approvers, userId, members))) : 'yes';
  if (may !== 'yes') return may;
  const { kind } = verdictOn(policy, run, userId, members, now);
  return kind !== 'given-before' && kind !== 'not-asked-by' ? 'yes' : 'no';
};

const NOT_ASKED: Members = new Map();

/** Whether the person may have this done, by the rules of who may ask. */
export const mayAsk = (policy: ApprovalPolicy, subject: Subject, userId: string, members: Members): Belongs =>
  allYes(requestersOf(policy, subject).map((requesters) => belongsTo(requesters, userId, members)));

/** What one more approval, by somebody who is an approver and saw the plan, comes to now. */
export const verdictOn = (
  policy: ApprovalPolicy,
  run: Approvable & Pick<Run, 'approvals'>,
  userId: string,
  members: Members,
  now: Date,
): ApprovalVerdict => {
  const subject = subjectOf(run);
  const given = approvalsOfPlan(run);
  const before = given.find(({ by }) => by.userId === userId);
  if (before !== undefined) return { kind: 'given-before', at: before.at };
  const frozen = frozenFor(policy, run, now);
  if (frozen !== undefined) return { kind: 'frozen', frozen };
  const unclear: string[] = [];
  for (const requesters of requestersOf(policy, subject)) {
    const asked = anyOf(causesOf(run).map((id) => belongsTo(requesters, id, members)));
    if (asked === 'no') return { kind: 'not-asked-by', requesters };
    if (asked !== 'yes') unclear.push(...asked);
  }
  const counts = countsOf(requirementsOfRun(policy, run), causesOf(run), [...given.map(({ by }) => by.userId), userId], members);
  const met = isMet(counts);
  // Whether the last one is there hangs on who is in a group: then it is not this one that is told to wait.
  if (!met) unclear.push(...counts.flatMap((count) => count.unclear));
  return unclear.length > 0 ? { kind: 'unclear', groups: [...new Set(unclear)] } : { kind: 'counts', isMet: met, counts };
};

/** Given to the plan that the run has now. */
export const approvalsOfPlan = ({ plan, approvals = [] }: Pick<Run, 'plan' | 'approvals'>): readonly GivenApproval[] =>
  approvals.filter(({ digest }) => digest === plan?.digest);

/** Groups by which an approval of this person counts. */
export const throughOf = (requirements: readonly Requirement[], userId: string, members: Members): readonly string[] => [
  ...new Set(requirements.flatMap(({ approvers }) => approvers.groups.filter((group) => members.get(group)?.has(userId) === true))),
];

/** All that a plan was approved with, oldest first. */
export const givenWith = (approval: Approval): readonly GivenApproval[] => [...(approval.along ?? []), approval];

/** Who was in which group when they approved. */
export const membersThen = (given: readonly GivenApproval[]): Members => {
  const groups = new Set(given.flatMap(({ through = [] }) => through));
  return new Map([...groups].map((id) => [id, new Set(given.flatMap(({ by, through = [] }) => (through.includes(id) ? [by.userId] : [])))]));
};

/**
 * Whether what the run was approved with would still do under the policy of now. Of groups it counts who was in them: by default at the time of the
 * approval, as nobody is asked again who only goes on.
 */
export const stillSuffices = (
  policy: ApprovalPolicy,
  run: Approvable,
  approval: Approval,
  members: Members = membersThen(givenWith(approval)),
): boolean => {
  const causes = causesOf({ requestedBy: run.requestedBy, ...(approval.causedBy === undefined ? {} : { causedBy: approval.causedBy }) });
  const ids = givenWith(approval).map(({ by }) => by.userId);
  return isMet(countsOf(requirementsOfRun(policy, run), causes, ids, members));
};

/**
 * Whether something may go on under this approval: it neither expired nor was ended, nothing is frozen, and it suffices. Nobody goes on under the word
 * of who is no approver any more, or of who caused the approved plan.
 */
export const stillCounts = (
  policy: ApprovalPolicy,
  run: Approvable,
  approval: Approval | undefined,
  now: Date,
  members?: Members,
): approval is Approval =>
  approval !== undefined && isValid(approval, now) && frozenFor(policy, run, now) === undefined && stillSuffices(policy, run, approval, members);

/** What keeps the run from beginning at that time; break-glass goes past it. */
export const frozenFor = (policy: ApprovalPolicy, run: Approvable, now: Date): Frozen | undefined =>
  run.breakGlass === undefined ? frozenNow(freezesOf(policy, subjectOf(run)), now) : undefined;
