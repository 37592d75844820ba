import { afterEach, beforeEach, expect, test } from 'vitest';
import { interactiveClient } from '../../../src/adapters/slack/clients.ts';
import { meetSlack } from '../../../src/adapters/slack/meet-slack.ts';
import { SlackRefusedError } from '../../../src/adapters/slack/start-refusal.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { callsOf } from './thread-bench.ts';
import { keptLog, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

const meeting = (token: string = slack.botToken, stop = new AbortController()) => {
  const waits: number[] = [];
  const log = keptLog();
  const clock = {
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    sleep: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      waits.push(ms);
    },
  };
  const client = interactiveClient({ token, slackApiUrl: slack.apiUrl, log });
  const met = meetSlack({ client, learn: async () => undefined, clock, random: () => 0, log, signal: stop.signal });
  return { met, waits, log };
};

test.each([
  ['does not answer', { kind: 'http', status: 503 }, [1_000, 2_000, 4_000]],
  ['breaks off', { kind: 'drop' }, [1_000, 2_000, 4_000]],
  ['fails by itself', { kind: 'error', error: 'internal_error' }, [1_000, 2_000, 4_000]],
  ['is being moved', { kind: 'error', error: 'team_added_to_org' }, [1_000, 2_000, 4_000]],
  ['asks for 20 s', { kind: 'rate-limited', retryAfterSeconds: 20 }, [20_000, 20_000, 20_000]],
] as const)('a Slack that %s is waited for', async (_, fault, expected) => {
  slack.faults.next('auth.test', fault, 3);
  const { met, waits, log } = meeting();
  expect(await met).toEqual({ botId: 'B0PGDIST', botUserId: 'U0PGDIST' });
  expect(waits).toEqual(expected);
  expect(log.lines.filter(({ message }) => message === 'waiting for slack')).toHaveLength(3);
});

test('who stops is not kept waiting', async () => {
  const stop = new AbortController();
  slack.faults.always('auth.test', { kind: 'http', status: 503 });
  const { met } = meeting(slack.botToken, stop);
  stop.abort(new Error('stopped'));
  await expect(met).rejects.toThrow('stopped');
});

test.each([
  ['invalid_auth', /refuses the token in SLACK_BOT_TOKEN \(invalid_auth\)/],
  ['token_revoked', /SLACK_BOT_TOKEN \(token_revoked\)/],
  ['token_expired', /SLACK_BOT_TOKEN \(token_expired\)/],
  ['account_inactive', /SLACK_BOT_TOKEN \(account_inactive\)/],
  ['not_authed', /SLACK_BOT_TOKEN \(not_authed\)/],
  ['not_allowed_token_type', /SLACK_BOT_TOKEN holds a token of another kind/],
  ['team_access_not_granted', /an administrator of the workspace has to allow it/],
  ['accesslimited', /from this network/],
  ['brand_new_error', /brand_new_error/],
])('%s is refused in one sentence, at once', async (error, sentence) => {
  slack.faults.always('auth.test', { kind: 'error', error });
  const { met } = meeting();
  await expect(met).rejects.toThrow(sentence);
  await expect(met).rejects.toBeInstanceOf(SlackRefusedError);
  expect(callsOf(slack, 'auth.test')).toBe(1);
});

test('the token of another kind is named as Slack names it', async () => {
  await expect(meeting(slack.appToken).met).rejects.toThrow('SLACK_BOT_TOKEN holds a token of another kind (not_allowed_token_type)');
});

test.each([
  [['commands', 'chat:write', 'app_mentions:read'], 'users:read'],
  [['commands'], 'chat:write,users:read,app_mentions:read'],
])('a token with %j alone lacks scopes: needed and provided are told', async (scopes, needed) => {
  slack.setScopes(scopes);
  await expect(meeting().met).rejects.toThrow(`needed is ${needed}, it has ${scopes.join(',')}`);
});
