import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import type { GroupAnswer } from '../../src/ports/groups.ts';
import { alice, askerIn, awaiting, bob, carol, clickOf, dora, openBench, person, type UseCaseBench } from './bench.ts';
import { testDatabase } from '../support/fleet.ts';

/**
 * The rules of a policy, written down a second time as one would tell them to a colleague. Every cell of person × verb × database × time × outage is
 * tried on the use cases and compared with what these lines say.
 */
const orders = { ...testDatabase, name: 'orders' };
/** In @dba, and named nowhere else. */
const gina = person('gina');
const eve = person('eve');
const PEOPLE = { alice, bob, carol, dora, gina, eve };
type Who = keyof typeof PEOPLE;

const POLICY = {
  approvers: [bob.userId, carol.userId],
  approverGroups: ['S0DBA'],
  admins: [dora.userId],
  requesterMayApprove: false,
  rules: [
    { databases: ['orders'], verbs: ['deploy' as const, 'status' as const], requesters: { users: [alice.userId], groups: ['S0DEV'] } },
    { databases: ['orders'], approvers: { users: [carol.userId], groups: ['S0DBA'] }, approvals: 1 },
    { verbs: ['bundle' as const], requesters: { users: [bob.userId, dora.userId], groups: [] } },
  ],
  freezes: [
    { name: 'Weekend', timeZone: 'UTC', weekdays: ['saturday' as const, 'sunday' as const], verbs: ['deploy' as const] },
    { name: 'Stock-taking', timeZone: 'UTC', dates: { from: '2026-11-28', to: '2026-11-28' }, verbs: ['bundle' as const], databases: ['orders'] },
  ],
};
const MEMBERS: Readonly<Record<string, readonly string[]>> = { S0DBA: [gina.userId, alice.userId], S0DEV: [eve.userId] };

const TIMES = { Friday: '2026-11-27T12:00:00.000Z', Saturday: '2026-11-28T12:00:00.000Z' } as const;
const OUTAGES: Readonly<Record<string, { readonly answer?: GroupAnswer; readonly told?: RegExp }>> = {
  'Slack answers': {},
  'Slack is silent': { answer: { kind: 'silent' }, told: /^Slack did not say who is in \{group:S0\w+\} within 2 s: nothing was decided/ },
  'the group is disabled': { answer: { kind: 'gone' }, told: /^Nothing was decided: Slack knows no user group `S0\w+` that is in use/ },
  'pgdist lacks the scope': {
    answer: { kind: 'no-right', lacks: 'usergroups:read' },
    told: /^Nothing was decided: pgdist lacks the right to ask Slack who is in \{group:S0\w+\} \(`usergroups:read`\)\. \{user:U0DORA\} can mend it/,
  },
  'the workspace has no groups': { answer: { kind: 'no-plan' }, told: /^Nothing was decided: this workspace has no user groups/ },
  'a terminal has no token': { answer: { kind: 'no-token' }, told: /^Nothing was decided: who is in \{group:S0\w+\} only Slack knows/ },
};
type Outage = keyof typeof OUTAGES;

const VERBS = ['deploy', 'status', 'bundle', 'approve', 'reject', 'mute'] as const;
type Verb = (typeof VERBS)[number];
type Time = keyof typeof TIMES;
type Name = 'postgres' | 'orders';

/** Whether the person is in the group, as far as anybody can tell: while Slack does not say it, nobody is, nor is not. */
const isIn = (group: string, who: Who, outage: Outage): 'yes' | 'no' | 'not known' => {
  if (OUTAGES[outage]!.answer !== undefined) return 'not known';
  return MEMBERS[group]?.includes(PEOPLE[who].userId) === true ? 'yes' : 'no';
};

/** What the lines above say of one cell: what the refusal is like; undefined: it is done. */
const expected = (who: Who, verb: Verb, database: Name, time: Time, outage: Outage): RegExp | undefined => {
  const { told } = OUTAGES[outage]!;
  const isApprover = (database === 'orders' ? ['carol'] : ['bob', 'carol']).includes(who) ? 'yes' : isIn('S0DBA', who, outage);
  /** Where it takes a role, the refusal for who has it not, and for who cannot be told to have it. */
  const unless = (role: 'yes' | 'no' | 'not known', refusal: RegExp): RegExp | undefined =>
    role === 'yes' ? undefined : role === 'no' ? refusal : told;
  switch (verb) {
    case 'deploy':
    case 'status':
      if (database === 'postgres' || who === 'alice') return undefined;
      return unless(
        isIn('S0DEV', who, outage),
        /^Nothing was done: `(deploy|status)` of `orders` may be asked for by \{user:U0ALICE\}, \{group:S0DEV\} alone/,
      );
    case 'bundle':
      return (
        unless(who === 'dora' ? 'yes' : isApprover, /approvers and admins may have a support bundle/) ??
        (who === 'bob' || who === 'dora' ? undefined : /may be asked for by \{user:U0BOB\}, \{user:U0DORA\} alone/) ??
        (database === 'orders' && time === 'Saturday'
          ? /^Nothing was done: `bundle` of `orders` is frozen until 2026-11-29T00:00:00.000Z \(Stock-taking\)/
          : undefined)
      );
    case 'approve':
      return (
        unless(isApprover, /^Nothing was approved: .* may approve this plan/) ??
        (who === 'alice' ? /^You asked for this run, so you may not approve it/ : undefined) ??
        (time === 'Saturday'
          ? /^Nothing was approved: `deploy` of `\w+` is frozen until 2026-11-30T00:00:00.000Z \(Weekend\).*--break-glass <reason>/
          : undefined)
      );
    case 'reject':
      return who === 'alice' || who === 'dora' ? undefined : unless(isApprover, /approvers and admins may reject it/);
    case 'mute':
      return who === 'dora' ? undefined : unless(isApprover, /^Nothing was done: approvers and admins may mute/);
  }
};

const runOf = (database: Name, time: Time): Run => ({
  ...awaiting,
  database: database === 'orders' ? orders : testDatabase,
  planExpiresAt: TIMES[time].replace('12:00', '12:30'),
});

const ask = ({ runs }: UseCaseBench, who: Who, verb: Verb, run: Run): Promise<unknown> => {
  const by = PEOPLE[who];
  const database = run.database.name;
  if (verb === 'deploy' || verb === 'status') return runs.start({ ...askerIn(by), kind: verb, database });
  if (verb === 'bundle') return runs.bundle({ ...askerIn(by), about: database });
  if (verb === 'mute') return runs.mute({ ...askerIn(by), database, forMs: 60_000 });
  return verb === 'approve' ? runs.approve(clickOf(by, run)) : runs.reject({ ...clickOf(by, run), way: 'form' });
};

const openFor = (outage: Outage, runs: readonly Run[], now: string): UseCaseBench => {
  const bench = openBench(runs, {
    slack: POLICY,
    databases: [testDatabase, orders],
    groups: { membersOf: (id) => Promise.resolve(OUTAGES[outage]!.answer ?? { kind: 'members', users: MEMBERS[id] ?? [] }) },
  });
  bench.now = now;
  return bench;
};

const fault = async (who: Who, verb: Verb, database: Name, time: Time, outage: Outage): Promise<string | undefined> => {
  const run = runOf(database, time);
  // A deploy of a database that waits already would be refused for that.
  const bench = openFor(outage, verb === 'deploy' ? [] : [run], TIMES[time]);
  const before = JSON.stringify(await bench.store.list(10));
  const [settled] = await Promise.allSettled([ask(bench, who, verb, run)]);
  const refusal = settled.status === 'rejected' ? (settled.reason as Error).message : undefined;
  const wanted = expected(who, verb, database, time, outage);
  const cell = `${who} · ${verb} · ${database} · ${time} · ${outage}`;
  if (wanted === undefined && refusal !== undefined) return `${cell}: refused with "${refusal}"`;
  if (wanted !== undefined && (refusal === undefined || !wanted.test(refusal)))
    return `${cell}: ${refusal ?? 'done'}, but ${String(wanted)} was expected`;
  const isUntouched = JSON.stringify(await bench.store.list(10)) === before && bench.queued.length === 0;
  if (wanted !== undefined && !isUntouched) return `${cell}: refused, and yet something was done`;
  return undefined;
};

describe.each(Object.keys(OUTAGES))('while %s', (outage) => {
  test.each(VERBS)('%s is done or refused as the rules say, by everybody, for each database, at each time', async (verb) => {
    const faults: string[] = [];
    for (const who of Object.keys(PEOPLE) as Who[])
      for (const database of ['postgres', 'orders'] as const)
        for (const time of ['Friday', 'Saturday'] as const) faults.push((await fault(who, verb, database, time, outage)) ?? '');
    expect(faults.filter((found) => found !== '')).toEqual([]);
  });
});

/** The cells that matter most, spelled out, so that an error in the rules above cannot hide them. */
test.each<[Who, Verb, Name, Time, Outage, 'done' | 'refused']>([
  ['bob', 'approve', 'postgres', 'Friday', 'Slack is silent', 'done'],
  ['bob', 'approve', 'orders', 'Friday', 'Slack answers', 'refused'],
  ['carol', 'approve', 'orders', 'Friday', 'Slack is silent', 'done'],
  ['gina', 'approve', 'postgres', 'Friday', 'Slack answers', 'done'],
  ['gina', 'approve', 'orders', 'Friday', 'Slack answers', 'done'],
  ['gina', 'approve', 'orders', 'Friday', 'Slack is silent', 'refused'],
  ['gina', 'approve', 'orders', 'Friday', 'the group is disabled', 'refused'],
  ['gina', 'approve', 'orders', 'Saturday', 'Slack answers', 'refused'],
  ['alice', 'approve', 'orders', 'Friday', 'Slack answers', 'refused'],
  ['eve', 'deploy', 'orders', 'Friday', 'Slack answers', 'done'],
  ['eve', 'deploy', 'orders', 'Friday', 'Slack is silent', 'refused'],
  ['eve', 'deploy', 'postgres', 'Friday', 'Slack is silent', 'done'],
  ['bob', 'deploy', 'orders', 'Friday', 'Slack answers', 'refused'],
  ['alice', 'deploy', 'orders', 'Saturday', 'Slack answers', 'done'],
  ['dora', 'bundle', 'orders', 'Saturday', 'Slack answers', 'refused'],
  ['dora', 'bundle', 'postgres', 'Saturday', 'Slack answers', 'done'],
  ['gina', 'reject', 'orders', 'Saturday', 'Slack answers', 'done'],
])('%s: %s of %s on %s while %s: %s', async (who, verb, database, time, outage, outcome) => {
  const run = runOf(database, time);
  const [settled] = await Promise.allSettled([ask(openFor(outage, verb === 'deploy' ? [] : [run], TIMES[time]), who, verb, run)]);
  expect(settled.status).toBe(outcome === 'done' ? 'fulfilled' : 'rejected');
});
