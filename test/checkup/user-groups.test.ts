import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeSlack } from '../../playground/slack/index.ts';
import { startSlack } from '../../playground/slack/index.ts';
import { lookAtSlack } from '../../src/adapters/slack/checkup.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { workspaceOptions } from '../playground/slack/harness.ts';
import { quietLog } from '../support/quiet-log.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startSlack(workspaceOptions);
});
afterEach(() => slack.close());

const rows = async (...groups: string[]): Promise<string[]> => {
  const { botToken, apiUrl: slackApiUrl } = slack;
  const looked = { botToken, groups, channels: [], slackApiUrl, clock: systemClock, log: quietLog, redactor: createRedactor() };
  const found = await lookAtSlack(looked, new AbortController().signal);
  return found.filter(({ says }) => says.includes('user group')).map(({ standing, says }) => `${standing}: ${says}`);
};

test('doctor says how many people count by each user group of the file', async () => {
  expect(await rows('S0DB')).toEqual(['well: 1 person is in user group S0DB']);
});

test('doctor names a group by which nobody counts', async () => {
  slack.setUsergroup('S0DB', []);
  expect(await rows('S0DB', 'S0NONE')).toEqual([
    'fault: nobody is in user group S0DB, and so nobody counts by it',
    'fault: Slack knows no user group S0NONE that is in use, and nobody counts by it',
  ]);
  slack.setPlan('free');
  expect(await rows('S0DB')).toEqual(['fault: this workspace has no user groups, and pgdist.yaml names S0DB']);
});

test('a group of which Slack says nothing is not known, and no fault', async () => {
  slack.faults.always('usergroups.users.list', { kind: 'error', error: 'internal_error' });
  expect(await rows('S0DB')).toEqual(['unknown: Slack does not say who is in user group S0DB']);
});
