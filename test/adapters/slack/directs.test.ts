import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { createDirects } from '../../../src/adapters/slack/directs.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { directId, isDirectId, isEndTold } from '../../../src/domain/direct.ts';
import type { Run } from '../../../src/domain/run.ts';
import { isAlertId } from '../../../src/domain/alert.ts';
import { isHomeId } from '../../../src/domain/home.ts';
import { directsDue, newsOf, reportDirect } from '../../../src/execution/report-direct.ts';
import { memoryPeople } from '../../support/memory-people.ts';
import { memoryStore } from '../../support/memory-store.ts';
import type { ApprovalPolicy } from '../../../src/domain/policy.ts';
import type { Groups } from '../../../src/ports/groups.ts';
import { MOST_BY_GROUPS } from '../../../src/execution/approvers-by-group.ts';
import { approval, awaiting, bob, database, failed, fleet, succeeded } from './fixtures.ts';
import { recently } from './thread-bench.ts';
import { CHANNEL, keptLog, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

const APPROVALS = { approvers: ['U0ALICE', 'U0BOB', 'U0CAROL', 'kube-admin'], requesterMayApprove: false };
const PERMALINK = 'https://home.slack.com/archives/C0DATABASES/p1';

/** The reporter of direct messages over a store in memory; `restart` forgets all that a process knows. */
const benchOf = (approvals: ApprovalPolicy = APPROVALS, membersOf: Groups['membersOf'] = async () => ({ kind: 'silent' })) => {
  const [store, { preferences }, log] = [memoryStore(), memoryPeople(), keptLog()];
  const due: string[] = [];
  let byGroups: readonly string[] = [];
  const { requestedAt } = recently(awaiting);
  const newDirects = () => createDirects({ token: slack.botToken, slackApiUrl: slack.apiUrl, clock: systemClock, log });
  const never = new AbortController().signal;
  const bench = {
    store,
    preferences,
    log,
    deps: {
      store,
      preferences,
      directs: newDirects(),
      groups: { membersOf },
      everyFleet: [{ fleet, databases: [database], slack: { ...approvals, channels: [CHANNEL], admins: [] } }],
      schedule: { begin: async () => undefined, settled: async () => true, later: async (id: string) => void due.push(id), due: async () => [] },
      leases: { take: async () => ({ epoch: 1, signal: never, leftMs: () => 1_000, assertHeld: () => undefined, release: async () => undefined }) },
      clock: systemClock,
      log,
    },
    restart: () => void (bench.deps.directs = newDirects()),
    /** As the reporter of the run does it, for everybody concerned. */
    async told(run: Run, before: readonly string[] = []): Promise<string[]> {
      const stands = { ...run, requestedAt, thread: { channel: CHANNEL, ts: '100.1', permalink: PERMALINK } };
      store.put(stands);
      await store.setShown(run.id, { channel: CHANNEL, ts: '100.1', permalink: PERMALINK, replies: {} });
      due.length = 0;
      byGroups = await directsDue(bench.deps, stands, before);
      for (const id of due) await reportDirect(bench.deps, id, never);
      return [...due];
    },
    byGroups: (): readonly string[] => byGroups,
  };
  return bench;
};

const received = (user: string): string[] => {
  const [first] = slack.directMessages(user);
  return first === undefined ? [] : slack.directMessages(user).map(({ ts }) => slack.messageText(first.channel, ts));
};
const edits = (): number => slack.calls.filter(({ method }) => method === 'chat.update').length;

test('an approver whom a run waits for is written to once, with the way to the plan, and so is nobody else', async () => {
  const bench = benchOf();
  expect(await bench.told(awaiting)).toEqual(['U0ALICE', 'U0BOB', 'U0CAROL'].map((user) => directId('r7k2', user)));
  await bench.told(awaiting);
  bench.restart();
  await bench.told(awaiting);
  expect(received('U0BOB')).toHaveLength(1);
  expect(received('U0BOB')[0]).toMatch(
    /Waits for your approval\* until .*: `deploy postgres on demo`\n.*6 to create[\s\S]*asked by @alice .* · run `r7k2` · shown in #databases\n.*`\/pgdist notify off` ends these messages\n.*\[Open the plan\]$/,
  );
  expect(received('U0CAROL')).toHaveLength(1);
  // She asked for it, and may not approve it.
  expect(received('U0ALICE')).toEqual([]);
  expect(edits()).toBe(0);
});

test.each<[string, Run, RegExp]>([
  ['approved by another', { ...awaiting, state: 'applying', approval }, /Settled\*: `Deploy postgres on demo` — \*applying\*/],
  [
    'rejected',
    { ...awaiting, state: 'rejected', endedAt: awaiting.requestedAt, rejection: { by: bob, at: awaiting.requestedAt } },
    /Settled\*: .*\*rejected\* by @bob/,
  ],
  ['expired', { ...awaiting, state: 'expired', endedAt: awaiting.requestedAt }, /Settled\*: .*\*expired\*, nothing was changed/],
  ['planned again by the approver', { ...awaiting, causedBy: [bob] }, /Others decide now\*/],
])('a message about a plan that was %s has no button any more and says so', async (_what, settled, said) => {
  const bench = benchOf();
  await bench.told(awaiting);
  await bench.told(settled);
  expect(received('U0BOB')).toHaveLength(1);
  expect(received('U0BOB')[0]).toMatch(said);
  expect(received('U0BOB')[0]).not.toContain('[');
  const before = edits();
  await bench.told(settled);
  expect(edits()).toBe(before);
});

test('a plan that waits again after a retry is told in the same message', async () => {
  const bench = benchOf();
  await bench.told(awaiting);
  await bench.told({ ...awaiting, state: 'expired', endedAt: awaiting.requestedAt });
  await bench.told({ ...awaiting, retries: 1 });
  expect(received('U0BOB')).toHaveLength(1);
  expect(received('U0BOB')[0]).toContain('[Open the plan]');
});

test('who asked is written to when a deploy ended, once for each end', async () => {
  const bench = benchOf();
  await bench.told(failed);
  await bench.told(failed);
  expect(received('U0ALICE')).toHaveLength(1);
  expect(received('U0ALICE')[0]).toMatch(/`Deploy postgres on demo` — \*failed\* at `slice names resolve on demo-worker`[\s\S]*to its thread/);
  await bench.told({ ...succeeded, retries: 1 });
  expect(received('U0ALICE')).toHaveLength(2);
  expect(received('U0ALICE')[1]).toContain('*succeeded*');
});

test.each<[string, Run, boolean]>([
  ['a deploy that succeeded', succeeded, true],
  ['a deploy that the asker cancelled', { ...succeeded, state: 'cancelled', cancelledBy: succeeded.requestedBy }, false],
  ['a deploy that another cancelled', { ...succeeded, state: 'cancelled', cancelledBy: bob }, true],
  ['a quick verify', { ...succeeded, kind: 'verify', endedAt: '2026-11-22T14:02:20.000Z', requestedAt: '2026-11-22T14:02:00.000Z' }, false],
  ['a verify of two minutes', { ...succeeded, kind: 'verify', endedAt: '2026-11-22T14:04:00.000Z', requestedAt: '2026-11-22T14:02:00.000Z' }, true],
  ['a status in private', { ...succeeded, kind: 'status', private: true }, false],
  ['a deploy under way', awaiting, false],
])('the end of %s is told: %s', (_what, run, isTold) => expect(isEndTold(run)).toBe(isTold));

test('whoever turned them off gets none, and what they got before is still settled', async () => {
  const bench = benchOf();
  await bench.preferences.setNotified('U0CAROL', false);
  await bench.told(awaiting);
  expect(received('U0CAROL')).toEqual([]);
  await bench.preferences.setNotified('U0BOB', false);
  await bench.told(awaiting);
  expect(received('U0BOB')[0]).toContain('Waits for your approval');
  await bench.told({ ...awaiting, state: 'applying', approval });
  expect(received('U0BOB')[0]).toContain('Settled');
});

describe('what Slack does not take', () => {
  test('is not posted twice when it is not known whether it was posted', async () => {
    const bench = benchOf();
    slack.faults.next('chat.postMessage', { kind: 'drop', accepted: true });
    await bench.told(awaiting);
    bench.restart();
    await bench.told(awaiting);
    expect(received('U0BOB')).toHaveLength(1);
  });

  test.each(['missing_scope', 'user_disabled', 'messages_tab_disabled', 'cannot_dm_bot'])('is given up after %s, and logged once', async (error) => {
    const bench = benchOf();
    slack.faults.always(error === 'missing_scope' ? 'conversations.open' : 'chat.postMessage', { kind: 'error', error });
    await bench.told(awaiting);
    const tried = slack.calls.length;
    await bench.told(awaiting);
    expect(slack.calls.length).toBe(tried);
    expect(bench.log.lines.filter(({ message }) => message === 'slack did not take a direct message')).toHaveLength(2);
  });
});

describe('approvers whom a group alone names', () => {
  const BY_GROUP: ApprovalPolicy = { approvers: [], approverGroups: ['S0DBA'], requesterMayApprove: false };
  const people = (count: number): string[] => Array.from({ length: count }, (_, at) => `U0P${at}`);

  test('are written to like those who are named, and the one of them who asked is not', async () => {
    const bench = benchOf(BY_GROUP, async () => ({ kind: 'members', users: ['U0ALICE', 'U0BOB'] }));
    await bench.told(awaiting);
    expect(received('U0BOB')[0]).toContain('Waits for your approval');
    expect(received('U0ALICE')).toEqual([]);
    expect(received('U0CAROL')).toEqual([]);
    expect(bench.byGroups()).toEqual(['U0ALICE', 'U0BOB']);
  });

  test('are told that it is settled also when Slack does not say who is in the group any more', async () => {
    let answer: Awaited<ReturnType<Groups['membersOf']>> = { kind: 'members', users: ['U0BOB'] };
    const bench = benchOf(BY_GROUP, async () => answer);
    await bench.told(awaiting);
    answer = { kind: 'silent' };
    await bench.told({ ...awaiting, approvals: [] }, bench.byGroups());
    expect(received('U0BOB')[0]).toContain('[Open the plan]');
    await bench.told({ ...awaiting, state: 'applying', approval }, bench.byGroups());
    expect(received('U0BOB')).toHaveLength(1);
    expect(received('U0BOB')[0]).toContain('Settled');
  });

  test.each([
    ['as many as are written to', people(MOST_BY_GROUPS), MOST_BY_GROUPS],
    ['one more than that', people(MOST_BY_GROUPS + 1), 0],
  ])('of a group with %s', async (_what, users, reached) => {
    const bench = benchOf(BY_GROUP, async () => ({ kind: 'members', users }));
    await bench.told(awaiting);
    expect(bench.byGroups()).toHaveLength(reached);
  });

  test.each(['silent', 'gone', 'no-plan', 'no-token'] as const)('are not written to while Slack says of the group: %s', async (kind) => {
    const bench = benchOf(BY_GROUP, async () => ({ kind }));
    expect(await bench.told(awaiting)).toEqual([directId('r7k2', 'U0ALICE')]);
    expect(received('U0BOB')).toEqual([]);
  });
});

test('who was deactivated is written to once at most, and all others are told as ever', async () => {
  await slack.close();
  const gone = { id: 'U0ALICE', name: 'alice', realName: 'Alice', flags: ['deleted'] } as const;
  slack = await startWorkspace({ users: [gone, { id: 'U0BOB', name: 'bob', realName: 'Bob' }, { id: 'U0CAROL', name: 'carol', realName: 'Carol' }] });
  const bench = benchOf();
  await bench.told(awaiting);
  expect(received('U0BOB')).toHaveLength(1);
  for (let shows = 0; shows < 5; shows += 1) await bench.told(succeeded);
  const opened = slack.calls.filter(({ error }) => error === 'user_disabled');
  expect(opened).toHaveLength(1);
  expect(received('U0ALICE')).toEqual([]);
  expect(received('U0BOB').join()).toContain('Settled');
});

test('people are looked for once for each state that is news', () => {
  expect(newsOf({ ...awaiting, state: 'planning' }, {})).toBeUndefined();
  expect(newsOf(awaiting, {})).toBe('awaiting-approval.0');
  expect(newsOf(awaiting, { directs: 'awaiting-approval.0' })).toBeUndefined();
  expect(newsOf({ ...awaiting, retries: 1 }, { directs: 'awaiting-approval.0' })).toBe('awaiting-approval.1');
});

test('ids of what is shown are told apart', () => {
  for (const id of ['r7k2', 'alert-postgres-m1x', 'home-U0BOB', directId('r7k2', 'U0BOB')])
    expect([isAlertId(id), isHomeId(id), isDirectId(id)].filter(Boolean).length).toBe(id === 'r7k2' ? 0 : 1);
});
