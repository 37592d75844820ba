import { once } from 'node:events';
import { WebClient } from '@slack/web-api';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSlack } from '../../../playground/slack/index.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { alice, bob, carol, cleanups, ops, silent, socketApp, until, workspaceOptions } from './harness.ts';
import { eventually } from '../../support/eventually.ts';

const ends = cleanups();
let slack: FakeSlack;

beforeEach(async () => {
  slack = await startSlack({ ...workspaceOptions, ackTimeoutMs: 300 });
  ends.add(() => slack.close());
});
afterEach(() => ends.run());

const connect = async () => {
  const { app, stop } = await socketApp(slack);
  ends.add(stop);
  return app;
};

describe('a Bolt app over Socket Mode', () => {
  it('gets a slash command with what Slack sends, and its ack is shown to the asker alone', async () => {
    const app = await connect();
    const seen: Record<string, unknown>[] = [];
    app.command('/robot', async ({ command, ack }) => {
      seen.push(command);
      await ack('Planning…');
    });
    const outcome = await slack.actor(alice).command(ops, '/robot do <#it> for @bob in #general');
    expect(outcome).toMatchObject({ result: 'acknowledged' });
    expect(seen).toMatchObject([
      {
        command: '/robot',
        text: 'do <#it> for <@U0BOB|bob> in <#C0GENERAL|general>',
        user_id: alice,
        user_name: 'alice',
        channel_id: ops,
        channel_name: 'ops',
        team_id: 'T0EXAMPLE',
        team_domain: 'example',
        api_app_id: 'A0BOT',
      },
    ]);
    expect(slack.ephemerals(alice).map(({ text }) => text)).toEqual(['Planning…']);
    expect(slack.ephemerals(bob)).toEqual([]);
    expect(slack.messages(ops)).toEqual([]);
  });

  it('posts, gets the click of a button with message and value, and edits the message', async () => {
    const app = await connect();
    const { promise, resolve } = Promise.withResolvers<{ value: unknown; metadata: unknown; by: string; team: string | undefined }>();
    app.action('approve', async ({ ack, body, client, action }) => {
      await ack();
      if (body.type !== 'block_actions' || action.type !== 'button' || !body.message) throw new Error('unexpected payload');
      await client.chat.update({ channel: ops, ts: body.message.ts, text: `Approved by <@${body.user.id}>` });
      resolve({ value: action.value, metadata: body.message['metadata'], by: body.user.id, team: body.user.team_id });
    });
    const { ts = '' } = await app.client.chat.postMessage({
      channel: ops,
      text: 'Plan',
      metadata: { event_type: 'plan', event_payload: { id: '1' } },
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: '*Plan*' } },
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'approve', value: 'v1', style: 'primary', text: { type: 'plain_text', text: 'Approve' } }],
        },
      ],
    });
    const outcome = await slack.actor(carol).click(ops, ts, 'approve');
    expect(outcome.result).toBe('acknowledged');
    expect(await promise).toEqual({ value: 'v1', metadata: { event_type: 'plan', event_payload: { id: '1' } }, by: carol, team: 'T0ELSEWHERE' });
    expect(slack.messages(ops)).toMatchObject([{ text: 'Approved by <@U0CAROL>', blocks: [], edited: true }]);
    expect(slack.messages(ops)[0]?.metadata, 'metadata that is not given is kept').toEqual({ event_type: 'plan', event_payload: { id: '1' } });

    const late = await slack.actor(bob).click(ops, ts, 'approve', { value: 'forged' });
    expect(late.result, 'a client that has not caught up still presses the old button').toBe('acknowledged');
  });

  it('answers through the response_url five times, then is refused', async () => {
    const app = await connect();
    const statuses: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    app.command('/robot', async ({ ack, respond }) => {
      await ack();
      await respond({ text: 'for all', response_type: 'in_channel' });
      for (let use = 2; use <= 6; use += 1) await respond(`use ${use}`).catch((error: unknown) => statuses.push(String(error)));
      resolve();
    });
    await slack.actor(alice).command(ops, '/robot do');
    await promise;
    expect(slack.messages(ops).map(({ text }) => text)).toEqual(['for all']);
    expect(slack.ephemerals(alice).map(({ text }) => text)).toEqual(['use 2', 'use 3', 'use 4', 'use 5']);
    expect(statuses).toHaveLength(1);
    expect(statuses[0]).toContain('404');
  });

  it('replaces and deletes the ephemeral message whose button was clicked', async () => {
    const app = await connect();
    app.action('hide', async ({ ack, respond }) => {
      await ack();
      await respond({ delete_original: true });
    });
    app.action('change', async ({ ack, respond }) => {
      await ack();
      await respond({ replace_original: true, text: 'changed' });
    });
    const button = (id: string) => ({ type: 'button' as const, action_id: id, text: { type: 'plain_text' as const, text: id } });
    const blocks = [{ type: 'actions' as const, elements: [button('hide'), button('change')] }];
    const { message_ts: ts = '' } = await app.client.chat.postEphemeral({ channel: ops, user: bob, text: 'private', blocks });
    await slack.actor(bob).click(ops, ts, 'change');
    await until(slack, () => slack.ephemerals(bob)[0]?.text === 'changed', 'the edit');
    await slack.actor(bob).click(ops, ts, 'hide');
    await until(slack, () => slack.ephemerals(bob).length === 0, 'the deletion');
    await expect(slack.actor(alice).click(ops, ts, 'hide')).rejects.toThrow('sees no message');
  });

  it('opens a modal, is asked again after errors, and closes it', async () => {
    const app = await connect();
    const reasons: unknown[] = [];
    app.command('/robot', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({
        trigger_id: body.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'reject',
          private_metadata: 'run-1',
          title: { type: 'plain_text', text: 'Reject' },
          submit: { type: 'plain_text', text: 'Reject' },
          blocks: [
            {
              type: 'input',
              block_id: 'reason',
              label: { type: 'plain_text', text: 'Why' },
              element: { type: 'plain_text_input', action_id: 'text', min_length: 3 },
            },
          ],
        },
      });
    });
    app.view('reject', async ({ ack, view }) => {
      const value = view.state.values['reason']?.['text']?.value;
      if (value === 'because') await ack({ response_action: 'errors', errors: { reason: 'Say more.' } });
      else {
        reasons.push([value, view.private_metadata]);
        await ack();
      }
    });
    const actor = slack.actor(alice);
    await actor.command(ops, '/robot do');
    await until(slack, () => actor.view()?.callbackId === 'reject', 'the modal');
    expect(await actor.submitView({})).toEqual({ result: 'invalid', errors: { reason: 'Please complete this required field.' } });
    expect(await actor.submitView({ reason: 'no' })).toMatchObject({ result: 'invalid' });
    expect(await actor.submitView({ reason: 'because' })).toEqual({ result: 'invalid', errors: { reason: 'Say more.' } });
    expect(await actor.submitView({ reason: 'not before the release' })).toMatchObject({ result: 'acknowledged' });
    expect(reasons).toEqual([['not before the release', 'run-1']]);
    expect(actor.view()).toBeUndefined();
  });

  it('uploads a file into a thread', async () => {
    const app = await connect();
    const { ts = '' } = await app.client.chat.postMessage({ channel: ops, text: 'Plan' });
    await app.client.filesUploadV2({
      channel_id: ops,
      thread_ts: ts,
      filename: 'plan.yaml',
      content: 'steps: []\n',
      initial_comment: 'The full plan',
    });
    const [, reply] = slack.thread(ops, ts);
    expect(reply).toMatchObject({ text: 'The full plan', threadTs: ts });
    expect(reply?.files.map(({ name, content }) => [name, content.toString()])).toEqual([['plan.yaml', 'steps: []\n']]);
    expect(slack.messages(ops)[0]?.replyCount).toBe(1);
  });

  it('hears its mention in a thread', async () => {
    const app = await connect();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    app.event('app_mention', async ({ event }) => resolve(event));
    const { ts = '' } = await app.client.chat.postMessage({ channel: ops, text: 'Plan' });
    await slack.actor(alice).say(ops, '@robot status', { threadTs: ts });
    expect(await promise).toMatchObject({ type: 'app_mention', text: '<@U0BOT|robot> status', thread_ts: ts, channel: ops, user: alice });
  });
});

describe('Slack itself', () => {
  it('tells the asker operation_timeout when nobody acknowledges in time, and records the late ack', async () => {
    const app = await connect();
    const { promise: tooLate, resolve: release } = Promise.withResolvers<void>();
    app.command('/robot', async ({ ack }) => {
      await tooLate;
      await ack('too late');
    });
    expect(await slack.actor(alice).command(ops, '/robot do')).toEqual({
      result: 'operation_timeout',
      shown: '/robot failed with the error "operation_timeout"',
    });
    expect(slack.ephemerals(alice).map(({ text }) => text)).toEqual(['/robot failed with the error "operation_timeout"']);
    release();
    await slack.actor(alice).command(ops, '/robot again');
    expect(slack.deliveries).toMatchObject([{ outcome: 'operation_timeout', extraAcks: 1 }, { outcome: 'acknowledged' }]);
    expect(slack.ephemerals(alice).map(({ text }) => text)).toEqual(['/robot failed with the error "operation_timeout"', 'too late']);
  });

  it('tells the asker dispatch_failed when no connection is open', async () => {
    expect(await slack.actor(alice).command(ops, '/robot do')).toMatchObject({ result: 'dispatch_failed' });
  });

  it('refuses commands in threads, unknown commands and people outside the channel, without asking the app', async () => {
    const app = await connect();
    const { ts = '' } = await app.client.chat.postMessage({ channel: ops, text: 'Plan' });
    expect(await slack.actor(alice).command(ops, '/robot do', { threadTs: ts })).toEqual({
      result: 'not_in_thread',
      shown: '/robot is not supported in threads. Sorry!',
    });
    expect(await slack.actor(alice).command(ops, '/nothing')).toMatchObject({ result: 'unknown_command' });
    expect(await slack.actor(bob).command('C0GENERAL', '/robot do')).toMatchObject({ result: 'not_a_member' });
    expect(slack.deliveries).toEqual([]);
  });

  it('hands each envelope to exactly one of two connections, and to the other one when told to duplicate', async () => {
    const heard: string[] = [];
    for (const name of ['one', 'two']) {
      const app = await connect();
      app.command('/robot', async ({ ack }) => {
        await ack();
        heard.push(name);
      });
    }
    expect(slack.connections()).toBe(2);
    for (let times = 0; times < 6; times += 1) await slack.actor(alice).command(ops, '/robot do');
    expect(heard).toHaveLength(6);
    slack.faults.nextDelivery('duplicate');
    await slack.actor(alice).command(ops, '/robot do');
    await slack.actor(alice).command(ops, '/robot do');
    expect(heard).toHaveLength(9);
    expect(slack.deliveries.map(({ extraAcks }) => extraAcks)).toEqual([0, 0, 0, 0, 0, 0, 1, 0]);
  });

  it('closes connections with a disconnect frame', async () => {
    await connect();
    slack.faults.disconnect('refresh_requested');
    await until(slack, () => slack.connections() === 0, 'the disconnection');
    expect(await slack.actor(alice).command(ops, '/robot do')).toMatchObject({ result: 'dispatch_failed' });
  });

  it.each(['sent', 'left-out'] as const)(
    'a click in a thread names the thread in its container unless what is undocumented is left out',
    async (undocumented) => {
      slack = await startSlack({ ...workspaceOptions, undocumented });
      ends.add(() => slack.close());
      const app = await connect();
      const { promise, resolve } = Promise.withResolvers<readonly unknown[]>();
      app.action('go', async ({ ack, body }) => {
        await ack();
        if (body.type === 'block_actions') resolve([body.container['thread_ts'], body.message?.['thread_ts']]);
      });
      const parent = await slack.actor(alice).say(ops, 'parent');
      const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } } as const;
      const { ts = '' } = await app.client.chat.postMessage({
        channel: ops,
        text: 'x',
        thread_ts: parent,
        blocks: [{ type: 'actions', elements: [button] }],
      });
      await slack.actor(alice).click(ops, ts, 'go');
      expect(await promise).toEqual([undocumented === 'sent' ? parent : undefined, parent]);
    },
  );

  it('withholds its greeting from as many connections as ordered', async () => {
    slack.faults.withholdHello(1);
    const heard: string[] = [];
    const open = async (name: string): Promise<void> => {
      const client = new WebClient(slack.appToken, { slackApiUrl: slack.apiUrl, logger: silent });
      const { url = '' } = await client.apps.connections.open({});
      const socket = new WebSocket(url);
      socket.on('message', () => heard.push(name));
      await once(socket, 'open');
    };
    await open('first');
    await open('second');
    await until(slack, () => slack.connections() === 1, 'a connection that is greeted');
    await eventually(() => expect(heard).toEqual(['second']));
  });
});
