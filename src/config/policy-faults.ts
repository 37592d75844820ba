import { GROUP_ID } from './policy.ts';
import { withRole } from '../domain/terminal-people.ts';
import type { Fault } from './faults.ts';
import type { PgdistFile } from './schema.ts';

type Rule = PgdistFile['policy']['rules'][number];
type Freeze = PgdistFile['policy']['freezes'][number];
/** One thing that is wrong with a rule or freeze: the setting in it, and what to write. */
type Found = readonly [setting: string, message: string];

/** What contradicts itself in the policy, names what there is not, or could never be met. */
export const policyFaults = (file: PgdistFile): Fault[] => {
  const { rules, freezes } = file.policy;
  const at = (list: string, index: number, found: readonly Found[]): Fault[] =>
    found.map(([setting, message]) => ({ path: `policy.${list}[${index}]${setting}`, message }));
  return [
    ...rules.flatMap((rule, index) => at('rules', index, [...scopeFaults(file, rule), ...ruleFaults(file, rule)])),
    ...freezes.flatMap((freeze, index) => at('freezes', index, [...scopeFaults(file, { verbs: ['deploy'], ...freeze }), ...freezeFaults(freeze)])),
  ];
};

const scopeFaults = (file: PgdistFile, { verbs, databases = [], clusters = [] }: Pick<Rule, 'verbs' | 'databases' | 'clusters'>): Found[] => [
  ...unknown('databases', databases, file.databases),
  ...unknown('clusters', clusters, file.clusters),
  ...(clusters.length > 0 && verbs?.includes('deploy') === false
    ? [['.clusters', 'speaks of nothing: only a deploy touches clusters, and verbs is without deploy'] as const]
    : []),
];

const unknown = (list: string, given: readonly string[], known: readonly { readonly name: string }[]): Found[] =>
  given.flatMap((name, index): Found[] =>
    known.some((one) => one.name === name)
      ? []
      : [[`.${list}[${index}]`, `there is no ${list.slice(0, -1)} ${name} under ${list} (${known.map((one) => one.name).join(', ')})`]],
  );

const ruleFaults = (file: PgdistFile, rule: Rule): Found[] => {
  const { verbs, requesters = [], approvers = [] } = rule;
  const aboutApproval = (['approvers', 'approvals', 'requesterMayApprove'] as const).find((setting) => rule[setting] !== undefined);
  if (rule.requesters === undefined && aboutApproval === undefined)
    return [['', 'says nothing: write requesters, approvers, approvals or requesterMayApprove']];
  const found = [...nobodies(file, 'requesters', requesters), ...nobodies(file, 'approvers', approvers)];
  if (aboutApproval === undefined) return found;
  if (verbs?.includes('deploy') === false)
    return [...found, [`.${aboutApproval}`, 'speaks of nothing: only a deploy is approved, and verbs is without deploy']];
  return found.length > 0 ? found : tooFew(file, rule);
};

const nobodies = ({ terminal: { people } }: PgdistFile, list: string, ids: readonly string[]): Found[] =>
  ids.flatMap((id, index): Found[] => {
    const isPerson = people.some(({ user, role }) => user === id && role !== undefined);
    if (isPerson && GROUP_ID.test(id))
      return [
        [`.${list}[${index}]`, `${id} is written as a user group of Slack and is a user of terminal.people too: nobody can tell which is meant`],
      ];
    if (isPerson || /^[UWS][A-Z0-9]{2,20}$/.test(id)) return [];
    return [[`.${list}[${index}]`, 'must be the id of a user (U…) or a user group (S…) of Slack, or a user of terminal.people that has a role']];
  });

/** What nobody could ever approve, or what nobody could approve that one of the approvers asks for. Who is in a group is not known here. */
const tooFew = ({ terminal: { people }, slack }: PgdistFile, rule: Rule): Found[] => {
  const { approvals: wanted = 1, requesterMayApprove = slack.requesterMayApprove } = rule;
  const base = [...slack.approvers, ...withRole(people, 'approver')];
  const { approvers = base } = rule;
  if (approvers.some((id) => GROUP_ID.test(id))) return [];
  const setting = rule.approvals === undefined ? '.approvers' : '.approvals';
  const able = approvers.length;
  if (able < wanted) return [[setting, `wants ${wanted} approvals of ${able} ${able === 1 ? 'approver' : 'approvers'}`]];
  if (able > wanted || requesterMayApprove) return [];
  return [
    [
      setting,
      `wants ${wanted} of ${able}, and nobody may approve their own request, so nobody could approve what ${approvers[0] ?? 'one of them'} asks for; name another approver or set requesterMayApprove: true`,
    ],
  ];
};

const freezeFaults = ({ dates, weekdays, hours }: Freeze): Found[] => [
  ...(dates !== undefined && dates.to < dates.from ? [['.dates.to', `is before ${dates.from}, the first day`] as const] : []),
  ...(hours !== undefined && hours.from === hours.to ? [['.hours.to', 'is the same as from: leave hours out for the whole day'] as const] : []),
  ...(dates === undefined && hours === undefined && weekdays?.length === 7
    ? [['.weekdays', 'is every day, so that it would last for ever: leave days out, or write dates or hours'] as const]
    : []),
];
