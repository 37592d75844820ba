import { describe, expect, test } from 'vitest';
import { card } from '../../../src/adapters/slack/render/card.ts';
import { fits, type Message, simplified } from '../../../src/adapters/slack/render/message.ts';
import { statusAnswer } from '../../../src/adapters/slack/render/status-answer.ts';
import { toldMessage } from '../../../src/adapters/slack/render/told-message.ts';
import { repliesOf } from '../../../src/adapters/slack/thread-replies.ts';
import type { Run } from '../../../src/domain/run.ts';
import { joined, told, verbatim } from '../../../src/domain/text.ts';
import { applying, approval, at, blocked, bob, dnsProblem, failed, healthyStatus, healthyVerify, succeeded, waiting } from './fixtures.ts';
import { withTable } from './fixtures/long-tables.ts';
import { shownAs } from './shown.ts';

const who = { approvers: ['U0BOB'], requesterMayApprove: false };
const now = at('14:14');

/** What is posted of a run that ended, and the files of its thread. */
const postedOf = (run: Run): { readonly messages: readonly Message[]; readonly files: readonly { name: string; content: string }[] } => {
  const replies = repliesOf(run, who, now);
  const posts = replies.flatMap((reply) => (reply.kind === 'post' ? [reply.message] : []));
  return {
    messages: run.kind === 'status' ? [statusAnswer(run, now)] : posts,
    files: replies.flatMap((reply) => (reply.kind === 'file' ? [{ name: reply.name, content: reply.content ?? '' }] : [])),
  };
};

const TABLES = { status: healthyStatus, verify: healthyVerify, deploy: succeeded } as const;

describe.each(Object.entries(TABLES))('the table of %s', (_kind, run) => {
  test.each([3, 20, 35, 41, 42, 43, 60, 99, 100, 150, 400])('of %i pods is in the message, or in a file that the message names', (count) => {
    const { messages, files } = postedOf(withTable(run, count));
    for (const posted of messages) expect(fits(posted)).toBe(true);
    const said = messages.map(shownAs).join('\n');
    const missing = Array.from({ length: count }, (_, index) => `postgres-${index}-`).filter((pod) => !said.includes(pod));
    const file = files.find(({ name }) => name.startsWith('replication-'));
    expect(missing.length > 0).toBe(file !== undefined);
    for (const pod of missing) expect(file?.content).toContain(pod);
    expect(said).toContain(
      file === undefined
        ? 'postgres-0-'
        : `The table of all ${count} pods is too long for a message: it is in the file \`${file.name}\` in ${run.kind === 'status' ? 'the thread of this message' : 'this thread'}.`,
    );
    // Whatever the message leaves out, what is amiss comes first.
    const amiss = Array.from({ length: count }, (_, index) => index).filter((index) => index % 7 === 6);
    for (const index of amiss.slice(0, 10)) expect(said).toContain(`postgres-${index}-`);
  });
});

test('a table begins to be a file where it no longer fits beside the rest, and not before', () => {
  const most = Array.from({ length: 100 }, (_, count) => count + 1)
    .filter((count) => postedOf(withTable(healthyStatus, count)).files.length === 0)
    .at(-1);
  expect(most).toBeGreaterThanOrEqual(35);
  expect(most).toBeLessThan(50);
});

test('a private answer says how to get the table that it has no room for', () => {
  const { messages, files } = postedOf(withTable({ ...healthyStatus, private: true }, 80));
  expect(files).toEqual([]);
  expect(messages.map(shownAs).join('')).toContain('`/pgdist status postgres` without --private puts it into the thread of its answer.');
});

test('the plainest form of a message has the verdict, the rows that are amiss and what to do, and is no table cut in two', () => {
  for (const run of Object.values(TABLES)) {
    const posted = postedOf(withTable(run, 60)).messages.at(-1);
    const plain = shownAs(simplified(posted!));
    expect(plain).toContain('postgres-6-');
    expect(plain).toMatch(/and 45 pods more, none of them amiss/);
    expect(plain).toMatch(/too long for a message/);
  }
});

/** Every item of a list is shown, counted as more, or in a file that is named. */
const accountedFor = (said: string, items: readonly string[], files: readonly { name: string; content: string }[]): boolean => {
  const missing = items.filter((item) => !said.includes(item));
  const counted = Number(/and (\d+) more/.exec(said)?.[1] ?? 0);
  return (
    missing.length === counted ||
    files.some(({ name, content }) => said.includes('in the file') && name !== '' && missing.every((item) => content.includes(item)))
  );
};

const many = (count: number, length = 40): string[] => Array.from({ length: count }, (_, index) => `item-${index}- ${'x'.repeat(length)}`);
const problems = (words: readonly string[]) => words.map((what) => ({ ...dnsProblem, what: verbatim(what), evidence: [] }));
const firsts = (words: readonly string[]): string[] => words.map((word) => word.split(' ')[0]!);

test.each([1, 3, 9, 30, 200])('of %i problems, warnings or steps cut short none is left out without a word', (count) => {
  const words = many(count);
  const cases: readonly Run[] = [
    { ...failed, failure: { ...failed.failure!, problems: [dnsProblem, ...problems(words)] } },
    {
      ...blocked,
      plan: {
        ...blocked.plan!,
        steps: blocked.plan!.steps.map((step, index) =>
          index === 0
            ? { ...step, finding: { kind: 'blocked' as const, problems: problems(words) } }
            : { ...step, finding: { kind: 'in-place' as const, evidence: '' } },
        ),
      },
    },
    {
      ...succeeded,
      outcomes: Object.fromEntries(
        Object.entries(succeeded.outcomes).map(([id, outcome], index) => [
          id,
          index === 0 ? { ...outcome, warnings: words } : { state: outcome.state },
        ]),
      ),
    },
    {
      ...applying,
      state: 'cancelled',
      cancelledBy: bob,
      approval,
      plan: { ...applying.plan!, steps: words.map((title, index) => ({ ...applying.plan!.steps[0]!, id: `s-${index}`, title })) },
      outcomes: Object.fromEntries(words.map((_, index) => [`s-${index}`, { state: 'unknown' as const }])),
    },
  ];
  for (const run of cases) {
    const { messages, files } = postedOf(run);
    for (const posted of messages) expect(fits(posted)).toBe(true);
    const said = messages.map(shownAs).join('\n');
    expect({ state: run.state, said, all: accountedFor(said, firsts(words), files) }).toMatchObject({ all: true });
  }
});

test.each([3, 40, 300, 3_000])('an answer of %i lines to one person says how many it leaves out', (count) => {
  const words = many(count);
  const message = toldMessage(
    joined(
      words.map((word) => told`${word}`),
      '\n',
    ),
  );
  expect(fits(message)).toBe(true);
  const said = shownAs(message);
  expect(words.filter((word) => !said.includes(word.split(' ')[0]!)).length).toBe(Number(/and (\d+) more lines?/.exec(said)?.[1] ?? 0));
});

test('a card of more stages than a message holds says so', () => {
  const steps = Array.from({ length: 900 }, (_, index) => ({ ...applying.plan!.steps[0]!, id: `s-${index}`, stage: `Stage ${index}` }));
  const shown = card({ ...applying, plan: { ...applying.plan!, steps }, outcomes: {} }, waiting, now);
  expect(fits(shown)).toBe(true);
  expect(shownAs(shown)).toContain('The stages are too many for a message');
});
