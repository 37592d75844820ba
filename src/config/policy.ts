import type { ApprovalPolicy, Named, PolicyRule } from '../domain/policy.ts';
import type { Freeze } from '../domain/freeze.ts';
import { withRole } from '../domain/terminal-people.ts';
import type { PgdistFile } from './schema.ts';

/** Of Slack's user groups. Members begin with U or W. */
export const GROUP_ID = /^S[A-Z0-9]{2,20}$/;

/** Who may what: whose word counts, wherever it is said, and when. */
export const toPolicy = ({ slack, terminal: { people }, policy }: PgdistFile): ApprovalPolicy => {
  const base = namedIn(slack.approvers);
  return {
    approvers: [...base.users, ...withRole(people, 'approver')],
    approverGroups: base.groups,
    requesterMayApprove: slack.requesterMayApprove,
    rules: policy.rules.map(ruleOf),
    freezes: policy.freezes.map(freezeOf),
  };
};

const ruleOf = ({ requesters, approvers, ...rule }: PgdistFile['policy']['rules'][number]): PolicyRule => ({
  ...present(rule),
  ...(requesters === undefined ? {} : { requesters: namedIn(requesters) }),
  ...(approvers === undefined ? {} : { approvers: namedIn(approvers) }),
});

/** What is not said of is a deploy: planning and looking change nothing. */
const freezeOf = (freeze: PgdistFile['policy']['freezes'][number]): Freeze => ({ verbs: ['deploy'], ...present(freeze) });

const namedIn = (ids: readonly string[]): Named => ({
  users: ids.filter((id) => !GROUP_ID.test(id)),
  groups: ids.filter((id) => GROUP_ID.test(id)),
});

/** Without what is undefined: no field stands for a choice that was not made. */
const present = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
