import { WebClient } from '@slack/web-api';
import type { KnownBlock, TaskCardBlock } from '@slack/types';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { alice, ops } from './harness.ts';

const rich = (text: string, code?: string) => ({
  type: 'rich_text' as const,
  elements: [
    {
      type: 'rich_text_section' as const,
      elements: [{ type: 'text' as const, text }, ...(code ? [{ type: 'text' as const, text: code, style: { code: true } }] : [])],
    },
  ],
});

const titles = [
  'every cluster answers',
  'licence is for the hub',
  'cluster manager healthy on tokyo',
  'osaka joined',
  'osaka accepted',
  'klusterlet of osaka answers within 10 s',
  'slice controller installed on tokyo',
  'project namespace exists',
  'tokyo registered as a worker',
  'osaka registered as a worker',
  'gateway node of tokyo labelled',
  'gateway node of osaka labelled',
  'worker healthy on tokyo',
  'worker healthy on osaka',
  'slice connects both clusters',
  'tunnel carries packets',
  'DNS service of tokyo has an address',
  'DNS service of osaka has an address',
  'slice names resolve on tokyo',
  'slice names resolve on osaka',
  'operator installed on tokyo',
  'placement policy spreads 2 and 1',
  'operator reaches osaka',
  'storage class exists on osaka',
  'namespace demo exists on both',
  'database object accepted',
  'primary answers on tokyo',
  'first standby streams',
  'second standby streams',
  'replication lag below 1 MB',
];

const tasks = (done: number): TaskCardBlock[] =>
  titles.map((title, index) => ({
    type: 'task_card',
    task_id: `step-${index}`,
    title,
    status: index < done ? 'complete' : index === done ? 'in_progress' : 'pending',
    ...(index === done ? { details: rich('waiting 48 s: registrationStatus is ', 'RegistrationInProgress') } : {}),
    ...(index === 3 ? { details: rich('joined in 21 s as ', 'osaka') } : {}),
  }));

const button = (actionId: string, text: string, style?: 'primary' | 'danger') => ({
  type: 'button' as const,
  action_id: actionId,
  text: { type: 'plain_text' as const, text },
  ...(style ? { style } : {}),
  ...(style === 'danger'
    ? {
        confirm: {
          title: { type: 'plain_text' as const, text: 'Reject this plan?' },
          text: { type: 'mrkdwn' as const, text: 'Nothing has been changed yet. The run ends and Alice is told.' },
          confirm: { type: 'plain_text' as const, text: 'Reject' },
          deny: { type: 'plain_text' as const, text: 'Keep it' },
        },
      }
    : {}),
});

const cell = (text: string) => ({ type: 'raw_text' as const, text });

export const replicationTable: KnownBlock = {
  type: 'table',
  column_settings: [{}, {}, {}, { align: 'right' }],
  rows: [
    ['pod', 'cluster', 'role', 'lag'].map(cell),
    ['postgres-0', 'tokyo', 'primary', '–'].map(cell),
    ['postgres-1', 'osaka', 'standby, streaming', '0 B'].map(cell),
    ['postgres-2', 'tokyo', 'standby, streaming', '1.2 kB'].map(cell),
  ],
};

export const card = (done: number): KnownBlock[] => [
  {
    type: 'section',
    text: {
      type: 'mrkdwn',
      text: `*Deploy postgres on demo* · *applying* · step ${done + 1} of ${titles.length} · 2 min 10 s\nnow: \`${titles[done]}\` · asked by <@${alice}>`,
    },
  },
  { type: 'plan', title: `Step ${done + 1} of ${titles.length}`, tasks: tasks(done) },
  { type: 'context', elements: [{ type: 'mrkdwn', text: 'run `r7k2` · plan `4f9c2e81` · approved by <@U0BOB>' }] },
];

/** A deployment as an app would show it, from the plan to the replication table. Returns the ts of its card. */
export const postSample = async (slack: FakeSlack): Promise<string> => {
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  await slack.actor('U0BOB').say(ops, 'Morning! Release train leaves at 16:00, please have the new database up before lunch.');
  await slack.actor(alice).say(ops, 'On it :rocket:');
  const posted = await client.chat.postMessage({ channel: ops, text: 'Deploy postgres on demo', blocks: card(13) });
  const ts = posted.ts ?? '';
  const reply = async (text: string, blocks?: KnownBlock[]) =>
    client.chat.postMessage({ channel: ops, thread_ts: ts, text, ...(blocks ? { blocks } : {}) });
  await client.chat.postEphemeral({
    channel: ops,
    user: alice,
    text: 'Planning `deploy postgres` on fleet *demo* · run `r7k2` · follow it in the thread below',
  });
  await reply('Plan for postgres', [
    {
      type: 'section',
      text: {
        type: 'mrkdwn',
        text: '*Plan for `postgres` (17.2, 3 replicas) on demo* · digest `4f9c2e81`\n*Create 23*: hub 14, osaka 9 · *Change 2* · *In place 6*\nChanges to what exists:',
      },
    },
    {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_list',
          style: 'bullet',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: 'tokyo', style: { bold: true } },
                { type: 'text', text: ' · ConfigMap kube-system/coredns adds ' },
                { type: 'text', text: 'slice.local:53 → 10.96.41.7', style: { code: true } },
                { type: 'text', text: ' and restarts it' },
              ],
            },
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: 'osaka', style: { bold: true } },
                { type: 'text', text: ' · Node worker-1 adds the label ' },
                { type: 'text', text: 'node-type=gateway', style: { code: true } },
              ],
            },
          ],
        },
      ],
    },
    { type: 'context', elements: [{ type: 'mrkdwn', text: 'Approvers: <!subteam^S0DB>, not the requester' }] },
    {
      type: 'actions',
      elements: [button('approve', 'Approve', 'primary'), button('reject', 'Reject', 'danger'), button('file', 'Full plan as file')],
    },
  ]);
  await client.filesUploadV2({
    channel_id: ops,
    thread_ts: ts,
    filename: 'plan-4f9c2e81.yaml',
    content: 'hub: tokyo\nspokes: [osaka]\nsteps:\n  - cluster manager healthy\n  - osaka joined\n',
  });
  await reply('Approved by <@U0BOB> at 14:06 (plan `4f9c2e81`).');
  await reply('postgres is running', [
    {
      type: 'section',
      text: { type: 'mrkdwn', text: '*postgres is running over 2 clusters* · primary postgres-0 on tokyo, 2 of 2 standbys streaming' },
    },
    replicationTable,
    { type: 'context', elements: [{ type: 'mrkdwn', text: 'Connect: `postgres.demo.svc:5432` · next: `/robot status postgres`' }] },
  ]);
  return ts;
};
