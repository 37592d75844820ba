import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { durableClient } from '../../../src/adapters/slack/clients.ts';
import { createForgottenThreads } from '../../../src/adapters/slack/forgotten-threads.ts';
import { CHANNEL, ELSEWHERE, keptLog, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

const client = () => durableClient({ token: slack.botToken, slackApiUrl: slack.apiUrl, log: keptLog() });

const mark = (run: string, key: string) => ({ event_type: 'pgdist_run', event_payload: { run, key } });
const approve = {
  type: 'actions' as const,
  elements: [{ type: 'button' as const, action_id: 'approve', text: { type: 'plain_text' as const, text: 'Approve' } }],
};
const said = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });

/** A card with replies, as pgdist leaves them. */
const threadOf = async (run: string, replies: readonly string[]): Promise<string> => {
  const { chat } = client();
  const { ts = '' } = await chat.postMessage({ channel: CHANNEL, text: `Deploy ${run}`, metadata: mark(run, 'card') });
  for (const key of replies)
    await chat.postMessage({
      channel: CHANNEL,
      thread_ts: ts,
      text: key,
      blocks: key.startsWith('plan') ? [said(key), approve] : [said(key)],
      metadata: mark(run, key),
    });
  return ts;
};

test('the thread of a lost run ends with what is true of it and without a button; those of others stay', async () => {
  const lost = await threadOf('rlost', ['plan-2026-11-28T04:43:59.000Z']);
  const again = await threadOf('ragain', ['ended-2026-11-28T04:43:59.000Z', 'plan-2026-11-28T05:43:59.000Z']);
  const ended = await threadOf('rended', ['plan-2026-11-28T04:43:59.000Z', 'ended-2026-11-28T04:50:00.000Z']);
  const known = await threadOf('rknown', ['plan-2026-11-28T04:43:59.000Z']);
  await client().chat.postMessage({ channel: ELSEWHERE, text: 'Deploy relsewhere', metadata: mark('relsewhere', 'card') });
  const threads = createForgottenThreads(client(), [CHANNEL]);
  const isKnown = async (runId: string): Promise<boolean> => runId === 'rknown';
  expect(await threads.end(isKnown)).toBe(2);
  for (const [run, ts] of [
    ['rlost', lost],
    ['ragain', again],
  ] as const) {
    expect(slack.messageText(CHANNEL, ts)).toContain(`Run \`${run}\` is not known any more: pgdist’s Redis lost what it held`);
    expect(JSON.stringify(slack.thread(CHANNEL, ts))).not.toContain('"approve"');
    expect(slack.thread(CHANNEL, ts).at(-1)?.blocks).toHaveLength(1);
  }
  for (const ts of [ended, known]) expect(slack.messageText(CHANNEL, ts)).toContain('Deploy r');
  expect(JSON.stringify(slack.thread(CHANNEL, known))).toContain('"approve"');
  expect(slack.messages(ELSEWHERE)[0]?.edited).toBe(false);
  const calls = slack.calls.filter(({ method }) => method === 'chat.update').length;
  expect(await threads.end(isKnown)).toBe(0);
  expect(slack.calls.filter(({ method }) => method === 'chat.update')).toHaveLength(calls);
});
