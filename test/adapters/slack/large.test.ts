import { beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/adapters/slack/limits.ts';
import { alertMessage } from '../../../src/adapters/slack/render/alert.ts';
import { card } from '../../../src/adapters/slack/render/card.ts';
import { fits, type Message } from '../../../src/adapters/slack/render/message.ts';
import { statusAnswer } from '../../../src/adapters/slack/render/status-answer.ts';
import { repliesOf } from '../../../src/adapters/slack/thread-replies.ts';
import type { Run } from '../../../src/domain/run.ts';
import { at } from './fixtures.ts';
import { alert, fleet, runs } from './fixtures/large.ts';
import { shownAs } from './shown.ts';

const who = { approvers: ['U0ALICE', 'U0BOB', 'U0CAROL'], requesterMayApprove: false, problemsUrl: 'https://docs.example.com/problems/{code}.md' };
const now = at('14:35:10');
/** Each message with what its first line has to answer. */
const FIRST: Readonly<Record<string, readonly RegExp[]>> = {
  'awaiting-approval': [/waiting for approval/, /Plan for postgres/],
  applying: [/applying/, /Plan for postgres/],
  deployed: [/succeeded/, /Plan for postgres/, /postgres is running over 16 clusters/],
  'status-well': [/postgres/],
  'status-broken': [
    /^postgres runs, but eu-central-production-03, eu-central-production-09 cannot be asked: whether any of these 8 servers takes writes as well is not known, and 10 of 63 standbys are missing/,
  ],
  'verify-broken': [/Verify postgres.*needs a look/, /does not answer/],
};

let large: Readonly<Record<string, Run>>;
beforeAll(async () => {
  large = await runs();
});

const messagesOf = (run: Run): Message[] =>
  run.kind === 'status'
    ? [statusAnswer(run, now, who)]
    : [card(run, {}, now, who), ...repliesOf(run, who, now).flatMap((reply) => (reply.kind === 'post' ? [reply.message] : []))];

const urlsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'link' && 'url' in value ? [String(value.url)] : [];
  return [...own, ...Object.values(value).flatMap(urlsIn)];
};

/** What a text alone must be: whole in its markup, and with the targets of its links. */
const faultsOf = ({ text, blocks }: Message): string[] => [
  ...(text.length <= LIMITS.fallbackText ? [] : [`text of ${text.length}`]),
  ...((text.match(/```/g) ?? []).length % 2 === 0 ? [] : ['a preformatted part is cut']),
  ...(text.replaceAll('```', '').split('`').length % 2 === 1 ? [] : ['a code span is cut']),
  ...(/<[^>]*$/.test(text) ? ['a link or mention is cut'] : []),
  ...(text.endsWith('…') ? [] : [...new Set(urlsIn(blocks))].filter((url) => !text.includes(url)).map((url) => `${url} is not in the text`)),
];

describe('of 16 clusters with 64 replicas', () => {
  test.each(Object.keys(FIRST))('%s reads as reviewed, fits, and stands alone as text', async (name) => {
    const messages = messagesOf(large[name]!);
    expect(messages.map(fits)).not.toContain(false);
    expect(messages.flatMap(faultsOf)).toEqual([]);
    for (const [index, first] of FIRST[name]!.entries()) expect(messages[index]?.text.split('\n')[0]).toMatch(first);
    const shown = messages.map((message) => `${shownAs(message)}── as text\n${message.text}\n`).join('══\n');
    await expect(shown).toMatchFileSnapshot(`golden/large-${name}.txt`);
  });

  test('an alert reads as reviewed, fits, and stands alone as text', async () => {
    const message = alertMessage({ ...alert, typed: 'postgres' }, fleet, who);
    expect([fits(message), faultsOf(message)]).toEqual([true, []]);
    expect(message.text.split('\n')[0]).toMatch(/^postgres needs a look since/);
    await expect(`${shownAs(message)}── as text\n${message.text}\n`).toMatchFileSnapshot('golden/large-alert.txt');
  });
});
