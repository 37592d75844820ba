import { expect, test } from 'vitest';
import type { Fault } from '../../src/config/faults.ts';
import { parse } from '../../src/config/file.ts';
import { toPolicy } from '../../src/config/policy.ts';

const file = (policy: string, more = ''): string => `
fleet: demo
hub: { cluster: tokyo, apiServer: "https://10.250.0.10:6443" }
clusters: [{ name: tokyo }, { name: osaka }]
kubeslice: { project: demo, slice: { name: demo, subnet: 10.1.0.0/16 } }
kubedb: { licenceFile: licence.pem }
databases: [{ name: postgres, version: "17.2", replicas: 3, storage: 2Gi, placement: { tokyo: [0, 2], osaka: [1] } }]
slack: { channels: [C0DATABASES], approvers: [U0ALICE, U0BOB, S0DBA] }
terminal: { people: [{ user: nightly@example.com, role: approver }, { user: alice@example.com, slack: U0ALICE }] }
${more}
policy: ${policy}
`;

const faultsOf = (policy: string, more?: string): string[] => {
  const faults: Fault[] = [];
  parse(file(policy, more), faults);
  return faults.map(({ path, message }) => `${path}: ${message}`);
};

const read = (policy: string): ReturnType<typeof toPolicy> => {
  const faults: Fault[] = [];
  const parsed = parse(file(policy), faults);
  expect(faults).toEqual([]);
  return toPolicy(parsed![0]);
};

test('without rules the approvers are those of slack and of the terminal, and one approval suffices', () => {
  expect(read('{}')).toEqual({
    approvers: ['U0ALICE', 'U0BOB', 'nightly@example.com'],
    approverGroups: ['S0DBA'],
    requesterMayApprove: false,
    rules: [],
    freezes: [],
  });
});

test('rules and freezes are read as they are written; a freeze is of deploys unless it says more', () => {
  const policy = `
  rules:
    - { verbs: [deploy], clusters: [osaka], approvers: [U0BOB, S0OPS, nightly@example.com], approvals: 2, requesters: [S0OPS] }
  freezes:
    - { name: Year end, timeZone: Europe/Vienna, dates: { from: 2026-12-20, to: 2027-01-06 } }
    - { name: Nights, timeZone: UTC, weekdays: [friday], hours: { from: "18:00", to: "08:00" }, verbs: [deploy, bundle] }`;
  expect(read(policy)).toMatchObject({
    rules: [
      {
        verbs: ['deploy'],
        clusters: ['osaka'],
        approvers: { users: ['U0BOB', 'nightly@example.com'], groups: ['S0OPS'] },
        approvals: 2,
        requesters: { users: [], groups: ['S0OPS'] },
      },
    ],
    freezes: [
      { name: 'Year end', verbs: ['deploy'], dates: { from: '2026-12-20', to: '2027-01-06' } },
      { name: 'Nights', verbs: ['deploy', 'bundle'], weekdays: ['friday'], hours: { from: '18:00', to: '08:00' } },
    ],
  });
});

test.each([
  ['{ rules: [{ databases: [postgres] }] }', 'policy.rules[0]: says nothing: write requesters, approvers, approvals or requesterMayApprove'],
  ['{ rules: [{ databases: [orders], approvals: 1 }] }', 'policy.rules[0].databases[0]: there is no database orders under databases (postgres)'],
  ['{ rules: [{ clusters: [kyoto], approvals: 1 }] }', 'policy.rules[0].clusters[0]: there is no cluster kyoto under clusters (tokyo, osaka)'],
  [
    '{ rules: [{ verbs: [status], clusters: [osaka], requesters: [U0BOB] }] }',
    'policy.rules[0].clusters: speaks of nothing: only a deploy touches clusters, and verbs is without deploy',
  ],
  [
    '{ rules: [{ verbs: [status], approvals: 2 }] }',
    'policy.rules[0].approvals: speaks of nothing: only a deploy is approved, and verbs is without deploy',
  ],
  [
    '{ rules: [{ approvers: [bob] }] }',
    'policy.rules[0].approvers[0]: must be the id of a user (U…) or a user group (S…) of Slack, or a user of terminal.people that has a role',
  ],
  ['{ rules: [{ approvers: [U0BOB, U0CAROL], approvals: 3 }] }', 'policy.rules[0].approvals: wants 3 approvals of 2 approvers'],
  [
    '{ rules: [{ approvers: [U0BOB, U0CAROL], approvals: 2 }] }',
    'policy.rules[0].approvals: wants 2 of 2, and nobody may approve their own request, so nobody could approve what U0BOB asks for; name another approver or set requesterMayApprove: true',
  ],
  ['{ rules: [{ approvers: [] }] }', 'policy.rules[0].approvers: must have at least 1 entry'],
  ['{ rules: [{ approvals: "2" }] }', 'policy.rules[0].approvals: is text; write it without quotes: 2'],
  [
    '{ rules: [{ verbs: [cancel], approvals: 2 }] }',
    'policy.rules[0].verbs[0]: must be deploy or plan or status or verify or bundle or export or mute',
  ],
  ['{ freezes: [{ name: Always, timeZone: UTC }] }', 'policy.freezes[0]: lasts for ever: write dates, weekdays or hours'],
  [
    '{ freezes: [{ name: Week, timeZone: UTC, weekdays: [monday, tuesday, wednesday, thursday, friday, saturday, sunday] }] }',
    'policy.freezes[0].weekdays: is every day, so that it would last for ever: leave days out, or write dates or hours',
  ],
  [
    '{ freezes: [{ name: Back, timeZone: UTC, dates: { from: 2026-12-24, to: 2026-12-20 } }] }',
    'policy.freezes[0].dates.to: is before 2026-12-24, the first day',
  ],
  [
    '{ freezes: [{ name: None, timeZone: UTC, dates: { from: 2026-02-28, to: 2026-02-30 } }] }',
    'policy.freezes[0].dates.to: is a day that there is not',
  ],
  [
    '{ freezes: [{ name: Noon, timeZone: UTC, hours: { from: "12:00", to: "12:00" } }] }',
    'policy.freezes[0].hours.to: is the same as from: leave hours out for the whole day',
  ],
  [
    '{ freezes: [{ name: Far, timeZone: Vienna, weekdays: [friday] }] }',
    'policy.freezes[0].timeZone: must be the IANA name of a time zone, such as Europe/Vienna; did you mean Europe/Vienna?',
  ],
  [
    '{ freezes: [{ name: Look, timeZone: UTC, weekdays: [friday], verbs: [status], clusters: [osaka] }] }',
    'policy.freezes[0].clusters: speaks of nothing: only a deploy touches clusters, and verbs is without deploy',
  ],
])('%s is told what to write', (policy, fault) => {
  expect(faultsOf(policy)).toEqual([fault]);
});

test('a person of the terminal that is called as groups of Slack are is not taken for one', () => {
  const faults: Fault[] = [];
  const people = '{ user: S0OPS, role: approver }';
  parse(file('{ rules: [{ approvers: [S0OPS] }] }').replace('{ user: nightly@example.com, role: approver }', people), faults);
  expect(faults.map(({ message }) => message)).toEqual([
    'S0OPS is written as a user group of Slack and is a user of terminal.people too: nobody can tell which is meant',
  ]);
});

test('a group may be the only approver: who is in it is asked when it counts', () => {
  const faults: Fault[] = [];
  parse(file('{}').replace('approvers: [U0ALICE, U0BOB, S0DBA]', 'approvers: [S0DBA]').replace('role: approver', 'role: member'), faults);
  expect(faults).toEqual([]);
});
