import { expect, test } from 'vitest';
import type { ApprovalPolicy } from '../../../src/domain/policy.ts';
import type { Run } from '../../../src/domain/run.ts';
import { card } from '../../../src/adapters/slack/render/card.ts';
import type { Message } from '../../../src/adapters/slack/render/message.ts';
import { statusAnswer } from '../../../src/adapters/slack/render/status-answer.ts';
import { toldMessage } from '../../../src/adapters/slack/render/told-message.ts';
import { absenceTold } from '../../../src/domain/workers.ts';
import { repliesOf } from '../../../src/adapters/slack/thread-replies.ts';
import {
  alice,
  applying,
  approval,
  at,
  awaiting,
  blocked,
  bob,
  brokenVerify,
  failed,
  healthyStatus,
  healthyVerify,
  nothingToDo,
  missingStatus,
  run,
  silentStatus,
  succeeded,
  waiting,
} from './fixtures.ts';
import { withTable } from './fixtures/long-tables.ts';
import { shownAs } from './shown.ts';

const who = { approvers: ['U0ALICE', 'U0BOB', 'U0CAROL'], requesterMayApprove: false };

const RUNS: Readonly<Record<string, Run>> = {
  queued: run,
  planning: { ...run, state: 'planning', outcomes: { 'preflight/cluster-reachable@demo-worker': { state: 'in-place' } } },
  'awaiting-approval': awaiting,
  planned: { ...awaiting, kind: 'plan', state: 'succeeded', endedAt: at('14:02:10') },
  'planned-again': { ...awaiting, retriedBy: bob, causedBy: [bob], retries: 1 },
  applying,
  verifying: nothingToDo,
  cancelling: { ...applying, state: 'cancelling', cancelledBy: bob },
  succeeded,
  failed,
  'failed-by-a-bug': {
    ...run,
    state: 'failed',
    endedAt: at('14:02:03'),
    bug: 'This is a bug in pgdist (PGD-099). Its log has the details under run r7k2.',
  },
  blocked,
  rejected: { ...awaiting, state: 'rejected', endedAt: at('14:05'), rejection: { by: bob, at: at('14:05'), reason: 'not before the release' } },
  expired: { ...awaiting, state: 'expired', endedAt: at('14:32') },
  superseded: {
    ...awaiting,
    state: 'superseded',
    approval,
    endedAt: at('14:06:04'),
    differences: ['since 14:03 someone set `replicas: 5` on Postgres demo/postgres (field manager `kubectl-edit`)'],
  },
  'cancelled-before-approval': { ...awaiting, state: 'cancelled', cancelledBy: alice, endedAt: at('14:04') },
  'cancelled-while-applying': {
    ...applying,
    state: 'cancelled',
    cancelledBy: bob,
    approval: { ...approval, ended: { by: bob, at: at('14:08:40') } },
    endedAt: at('14:08:40'),
    outcomes: {
      ...applying.outcomes,
      'kubeslice/worker-healthy@demo-controller': { state: 'unknown' },
      'kubeslice/worker-healthy@demo-worker': { state: 'unknown' },
    },
  },
  retried: { ...applying, retriedBy: bob, retries: 1, plan: { ...applying.plan!, plannedAt: at('14:07') } },
  'verify-healthy': healthyVerify,
  'verify-broken': brokenVerify,
};

/** Card and thread as they read when each reply was posted from this state alone. */
const conversation = (shown: Run, policy: ApprovalPolicy = who): string => {
  const now = at('14:08:10');
  const parts = [{ name: 'card', message: card(shown, waiting, now, policy) as Message | undefined }];
  const replies = repliesOf(shown, policy, now);
  const said = replies.flatMap((reply) => (reply.kind === 'post' && reply.also !== undefined ? [reply.also] : []));
  for (const reply of replies.filter(({ key }) => !said.includes(key))) {
    parts.push({
      name: reply.kind === 'edit' ? `edit of ${reply.of}` : reply.kind === 'post' ? 'reply' : `${reply.kind} ${reply.name}`,
      message: 'message' in reply ? reply.message : undefined,
    });
  }
  return parts.map(({ name, message }) => `── ${name}\n${message === undefined ? '' : shownAs(message)}`).join('\n');
};

test.each(Object.entries(RUNS))('a run that is %s reads as reviewed', async (name, shown) => {
  await expect(conversation(shown)).toMatchFileSnapshot(`golden/${name}.txt`);
});

/** Two approvals are wanted, one of them of the owners of a cluster, and nothing begins at the weekend. */
const policy: ApprovalPolicy = {
  ...who,
  rules: [
    { approvals: 2, approvers: { users: ['U0BOB', 'U0CAROL'], groups: ['S0DBA'] } },
    { clusters: ['demo-worker'], approvers: { users: [], groups: ['S0OPS'] } },
  ],
};
const given = { by: bob, at: at('14:06'), digest: awaiting.plan!.digest, through: ['S0OPS'] };
const former = { ...given, at: at('13:40'), digest: 'c0ffee' };

test.each<[string, Run]>([
  ['awaiting-two-approvals', awaiting],
  ['awaiting-the-second-approval', { ...awaiting, approvals: [given] }],
  ['reminded', { ...awaiting, approvals: [given], remindAt: at('14:22'), remindedAt: at('14:22') }],
  ['approved-by-two', { ...applying, approval: { ...approval, by: alice, at: at('14:09'), along: [given] } }],
  ['frozen', { ...awaiting, frozen: { name: 'Weekend', from: at('14:02'), until: '2026-11-30T00:00:00.000Z' } }],
  ['frozen-later', { ...awaiting, frozen: { name: 'Weekend', from: at('14:20'), until: at('14:25') } }],
  ['break-glass', { ...awaiting, breakGlass: { reason: 'the primary is lost <!channel>' } }],
  ['break-glass-approved', { ...applying, breakGlass: { reason: 'the primary is lost' } }],
  [
    'changed-since-an-approval',
    {
      ...awaiting,
      retries: 1,
      replanned: { since: at('13:38'), void: [former], differences: ['ConfigMap kube-system/coredns on demo-worker: data.v is 1, wanted is 2'] },
    },
  ],
  ['same-as-before', { ...awaiting, retries: 1, replanned: { since: at('13:38'), void: [{ ...former, digest: given.digest }], differences: [] } }],
])('a run under a policy that is %s reads as reviewed', async (name, shown) => {
  await expect(conversation(shown, policy)).toMatchFileSnapshot(`golden/policy-${name}.txt`);
});

test('a run that nobody works on reads as reviewed', async () => {
  const absence = { since: at('14:07:51'), noticedAt: at('14:07:55'), namespace: 'pgdist' };
  const parts = [card(applying, waiting, at('14:08:10'), undefined, absence), toldMessage(absenceTold(absence, applying))];
  await expect(parts.map(shownAs).join('── reply\n')).toMatchFileSnapshot('golden/nobody-works-on-it.txt');
});

test.each([
  ['status-healthy', healthyStatus],
  ['status-standby-missing', missingStatus],
  ['status-cluster-silent', silentStatus],
  ['status-of-60-pods', withTable(missingStatus, 60)],
  ['status-of-60-pods-private', withTable({ ...missingStatus, private: true }, 60)],
] as const)('the answer %s reads as reviewed', async (name, shown) => {
  await expect(shownAs(statusAnswer(shown, at('14:35:08')))).toMatchFileSnapshot(`golden/${name}.txt`);
});

const ABSOLUTE = /\d{4}-\d\d-\d\dT\d\d|\b\d\d:\d\d(?::\d\d)? ?(?:UTC|Z)\b/;

/** Every string of blocks but what a date falls back to. */
const wordsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'fallback' ? [] : wordsOf(inner)));
};

const messagesOf = (shown: Run): Message[] => [
  card(shown, waiting, at('14:08:10')),
  ...repliesOf(shown, who, at('14:08:10')).flatMap((reply) => ('message' in reply ? [reply.message] : [])),
];

// Code is shown as it is, so that a table in a fallback text has the time as the machine wrote it, in UTC.
test.each([
  ...Object.entries(RUNS).map(([name, shown]) => [name, messagesOf(shown)] as const),
  ['status', [healthyStatus, missingStatus, silentStatus].map((shown) => statusAnswer(shown, at('14:35:08')))] as const,
])('every time in the messages of %s is one of the reader, whose fallback says that it is UTC', (_, messages) => {
  const words = messages.flatMap(({ blocks, text }) => [
    ...wordsOf(blocks),
    text.replaceAll(/```[^]*?```/g, '').replaceAll(/<!date\^\d+\^[^|]+\|[^>]+ UTC>/g, ''),
  ]);
  expect(words.length).toBeGreaterThan(0);
  expect(words.filter((text) => ABSOLUTE.test(text))).toEqual([]);
});
