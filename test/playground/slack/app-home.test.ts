import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSlack } from '../../../playground/slack/index.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { alice, bob, cleanups, socketApp, until, workspaceOptions } from './harness.ts';

const ends = cleanups();
let slack: FakeSlack;
let app: Awaited<ReturnType<typeof socketApp>>['app'];

beforeEach(async () => {
  slack = await startSlack({ ...workspaceOptions, app: { ...workspaceOptions.app, homeTab: true, events: ['app_home_opened'] } });
  ends.add(() => slack.close());
  const started = await socketApp(slack);
  ends.add(() => started.stop());
  ({ app } = started);
});
afterEach(() => ends.run());

const home = (text: string) => ({
  type: 'home' as const,
  callback_id: 'overview',
  blocks: [
    { type: 'section' as const, text: { type: 'mrkdwn' as const, text } },
    {
      type: 'actions' as const,
      block_id: 'one',
      elements: [{ type: 'button' as const, action_id: 'press', value: 'v', text: { type: 'plain_text' as const, text: 'Press' } }],
    },
  ],
});

it('tells the app who opened it, shows what is published, and brings its clicks without a channel', async () => {
  const opened: unknown[] = [];
  app.event('app_home_opened', async ({ event, client }) => {
    opened.push([event.user, event.tab, event.view?.callback_id]);
    if (event.tab === 'home') await client.views.publish({ user_id: event.user, view: home(`hello <@${event.user}>`) });
  });
  const clicks: Record<string, unknown>[] = [];
  app.action('press', async ({ ack, body }) => {
    await ack();
    clicks.push({ ...body });
  });
  await slack.actor(alice).openApp();
  await until(slack, () => slack.homeText(alice) !== '', 'the Home tab');
  expect(slack.homeText(alice)).toBe('hello @alice\n[Press]');
  expect(slack.homeText(bob)).toBe('');
  expect(slack.actor(alice).home()).toMatchObject({ callbackId: 'overview' });
  await slack.actor(alice).openApp();
  await slack.actor(alice).openApp('messages');
  expect(opened).toEqual([
    [alice, 'home', undefined],
    [alice, 'home', 'overview'],
    [alice, 'messages', undefined],
  ]);
  expect(await slack.actor(alice).clickInHome('press')).toMatchObject({ result: 'acknowledged' });
  expect(clicks).toMatchObject([
    { type: 'block_actions', container: { type: 'view' }, view: { type: 'home' }, actions: [{ value: 'v', block_id: 'one' }] },
  ]);
  expect(clicks[0]).not.toHaveProperty('channel');
  expect(clicks[0]).not.toHaveProperty('response_url');
  await expect(slack.actor(bob).clickInHome('press')).rejects.toThrow('has no view open');
});

it('replaces the view of a Home tab under its hash, and updates it by its id', async () => {
  const { view } = await app.client.views.publish({ user_id: alice, view: home('one') });
  const { view: second } = await app.client.views.publish({ user_id: alice, view: home('two'), hash: view?.hash ?? '' });
  expect(second?.id).toBe(view?.id);
  await expect(app.client.views.publish({ user_id: alice, view: home('late'), hash: view?.hash ?? '' })).rejects.toMatchObject({
    data: { error: 'hash_conflict' },
  });
  await app.client.views.update({ view_id: view?.id ?? '', view: home('three') });
  expect(slack.homeText(alice)).toContain('three');
});

it("refuses what the app's tabs do not allow", async () => {
  slack.setTabs({ home: false, messages: false });
  await expect(app.client.views.publish({ user_id: alice, view: home('x') })).rejects.toMatchObject({ data: { error: 'not_enabled' } });
  await expect(app.client.chat.postMessage({ channel: alice, text: 'x' })).rejects.toMatchObject({ data: { error: 'messages_tab_disabled' } });
  await expect(slack.actor(alice).openApp()).rejects.toThrow('no Home tab');
  slack.setTabs({ home: true, messages: true });
  await app.client.chat.postMessage({ channel: alice, text: 'x' });
  expect(slack.directMessages(alice)).toMatchObject([{ text: 'x' }]);
  expect(slack.directMessages(bob)).toEqual([]);
});

it('reads direct conversations only with a scope of their own', async () => {
  const { channel } = await app.client.conversations.open({ users: alice });
  slack.setScopes(['channels:history', 'im:write']);
  await expect(app.client.conversations.history({ channel: channel?.id ?? '' })).rejects.toMatchObject({
    data: { error: 'missing_scope', needed: 'im:history' },
  });
});
