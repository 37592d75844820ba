import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wordsAsSeen } from '../../src/command/typed.ts';
import { createInterpreter } from '../../src/command/interpret.ts';
import { loadCommands } from '../../src/command/registry.ts';
import { quoted } from '../../src/domain/words.ts';
import { buttons } from '../../src/adapters/slack/render/buttons.ts';
import { card } from '../../src/adapters/slack/render/card.ts';
import { fits, message, type Message, simplified } from '../../src/adapters/slack/render/message.ts';
import { refusedModal } from '../../src/adapters/slack/render/reject-modal.ts';
import { statusAnswer } from '../../src/adapters/slack/render/status-answer.ts';
import { toldMessage } from '../../src/adapters/slack/render/told-message.ts';
import { LIMITS } from '../../src/adapters/slack/limits.ts';
import { repliesOf } from '../../src/adapters/slack/thread-replies.ts';
import { troubleMessage } from '../../src/adapters/slack/trouble.ts';
import type { Run } from '../../src/domain/run.ts';
import { bold, code, link, told, verbatim } from '../../src/domain/text.ts';
import { knownRun } from '../../src/runs/use-case.ts';
import { type Bench, memoryRuns, startBench, until } from '../adapters/slack/bench.ts';
import * as fixtures from '../adapters/slack/fixtures.ts';
import { CHANNEL, keptLog } from '../adapters/slack/workspace.ts';
import { CODES, type Hostile, hostileString, SCRIPTS, seeded, UNSEEN } from './hostile-strings.ts';
import { elementsIn, liveIn, readOfBlocks, readOfText, stringsIn, unseenIn } from './live.ts';

const now = fixtures.at('14:08:10');
const who = { approvers: ['U0BOB'], requesterMayApprove: false };
const asker = { way: 'command', by: fixtures.alice, channel: CHANNEL, idempotencyKey: 'T1' } as const;
/** Whom pgdist itself mentions in the fixtures. */
const INTENDED = ['@U0ALICE', '@U0BOB', '@U0OPS'];

const answerTo = createInterpreter({
  runs: memoryRuns().useCases,
  fleets: [{ fleet: fixtures.fleet, databases: [fixtures.database] }],
  commands: await loadCommands(),
});

/** What the asker is told when this is typed. */
const toldTo = async (what: string, work: () => Promise<unknown>): Promise<Message> =>
  await work().then(
    () => expect.unreachable('it was refused'),
    (error: unknown) => troubleMessage(error, { what, requestId: 'T1', admins: ['U0OPS'] }, keptLog()),
  );

const noRun = { store: { get: async () => undefined } } as unknown as Parameters<typeof knownRun>[0];

/** A sentence for the asker, by where the foreign words stand in it. All of them are shown, if they are not too many. */
const SENTENCES: Readonly<Record<string, (words: string) => Message | Promise<Message>>> = {
  'a refusal': (words) => toldMessage(told`There is ${words} here.`),
  'code in a refusal': (words) => toldMessage(told`There is ${code(words)} here.`),
  'backticks of the template': (words) => toldMessage(told`There is \`${words}\` here.`),
  'bold in a refusal': (words) => toldMessage(told`There is ${bold(words)} here.`),
  'stars of the template': (words) => toldMessage(told`There is **${words}** here.`),
  'the words of a link': (words) => toldMessage(told`There is ${link('https://pgdist.example/', words)} here.`),
  'a problem': (words) => message({ kind: 'list', items: [[words]] }),
};

/** What is typed: cut, and split at blanks. */
const TYPED: Readonly<Record<string, (words: string) => Promise<Message>>> = {
  'an unknown verb': (words) => toldTo(words, () => answerTo(words.replaceAll(/\s/g, ''), asker)),
  'an unknown database': (words) => toldTo(words, () => answerTo(`deploy ${words.replaceAll(/\s/g, '')}`, asker)),
  'an unknown option': (words) => toldTo(words, () => answerTo(`status --${words.replaceAll(/\s/g, '')}`, asker)),
  'a word too many': (words) => toldTo(words, () => answerTo(`help ${words}`, asker)),
  'an unknown run': (words) => toldTo(words, () => knownRun(noRun, words)),
  'a bug': (words) => toldTo(words, () => Promise.reject(new Error(words))),
  'an outage': (words) => toldTo(words, () => Promise.reject(Object.assign(new Error(words), { code: 'ECONNREFUSED' }))),
  'a quoted word': async (words) => toldMessage(told`${quoted(words)}`),
};

/** Members whose strings are ids, instants and words of pgdist's own; every other string may be anything. */
const OURS =
  /^(id|kind|state|phase|action|code|digest|userId|teamId|ts|channel|stepId|role|via|deletionPolicy|requestedAt|endedAt|startedAt|plannedAt|planExpiresAt|expiresAt|askedAt|at|storage)$/;
const IN_MARKUP = /^(what|remedy|impact|worthKnowing)$/;

const poisoned = <T>(value: T, words: string, member = ''): T => {
  if (typeof value === 'string') return (OURS.test(member) ? value : IN_MARKUP.test(member) ? verbatim(words) : words) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => poisoned(item, words, member)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poisoned<unknown>(inner, words, name)])) as T;
};

const RUNS = Object.values(fixtures).filter((value): value is Run => typeof value === 'object' && 'requestedBy' in value);
const MORE_RUNS: readonly Run[] = [
  ...RUNS,
  { ...fixtures.awaiting, state: 'rejected', endedAt: now, rejection: { by: fixtures.bob, at: now, reason: 'no' } },
  { ...fixtures.awaiting, state: 'superseded', endedAt: now, differences: ['a', 'b'] },
  { ...fixtures.run, state: 'failed', endedAt: now, bug: 'a bug' },
  { ...fixtures.applying, state: 'cancelled', endedAt: now, cancelledBy: fixtures.bob },
];

/** Everything that is posted of every run whose every word is hostile. */
const postedOf = (words: string, of: readonly Run[] = MORE_RUNS): { readonly messages: readonly Message[]; readonly files: readonly string[] } => {
  const waiting = Object.fromEntries(fixtures.steps.map(({ id }) => [id, words]));
  const runs = of.map((run) => poisoned(run, words));
  const replies = runs.flatMap((run) => repliesOf(run, who, now));
  return {
    messages: [
      ...runs.map((run) => (run.kind === 'status' ? statusAnswer(run, now) : card(run, waiting, now))),
      ...replies.flatMap((reply) => ('message' in reply ? [reply.message] : [])),
      message(buttons({ ...poisoned(fixtures.awaiting, words) }, ['approve', 'reject'])),
    ],
    files: replies.flatMap((reply) => (reply.kind === 'file' ? [reply.content ?? '', reply.name] : [])),
  };
};

/** What is wrong with a message, in its own form and in the plainest: live elements that nobody intended, unseen characters, more than Slack takes. */
const faultsOf = (shown: Message, intended: readonly string[] = INTENDED): string[] => [
  ...[shown, simplified(shown)].flatMap((form) => [
    ...liveIn(form).filter((live) => !intended.includes(live)),
    ...stringsIn(form)
      .map(unseenIn)
      .filter((found) => found !== undefined)
      .map((found) => `unseen ${found.codePointAt(0)?.toString(16)}`),
    ...(fits(form) && form.text.length <= LIMITS.fallbackText ? [] : ['too long']),
  ]),
  ...elementsIn(shown.blocks).filter((live) => !intended.includes(live)),
  ...(JSON.stringify(shown).isWellFormed() ? [] : ['half a character']),
];

/** Some at a time, as fewer strings. */
const together = (all: readonly Hostile[], count: number): Hostile[] =>
  Array.from({ length: Math.ceil(all.length / count) }, (_, index) => {
    const some = all.slice(index * count, (index + 1) * count);
    return { raw: `x${some.map(({ raw }) => raw).join('-')}x`, shown: `x${some.map(({ shown }) => shown).join('-')}x` };
  });

const CASES: readonly Hostile[] = [
  ...CODES,
  ...together(CODES, 1),
  ...together(UNSEEN, 12),
  ...together(SCRIPTS, 4),
  ...Array.from({ length: 60 }, (_, seed) => hostileString(seeded(seed), 1 + (seed % 5))),
];

describe('words of others', () => {
  test.each(Object.entries(SENTENCES))('are shown to the letter in %s, and nothing in them is live', async (_where, surface) => {
    for (const { raw, shown } of CASES) {
      const made = await surface(raw);
      expect(faultsOf(made, [...INTENDED, 'https://pgdist.example/'])).toEqual([]);
      expect(readOfBlocks(made.blocks)).toContain(shown);
      // Slack's text has lines and fences of its own.
      expect(readOfText(made)).toContain(raw.includes('\n') ? '' : shown);
    }
  });

  test.each(Object.entries(TYPED))('make nothing live in the answer to %s', async (_where, surface) => {
    // A mark alone is no word: it says nothing.
    for (const { raw } of CASES.filter(({ raw: words }) => words !== '`')) expect(faultsOf(await surface(raw))).toEqual([]);
  });

  test('make nothing live in any card, reply, answer or file of any run', () => {
    for (const { raw } of [...together(CODES, 9), ...together(UNSEEN, 100), ...CASES.slice(-4)]) {
      const { messages, files } = postedOf(raw);
      for (const posted of messages) expect(faultsOf(posted)).toEqual([]);
      for (const content of files) expect(unseenIn(content)).toBeUndefined();
    }
  });

  test.each([
    ['marks', 'z\u0301', 4_000],
    ['invisible characters', '\u200b', 4_000],
    ['tags', '\u{e0041}', 4_000],
    ['lone surrogates', '\ud83d', 4_000],
    ['joined emoji', '👩\u200d', 2_000],
    ['mentions', '<@U0CAROL>', 500],
    ['instants', '2026-11-22T14:02:00Z ', 500],
    ['code', '`a`', 2_000],
    ['quotes', '"\\', 3_000],
  ])('in a flood of %s stay within what Slack takes', (_what, piece, times) => {
    const { messages } = postedOf(piece.repeat(times), [
      fixtures.awaiting,
      fixtures.applying,
      fixtures.failed,
      fixtures.blocked,
      fixtures.missingStatus,
      fixtures.brokenVerify,
    ]);
    for (const posted of messages) expect(faultsOf(posted)).toEqual([]);
    expect(faultsOf(toldMessage(told`There is ${piece.repeat(times)} and ${code(piece.repeat(times))}.`))).toEqual([]);
  });

  test('make nothing live in the form that says why nothing was rejected', () => {
    for (const { raw } of CODES) expect(elementsIn(refusedModal(toldMessage(told`Run ${code(raw)} is ${raw}.`)))).toEqual([]);
  });
});

describe('what is typed in Slack', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench('socket-mode');
  });
  afterAll(() => bench.stop());

  test.each(CODES.filter(({ raw }) => !raw.includes('\n')).map(({ raw }) => raw))('%s is not live in the answer to it', async (typed) => {
    for (const line of [`/pgdist cancel ${typed}`, `/pgdist cancel x ${typed}`, `/pgdist deploy ${typed}`, `/pgdist ${typed}`]) {
      const outcome = await bench.slack.actor('U0ALICE').command(CHANNEL, line);
      expect(outcome.result).toBe('acknowledged');
      const { ack } = outcome as { ack: Partial<Message> };
      // Where nothing is left of what was typed, a form opens, which has nothing of it.
      expect(ack.text === undefined ? wordsAsSeen(typed) : faultsOf(ack as Message)).toEqual([]);
    }
  });

  test('is not live either when the bot is asked in a thread', async () => {
    const { card: ts } = await bench.showRun();
    const before = bench.slack.ephemerals('U0ALICE').length;
    await bench.slack.actor('U0ALICE').say(CHANNEL, '<@U0PGDIST> cancel `{user:U0CAROL}`\n<!channel>', { threadTs: ts });
    await until(bench.slack, () => bench.slack.ephemerals('U0ALICE').length > before, 'the answer');
    const answer = bench.slack.ephemerals('U0ALICE').at(-1);
    expect(faultsOf({ text: answer?.text ?? '', blocks: (answer?.blocks ?? []) as unknown as Message['blocks'] })).toEqual([]);
  });
});
