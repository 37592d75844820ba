import { afterEach, describe, expect, it } from 'vitest';
import { alice, bob, cleanups, ops, startWithHttpApp, until } from './harness.ts';

const ends = cleanups();
afterEach(() => ends.run());

const start = async () => {
  const started = await startWithHttpApp({ ackTimeoutMs: 1000 });
  ends.add(started.stop);
  return started;
};

describe('a Bolt app behind signed HTTP', () => {
  it('gets commands, clicks and events at its request URLs, and answers', async () => {
    const { slack, app } = await start();
    app.command('/robot', async ({ ack, client, command }) => {
      await ack({ text: `heard ${command.text}`, response_type: 'ephemeral' });
      await client.chat.postMessage({
        channel: command.channel_id,
        text: 'Plan',
        blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }] }],
      });
    });
    app.action('go', async ({ ack, respond, body }) => {
      await ack();
      await respond({ replace_original: true, text: `gone by <@${body.user.id}>` });
    });
    app.event('app_mention', async ({ event, say }) => void (await say({ text: 'yes?', thread_ts: event.ts })));

    expect(await slack.actor(alice).command(ops, '/robot do')).toMatchObject({ result: 'acknowledged' });
    expect(slack.ephemerals(alice).map(({ text }) => text)).toEqual(['heard do']);
    await until(slack, () => slack.messages(ops).length === 1, 'the plan');
    const ts = slack.messages(ops)[0]?.ts ?? '';
    await slack.actor(bob).click(ops, ts, 'go');
    await until(slack, () => slack.messages(ops)[0]?.text === 'gone by <@U0BOB>', 'the edit');
    const mention = await slack.actor(alice).say(ops, 'hey @robot');
    await until(slack, () => slack.thread(ops, mention).length === 2, 'the reply');
    expect(slack.deliveries.map(({ over, kind, outcome }) => `${over} ${kind} ${outcome}`)).toEqual([
      'http slash_commands acknowledged',
      'http interactive acknowledged',
      'http events_api acknowledged',
    ]);
  });

  it.each(['wrong-secret', 'stale-timestamp', 'unsigned'] as const)('refuses a delivery that is forged: %s', async (fault) => {
    const { slack, app } = await start();
    let heard = 0;
    app.command('/robot', async ({ ack }) => {
      heard += 1;
      await ack();
    });
    slack.faults.nextDelivery(fault);
    expect(await slack.actor(alice).command(ops, '/robot do')).toEqual({
      result: 'dispatch_failed',
      shown: '/robot failed with the error "dispatch_failed"',
    });
    expect(heard).toBe(0);
  });

  it('hears a replay of the same signed bytes twice: the app itself must notice', async () => {
    const { slack, app } = await start();
    const triggers: string[] = [];
    app.command('/robot', async ({ ack, command }) => {
      triggers.push(command.trigger_id);
      await ack();
    });
    slack.faults.nextDelivery('duplicate');
    await slack.actor(alice).command(ops, '/robot do');
    expect(triggers).toHaveLength(2);
    expect(new Set(triggers).size).toBe(1);
  });

  it('reports dispatch_failed when nothing listens at the request URL', async () => {
    const { slack, app } = await start();
    await app.stop();
    ends.add(() => app.start());
    expect(await slack.actor(alice).command(ops, '/robot do')).toMatchObject({ result: 'dispatch_failed' });
  });
});
