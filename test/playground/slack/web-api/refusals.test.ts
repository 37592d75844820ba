import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFaultPlan, type FaultPlan } from '../../../../playground/slack/faults.ts';
import { startSlack } from '../../../../playground/slack/index.ts';
import { post } from '../../../../playground/slack/messages.ts';
import { createWebApi } from '../../../../playground/slack/web-api/serve.ts';
import { createWorkspace } from '../../../../playground/slack/workspace.ts';
import { alice, cleanups, ops, workspaceOptions } from '../harness.ts';
import { ALICE, OLD, OPS, REFUSALS, type Scene } from './refusal-cases.ts';
import { patienceMs } from '../../../support/eventually.ts';

const ends = cleanups();
afterEach(() => ends.run());

let scene: Scene;
let faults: FaultPlan;
let call: (method: string, given: unknown) => Promise<unknown>;

/** A workspace in the test's own hands behind the Web API as it is served. */
beforeEach(async () => {
  let now = Date.UTC(2026, 0, 1);
  const channels = [...workspaceOptions.channels, { id: OLD, name: 'old', members: ['U0BOT'], isArchived: true }];
  const workspace = createWorkspace({ ...workspaceOptions, channels, clock: { now: () => new Date(now), sleep: () => Promise.resolve() } });
  faults = createFaultPlan();
  const webApi = createWebApi({ workspace, issueSocketUrl: () => 'ws://127.0.0.1:1/' }, faults);
  const server = createServer((request, response) => void webApi.handle((request.url ?? '').slice(1), request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.add(async () => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  call = async (method, given) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${workspace.botToken}` };
    return (
      await fetch(`${url}/${method}`, { method: 'POST', headers, body: JSON.stringify(given), signal: AbortSignal.timeout(patienceMs()) })
    ).json();
  };
  const channel = workspace.channels.get(OPS)!;
  const ours = post(workspace, channel, { user: workspace.options.app.botUserId, text: 'ours' }).ts;
  const theirs = post(workspace, channel, { user: ALICE, text: 'theirs' }).ts;
  workspace.files.set('F1', { id: 'F1', name: 'a.txt', title: 'a.txt', alt: '', content: Buffer.from('a'), length: 1, shared: false });
  scene = { workspace, pass: (ms) => void (now += ms), ours, theirs, file: 'F1' };
});

it.each([...REFUSALS])('$method: $error', async ({ method, error, given }) => {
  const parameters = typeof given === 'function' ? given(scene) : given;
  expect(await call(method, parameters)).toMatchObject({ ok: false, error });
});

it('an error of choice is answered instead of the method', async () => {
  faults.next('auth.test', { kind: 'error', error: 'account_inactive' });
  expect(await call('auth.test', {})).toEqual({ ok: false, error: 'account_inactive' });
  expect(await call('auth.test', {})).toMatchObject({ ok: true });
});

it.each(['token_revoked', 'account_inactive', 'token_expired', 'team_access_not_granted'] as const)(
  'a token that was good once is refused with %s, and good again afterwards',
  async (error) => {
    scene.workspace.tokenErrors.set('bot', error);
    expect(await call('auth.test', {})).toEqual({ ok: false, error });
    scene.workspace.tokenErrors.delete('bot');
    expect(await call('auth.test', {})).toMatchObject({ ok: true });
  },
);

it('a share of the calls fails as the given random numbers say, and none after clear', async () => {
  const numbers = [0.1, 0.9, 0.2];
  const plan = createFaultPlan(() => numbers.shift() ?? 1);
  plan.sometimes('*', { kind: 'drop' }, 0.5);
  expect([1, 2, 3].map(() => plan.takeCall('chat.update')?.kind)).toEqual(['drop', undefined, 'drop']);
  plan.clear();
  expect(plan.takeCall('chat.update')).toBeUndefined();
});

it('each answer to the bot names the scopes of its token', async () => {
  const slack = await startSlack({ ...workspaceOptions, app: { ...workspaceOptions.app, scopes: ['chat:write', 'commands'] } });
  ends.add(() => slack.close());
  const scopes = async (): Promise<string | null> => {
    const headers = { authorization: `Bearer ${slack.botToken}` };
    const response = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST', headers, signal: AbortSignal.timeout(patienceMs()) });
    return response.headers.get('x-oauth-scopes');
  };
  expect(await scopes()).toBe('chat:write,commands');
  slack.setScopes(['commands']);
  expect(await scopes()).toBe('commands');
});

it('a message that an administrator deletes leaves its place only where it has replies', async () => {
  const slack = await startSlack(workspaceOptions);
  ends.add(() => slack.close());
  const bob = slack.actor('U0BOB');
  const [parent, lonely] = [await bob.say(ops, 'parent'), await bob.say(ops, 'lonely')];
  await bob.say(ops, 'reply', { threadTs: parent });
  for (const ts of [parent, lonely]) slack.removeMessage(ops, ts);
  expect(slack.messages(ops).map(({ text }) => text)).toEqual(['This message was deleted.']);
  await bob.say(ops, 'another', { threadTs: parent });
  expect(slack.thread(ops, parent)).toHaveLength(3);
  expect(() => slack.removeMessage(ops, parent)).toThrow('message_not_found');
});

/** The response_url of a command, from an app that hears it at its request URL. */
const responseUrl = async (): Promise<string> => {
  const heard = Promise.withResolvers<string>();
  const app = createServer((request, response) => {
    void text(request).then((body) => heard.resolve(new URLSearchParams(body).get('response_url') ?? ''));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(app, 'listening');
  ends.add(async () => app.close().closeAllConnections());
  const requestUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
  const slack = await startSlack({ ...workspaceOptions, commands: [{ command: '/robot', requestUrl }] });
  ends.add(() => slack.close());
  await slack.actor(alice).command(ops, '/robot do');
  return heard.promise;
};

it.each([
  { error: 'no_such_url', change: (url: string) => `${url}x`, body: '{"text":"x"}', status: 404 },
  { error: 'invalid_payload', change: (url: string) => url, body: '{', status: 400 },
  { error: 'invalid_payload', change: (url: string) => url, body: '{"text":1}', status: 400 },
  { error: 'no_text', change: (url: string) => url, body: '{}', status: 400 },
])('a response_url: $error', async ({ error, change, body, status }) => {
  const response = await fetch(change(await responseUrl()), { method: 'POST', body, signal: AbortSignal.timeout(patienceMs()) });
  expect([response.status, await response.json()]).toMatchObject([status, { ok: false, error }]);
});

it('a lost delivery is told to the person as one that nobody acknowledged', async () => {
  const slack = await startSlack({ ...workspaceOptions, commands: [{ command: '/robot', requestUrl: 'http://127.0.0.1:1/' }] });
  ends.add(() => slack.close());
  slack.faults.nextDelivery('lost');
  expect(await slack.actor(alice).command(ops, '/robot do')).toMatchObject({ result: 'operation_timeout' });
});
