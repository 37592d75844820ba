import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSlack } from '../../../../playground/slack/index.ts';
import type { FakeSlack } from '../../../../playground/slack/index.ts';
import { alice, bob, cleanups, ops, workspaceOptions } from '../harness.ts';
import { patienceMs } from '../../../support/eventually.ts';

const ends = cleanups();
const flipped: string[] = [];
let slack: FakeSlack;

beforeEach(async () => {
  flipped.length = 0;
  slack = await startSlack({
    ...workspaceOptions,
    switches: () => Promise.resolve({ title: 'Fleet', groups: [{ title: 'Clusters', switches: [{ id: 'tokyo', label: 'tokyo', state: 'on' }] }] }),
    onSwitch: (id, value) => Promise.resolve(void flipped.push(`${id}=${value}`)),
  });
  ends.add(() => slack.close());
});
afterEach(() => ends.run());

const actAs = (user: string, what: object, headers: Record<string, string> = {}) =>
  fetch(`${slack.pageUrl}page/act?user=${user}`, {
    method: 'POST',
    body: JSON.stringify(what),
    headers: { 'content-type': 'application/json', ...headers },
  });

/** Reads a person's feed until it holds the text. */
const feedUntil = async (user: string, text: string): Promise<string> => {
  const stop = new AbortController();
  const response = await fetch(`${slack.pageUrl}page/events?user=${user}`, {
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(patienceMs())]),
  });
  let read = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    read += chunk;
    if (read.includes(text)) break;
  }
  stop.abort();
  return read;
};

it('serves itself under a policy that lets nothing run but its own script', async () => {
  const response = await fetch(slack.pageUrl);
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
  const html = await response.text();
  const assets = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/gu)].map(([, path]) => path ?? '');
  expect(assets.length).toBeGreaterThan(3);
  for (const path of assets) expect((await fetch(new URL(path, slack.pageUrl))).status).toBe(200);
});

it('tells each person what they may see, as it happens', async () => {
  const coming = feedUntil(alice, 'second');
  await slack.actor(bob).say(ops, 'first');
  await slack.actor(bob).command(ops, '/robot');
  await slack.actor(bob).say(ops, 'second');
  const feed = await coming;
  expect(feed).toContain('first');
  expect(feed).not.toContain('dispatch_failed');
  expect(await feedUntil(bob, 'second')).toContain('dispatch_failed');
});

it('does what a person does: says, runs commands, flips switches', async () => {
  expect(await (await actAs(alice, { act: 'say', channel: ops, text: 'hello' })).json()).toHaveProperty('ts');
  expect(await (await actAs(alice, { act: 'say', channel: ops, text: '/robot do' })).json()).toMatchObject({ result: 'dispatch_failed' });
  const parent = slack.messages(ops)[0]?.ts ?? '';
  expect(await (await actAs(alice, { act: 'say', channel: ops, text: '/robot do', threadTs: parent })).json()).toMatchObject({
    result: 'not_in_thread',
  });
  await actAs(alice, { act: 'switch', id: 'tokyo', value: 'off' });
  expect(flipped).toEqual(['tokyo=off']);
});

it('names a plan by the id of its block, which an edit without one changes', async () => {
  const plan = (id?: string) => [{ type: 'plan', title: 'a plan', tasks: [], ...(id === undefined ? {} : { block_id: id }) }];
  const call = async (method: string, body: object): Promise<{ readonly ts: string }> => {
    const headers = { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' };
    return (await (await fetch(`${slack.apiUrl}${method}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as { ts: string };
  };
  const shownId = async (): Promise<string | undefined> => /"kind":"plan","id":"([^"]*)"/.exec(await feedUntil(alice, '"kind":"plan"'))?.[1];
  const { ts } = await call('chat.postMessage', { channel: ops, text: 'x', blocks: plan('mine') });
  expect(await shownId()).toBe('mine');
  await call('chat.update', { channel: ops, ts, text: 'x', blocks: plan('mine') });
  expect(await shownId()).toBe('mine');
  await call('chat.update', { channel: ops, ts, text: 'x', blocks: plan() });
  const made = await shownId();
  await call('chat.update', { channel: ops, ts, text: 'x', blocks: plan() });
  expect(new Set(['mine', made, await shownId()]).size).toBe(3);
});

it('refuses what comes from other sites and what is no act', async () => {
  expect((await actAs(alice, { act: 'say', channel: ops, text: 'x' }, { origin: 'https://elsewhere.example' })).status).toBe(403);
  expect((await actAs(alice, { act: 'explode' })).status).toBe(400);
  expect((await actAs('U0NOBODY', { act: 'say', channel: ops, text: 'x' })).status).toBe(404);
  expect(slack.messages(ops)).toEqual([]);
});
