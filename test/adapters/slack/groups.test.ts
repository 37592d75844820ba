import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGroups } from '../../../src/adapters/slack/groups.ts';
import { interactiveClient } from '../../../src/adapters/slack/clients.ts';
import type { Groups } from '../../../src/ports/groups.ts';
import { startSlack, type FakeSlack } from '../../../playground/slack/index.ts';
import { workspaceOptions } from '../../playground/slack/harness.ts';
import { manualClock, type ManualClock } from '../../support/manual-clock.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { systemClock } from '../../support/system-clock.ts';

let slack: FakeSlack;
let groups: Groups;
let clock: ManualClock;
const groupsOf = (given: Pick<ManualClock, 'now' | 'monotonicMs' | 'sleep'>): Groups =>
  createGroups({ client: interactiveClient({ token: slack.botToken, slackApiUrl: slack.apiUrl, log: quietLog }), clock: given, log: quietLog });
beforeEach(async () => {
  slack = await startSlack(workspaceOptions);
  clock = manualClock();
  groups = groupsOf(systemClock);
});
afterEach(() => slack.close());

test('who is in a group is what Slack says at that moment', async () => {
  expect(await groups.membersOf('S0DB')).toEqual({ kind: 'members', users: ['U0BOB'] });
  slack.setUsergroup('S0DB', ['U0ALICE']);
  expect(await groups.membersOf('S0DB')).toEqual({ kind: 'members', users: ['U0ALICE'] });
});

test('a group that is disabled, or never was, has nobody in it', async () => {
  expect(await groups.membersOf('S0NONE')).toEqual({ kind: 'gone' });
  slack.disableUsergroup('S0DB');
  expect(await groups.membersOf('S0DB')).toEqual({ kind: 'gone' });
});

test('without the scope it says which one the app lacks', async () => {
  slack.setScopes(['chat:write']);
  expect(await groups.membersOf('S0DB')).toEqual({ kind: 'no-right', lacks: 'usergroups:read' });
});

test('a free workspace has no groups', async () => {
  slack.setPlan('free');
  expect(await groups.membersOf('S0DB')).toEqual({ kind: 'no-plan' });
});

test.each([
  ['an error of its own', { kind: 'error', error: 'internal_error' }],
  ['an answer without JSON', { kind: 'http', status: 502 }],
  ['a cut connection', { kind: 'drop' }],
  ['a rate limit of half a minute', { kind: 'rate-limited', retryAfterSeconds: 30 }],
] as const)('%s says nothing of the group', async (_, fault) => {
  slack.faults.next('usergroups.users.list', fault);
  expect(await groups.membersOf('S0DB')).toEqual({ kind: 'silent' });
});

test('no answer within two seconds says nothing of the group', async () => {
  slack.faults.next('usergroups.users.list', { kind: 'hang' });
  const asked = groupsOf(clock).membersOf('S0DB');
  await clock.sleeper(2_000);
  await clock.advance(2_000);
  expect(await asked).toEqual({ kind: 'silent' });
});
