import { WebClient } from '@slack/web-api';
import type { Block, KnownBlock } from '@slack/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSlack } from '../../../../playground/slack/index.ts';
import type { FakeSlack } from '../../../../playground/slack/index.ts';
import { patienceMs } from '../../../support/eventually.ts';
import { alice, bob, cleanups, ops, silent, workspaceOptions } from '../harness.ts';

const ends = cleanups();
let slack: FakeSlack;
let client: WebClient;

const clientWith = (token: string | undefined, timeoutMs = patienceMs()) =>
  new WebClient(token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, timeout: timeoutMs, logger: silent });

beforeEach(async () => {
  slack = await startSlack(workspaceOptions);
  ends.add(() => slack.close());
  client = clientWith(slack.botToken);
});
afterEach(() => ends.run());

const post = (blocks?: (KnownBlock | Block)[], text = 'x') => client.chat.postMessage({ channel: ops, text, ...(blocks ? { blocks } : {}) });
const section = (text: string): KnownBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });

describe('the Web API refuses with the names that Slack uses', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['not_authed', () => clientWith(undefined).auth.test()],
    ['invalid_auth', () => clientWith('xoxb-guess').auth.test()],
    ['not_allowed_token_type', () => clientWith(slack.botToken).apps.connections.open({})],
    ['unknown_method', () => client.apiCall('chat.shout', {})],
    ['channel_not_found', () => client.chat.postMessage({ channel: 'C0NONE', text: 'x' })],
  ])('%s', async (error, call) => {
    await expect(call()).rejects.toMatchObject({ data: { ok: false, error } });
    expect(slack.calls.at(-1)).toMatchObject({ ok: false, error });
  });

  it('says where in the blocks the fault is', async () => {
    await expect(post([section('fine'), { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }])).rejects.toMatchObject({
      data: { response_metadata: { messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]'] } },
    });
  });

  it('missing_scope, with what is needed', async () => {
    const narrow = await startSlack({ ...workspaceOptions, app: { ...workspaceOptions.app, scopes: ['chat:write'] } });
    ends.add(() => narrow.close());
    const limited = new WebClient(narrow.botToken, { slackApiUrl: narrow.apiUrl });
    await expect(limited.users.info({ user: alice })).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'users:read', provided: 'chat:write' },
    });
  });
});

describe('faults', () => {
  it('answer 429 with Retry-After, 5xx, and 200 with ratelimited, as often as ordered', async () => {
    slack.faults.next('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 7 });
    await expect(post()).rejects.toMatchObject({ retryAfter: 7 });
    slack.faults.next('chat.postMessage', { kind: 'http', status: 503 });
    await expect(post()).rejects.toMatchObject({ statusCode: 503 });
    slack.faults.next('*', { kind: 'ratelimited-200' });
    await expect(post()).rejects.toMatchObject({ data: { error: 'ratelimited' } });
    await expect(post()).resolves.toMatchObject({ ok: true });
    expect(slack.messages(ops)).toHaveLength(1);
  });

  it('store a message whose sender is never told, by silence or by a cut connection', async () => {
    slack.faults.next('chat.postMessage', { kind: 'hang', accepted: true });
    const impatient = clientWith(slack.botToken, 400);
    await expect(impatient.chat.postMessage({ channel: ops, text: 'silence' })).rejects.toThrow('request error');
    slack.faults.next('chat.postMessage', { kind: 'drop', accepted: true });
    await expect(post(undefined, 'cut')).rejects.toThrow('request error');
    expect(slack.messages(ops).map(({ text }) => text)).toEqual(['silence', 'cut']);
  });

  it('limit calls by tier when asked to: fifty edits a minute, and bursts of posts per channel', async () => {
    let now = Date.UTC(2026, 0, 1);
    const clock = { now: () => new Date(now), sleep: () => Promise.resolve() };
    const strict = await startSlack({ ...workspaceOptions, rateLimits: 'tiers', clock });
    ends.add(() => strict.close());
    const limited = new WebClient(strict.botToken, { slackApiUrl: strict.apiUrl, rejectRateLimitedCalls: true });
    const { ts = '' } = await limited.chat.postMessage({ channel: ops, text: 'x' });
    for (let edits = 0; edits < 50; edits += 1) await limited.chat.update({ channel: ops, ts, text: `${edits}` });
    await expect(limited.chat.update({ channel: ops, ts, text: 'y' })).rejects.toMatchObject({ retryAfter: 60 });
    for (let posts = 1; posts < 5; posts += 1) await limited.chat.postMessage({ channel: ops, text: 'x' });
    await expect(limited.chat.postMessage({ channel: ops, text: 'x' })).rejects.toMatchObject({ retryAfter: 5 });
    now += 61_000;
    await expect(limited.chat.update({ channel: ops, ts, text: 'y' })).resolves.toMatchObject({ ok: true });
  });
});

describe('what is read back', () => {
  it('is the thread with its metadata, and the flags of people, groups and channels', async () => {
    const parent = await client.chat.postMessage({ channel: ops, text: 'parent', metadata: { event_type: 'e', event_payload: { seq: 1 } } });
    await client.chat.postMessage({ channel: ops, text: 'reply', thread_ts: parent.ts ?? '' });
    const replies = await client.conversations.replies({ channel: ops, ts: parent.ts ?? '', include_all_metadata: true });
    expect(replies.messages).toMatchObject([
      { text: 'parent', reply_count: 1, metadata: { event_payload: { seq: 1 } } },
      { text: 'reply', thread_ts: parent.ts },
    ]);
    const history = await client.conversations.history({ channel: ops });
    expect(history.messages?.map(({ text }) => text)).toEqual(['parent']);
    expect(await client.users.info({ user: 'U0CAROL' })).toMatchObject({ user: { is_stranger: true, team_id: 'T0ELSEWHERE' } });
    slack.setUsergroup('S0DB', [alice]);
    expect((await client.usergroups.users.list({ usergroup: 'S0DB' })).users).toEqual([alice]);
    slack.setMembers(ops, [bob, 'U0BOT']);
    expect((await client.conversations.members({ channel: ops })).members).toEqual([bob, 'U0BOT']);
  });

  it('tells a disabled group to nobody who does not ask for disabled ones', async () => {
    slack.disableUsergroup('S0DB');
    await expect(client.usergroups.users.list({ usergroup: 'S0DB' })).rejects.toMatchObject({ data: { error: 'no_such_subteam' } });
    expect((await client.usergroups.users.list({ usergroup: 'S0DB', include_disabled: true })).users).toHaveLength(1);
    expect((await client.usergroups.list()).usergroups).toEqual([]);
    expect((await client.usergroups.list({ include_disabled: true })).usergroups).toMatchObject([{ id: 'S0DB', date_delete: 1 }]);
  });

  it('pages with a cursor', async () => {
    for (const text of ['1', '2', '3']) await post(undefined, text);
    const first = await client.conversations.history({ channel: ops, limit: 2 });
    const second = await client.conversations.history({ channel: ops, limit: 2, cursor: first.response_metadata?.next_cursor ?? '' });
    expect([first, second].map(({ messages }) => messages?.map(({ text }) => text))).toEqual([['3', '2'], ['1']]);
  });

  it('validates blocks without a token', async () => {
    const anyone = new WebClient(undefined, { slackApiUrl: slack.apiUrl, logger: silent });
    await expect(anyone.blocks.validate({ blocks: [section('fine')] })).resolves.toMatchObject({ ok: true });
    await expect(anyone.blocks.validate({ blocks: [section('x'.repeat(3001))] })).rejects.toMatchObject({
      data: { errors: [{ pointer: '/blocks/0/text/text', message: 'must be less than 3001 characters' }] },
    });
  });
});
