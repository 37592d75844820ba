import { afterEach, describe, expect, test } from 'vitest';
import { interactiveClient } from '../../../src/adapters/slack/clients.ts';
import { createPeople } from '../../../src/adapters/slack/people.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { FakeSlack, SlackUser } from '../../../playground/slack/index.ts';
import { keptLog, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
afterEach(() => slack.close());

const USERS: readonly SlackUser[] = [
  { id: 'U0HOME', name: 'home', realName: 'Of our workspace' },
  { id: 'U0BOTH', name: 'both', realName: 'Of ours and a sister', teamId: 'T0SISTER', teams: ['T0SISTER', 'T0HOME'] },
  { id: 'U0SISTER', name: 'sister', realName: 'Of a sister alone', teamId: 'T0SISTER', teams: ['T0SISTER'] },
  { id: 'U0GUEST', name: 'guest', realName: 'Guest of a sister', teamId: 'T0SISTER', teams: ['T0SISTER'], flags: ['guest'] },
  { id: 'U0GONE', name: 'gone', realName: 'Gone', teamId: 'T0SISTER', teams: ['T0SISTER'], flags: ['deleted'] },
  { id: 'U0FLOW', name: 'flow', realName: 'Bot of a sister', teamId: 'T0SISTER', teams: ['T0SISTER'], flags: ['bot'] },
  { id: 'U0OTHER', name: 'other', realName: 'Of another company', teamId: 'T0OTHER', flags: ['stranger'] },
];

/** People in a workspace that is part of an organisation, or of none. */
const inWorkspace = async ({ organised = true, teamIds }: { organised?: boolean; teamIds?: readonly string[] } = {}) => {
  const enterprise = organised ? { enterprise: { id: 'E0ORG', name: 'Org' } } : {};
  slack = await startWorkspace({ team: { id: 'T0HOME', name: 'Home', domain: 'home', ...enterprise }, users: USERS });
  const log = keptLog();
  const client = interactiveClient({ token: slack.botToken, slackApiUrl: slack.apiUrl, log });
  const people = createPeople({ client, teamIds, clock: systemClock, log });
  await people.start();
  return { people, asked: () => slack.calls.filter(({ method }) => method === 'users.info').length };
};

const MEMBER = { kind: 'member' };
const STRANGER = { kind: 'refused', who: 'stranger' };

describe('in an Enterprise organisation', () => {
  test.each([
    ['U0HOME', 'T0HOME', MEMBER],
    ['U0BOTH', 'T0HOME', MEMBER],
    ['U0BOTH', 'T0SISTER', MEMBER],
    ['U0SISTER', 'T0SISTER', MEMBER],
    ['U0SISTER', 'E0ORG', MEMBER],
    ['U0HOME', 'E0ORG', MEMBER],
    ['U0GUEST', 'T0SISTER', { kind: 'refused', who: 'guest' }],
    ['U0GONE', 'T0SISTER', { kind: 'refused', who: 'deactivated' }],
    ['U0FLOW', 'T0SISTER', { kind: 'refused', who: 'bot' }],
    ['U0OTHER', 'T0OTHER', STRANGER],
    ['U0OTHER', 'T0HOME', STRANGER],
    ['U0OTHER', 'E0ORG', STRANGER],
    ['U0HOME', 'T0SISTER', STRANGER],
    ['U0SISTER', 'T0OTHER', STRANGER],
    ['U0SISTER', '', STRANGER],
    ['U0NOBODY', 'T0SISTER', { kind: 'refused', who: 'unknown' }],
  ])('%s who acts from %j is %j', async (userId, teamId, standing) => {
    const { people } = await inWorkspace();
    expect(await people.standing({ userId, teamId })).toEqual(standing);
    // The same from what is believed.
    expect(await people.standing({ userId, teamId })).toEqual(standing);
  });

  test('what is believed of somebody at home does not let an act from elsewhere pass', async () => {
    const { people } = await inWorkspace();
    expect(await people.standing({ userId: 'U0HOME', teamId: 'T0HOME' })).toEqual(MEMBER);
    expect(await people.standing({ userId: 'U0HOME', teamId: 'T0OTHER' })).toEqual(STRANGER);
  });

  test.each([
    [{ kind: 'rate-limited' as const, retryAfterSeconds: 30 }],
    [{ kind: 'http' as const, status: 500 }],
    [{ kind: 'error' as const, error: 'internal_error' }],
  ])('while Slack answers %j nothing is known of anybody, and of who acts from elsewhere not even the workspace', async (fault) => {
    const { people } = await inWorkspace();
    slack.faults.always('users.info', fault);
    expect(await people.standing({ userId: 'U0HOME', teamId: 'T0HOME' })).toEqual({ kind: 'silent' });
    expect(await people.standing({ userId: 'U0SISTER', teamId: 'T0SISTER' })).toEqual({ kind: 'silent', foreign: true });
  });
});

describe('where the workspaces are named', () => {
  test.each([
    ['U0BOTH', 'T0HOME', MEMBER],
    ['U0BOTH', 'T0SISTER', MEMBER],
    ['U0SISTER', 'T0SISTER', STRANGER],
    ['U0SISTER', 'E0ORG', STRANGER],
  ])('%s who acts from %j is %j: a sister that is not named is another', async (userId, teamId, standing) => {
    const { people } = await inWorkspace({ teamIds: ['T0HOME'] });
    expect(await people.standing({ userId, teamId })).toEqual(standing);
  });
});

test('where there is no organisation, whoever acts from another workspace is a stranger, without asking Slack', async () => {
  const { people, asked } = await inWorkspace({ organised: false });
  const before = asked();
  for (const userId of ['U0SISTER', 'U0BOTH', 'U0OTHER']) expect(await people.standing({ userId, teamId: 'T0SISTER' })).toEqual(STRANGER);
  expect(asked()).toBe(before);
});
