import { describe, expect, test } from 'vitest';
import { changesOf } from '../../../src/domain/finding.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Problem } from '../../../src/domain/problem.ts';
import { kubectlIn } from '../../../src/domain/terminal.ts';
import type { Run, StepState } from '../../../src/domain/run.ts';
import { LIMITS } from '../../../src/adapters/slack/limits.ts';
import { card, cardContent } from '../../../src/adapters/slack/render/card.ts';
import { fits, type Message, simplified } from '../../../src/adapters/slack/render/message.ts';
import { planFile } from '../../../src/adapters/slack/render/plan-file.ts';
import { statusAnswer } from '../../../src/adapters/slack/render/status-answer.ts';
import { toldMessage } from '../../../src/adapters/slack/render/told-message.ts';
import { repliesOf } from '../../../src/adapters/slack/thread-replies.ts';
import * as fixtures from './fixtures.ts';
import { applying, at, awaiting, blocked, failed, healthyStatus, missingStatus, plan, silentStatus, succeeded, waiting } from './fixtures.ts';
import { shownAs } from './shown.ts';
import { plainText, told, verbatim } from '../../../src/domain/text.ts';

const who = { approvers: ['U0BOB'], requesterMayApprove: false };
const now = at('14:08:10');

/** Everything that is posted for a run. */
const messagesOf = (run: Run): Message[] =>
  run.kind === 'status'
    ? [statusAnswer(run, now)]
    : [card(run, waiting, now), ...repliesOf(run, who, now).flatMap((reply) => ('message' in reply ? [reply.message] : []))];

const everyRun = Object.values(fixtures).filter((value): value is Run => typeof value === 'object' && 'requestedBy' in value);

/** A fleet of many clusters in the middle of a deploy, each step with a long thing to wait for. */
const huge = (steps: number, state: StepState): { run: Run; waiting: Record<string, string> } => {
  const many = Array.from({ length: steps }, (_, index) => ({
    ...plan.steps[7]!,
    id: `kubeslice/worker-healthy@cluster-${index}`,
    title: `KubeSlice worker healthy on cluster-${index}`,
    stage: `Stage ${index % 6}`,
  }));
  return {
    run: {
      ...applying,
      plan: { ...plan, steps: many },
      outcomes: Object.fromEntries(
        many.map(({ id }, index) => [id, { state: index % 3 === 0 ? state : 'done', startedAt: at('14:07'), endedAt: at('14:08') }]),
      ),
    },
    waiting: Object.fromEntries(many.map(({ id }) => [id, 'x'.repeat(400)])),
  };
};

test.each([
  ['https://docs.example.com/problems/{code}.md', (code: string) => `https://docs.example.com/problems/${code}.md`],
  ['https://docs.example.com/problems.md', (code: string) => `https://docs.example.com/problems.md#${code.toLowerCase()}`],
])('codes of problems link to their pages where these are published as %s, and are plain codes elsewhere', (problemsUrl, page) => {
  const linked = (run: Run, docs: { problemsUrl?: string }): string =>
    JSON.stringify(
      [
        ...repliesOf(run, { ...who, ...docs }, now).flatMap((reply) => ('message' in reply ? [reply.message] : [])),
        run.kind === 'status' ? statusAnswer(run, now, docs) : card(run, waiting, now, docs),
      ].map(({ blocks }) => blocks),
    );
  for (const run of [blocked, failed, fixtures.brokenVerify, silentStatus]) {
    const code = /PGD-\d{3}/.exec(linked(run, {}))?.[0] ?? '';
    expect(linked(run, { problemsUrl })).toContain(`"url":"${page(code)}","text":"${code}"`);
    expect(linked(run, { problemsUrl })).not.toMatch(/"text":"PGD-\d{3}","style"/);
    expect(linked(run, {})).not.toContain('"type":"link"');
  }
});

describe('what Slack takes', () => {
  test.each([10, 60, 400])('a card of %i steps, a third of them waiting with long words, stays within a message', (count) => {
    const { run, waiting } = huge(count, 'waiting');
    const shown = card(run, waiting, now);
    expect(fits(shown)).toBe(true);
    expect(shownAs(shown)).toContain('step ');
    expect(shown.text.length).toBeLessThanOrEqual(LIMITS.fallbackText);
  });

  test('a card has a row for each step that is under way, only numbers for those that are done, and no rows at all when they would not fit', () => {
    const few = huge(30, 'waiting');
    const rows = (text: string): number => text.split('\n').filter((line) => line.trim().startsWith('•')).length;
    const short = Object.fromEntries(Object.keys(few.waiting).map((id) => [id, 'a word']));
    expect(rows(shownAs(card(few.run, short, now)))).toBe(10);
    expect(shownAs(card(few.run, short, now))).toContain('20 of 30 steps in place');
    const many = huge(400, 'waiting');
    expect(rows(shownAs(card(many.run, many.waiting, now)))).toBe(0);
    expect(shownAs(card(many.run, many.waiting, now))).toContain('266 of 400 steps in place');
  });

  test('a plan too long for a message says what is missing from it and comes as a file with every step', () => {
    const long: Plan = {
      ...plan,
      steps: Array.from({ length: 120 }, (_, index) => ({ ...plan.steps[7]!, id: `step-${index}`, title: `step number ${index}` })),
    };
    const replies = repliesOf({ ...awaiting, plan: long }, who, now);
    const [reply] = replies;
    expect(reply?.kind === 'post' && fits(reply.message)).toBe(true);
    expect(reply?.kind === 'post' && shownAs(reply.message)).toMatch(/and \d+ more, in the file with the full plan/);
    const file = replies.find(({ kind }) => kind === 'file');
    expect(file).toMatchObject({ kind: 'file', name: 'plan-r7k2-4f9c1a2b.txt' });
    for (const { title } of long.steps) expect(planFile({ ...awaiting, plan: long }, long).content).toContain(title);
  });

  test('a plan comes with a file that has every field, command and condition of it, and what each step waits for', () => {
    const file = repliesOf(awaiting, who, now).find(({ kind }) => kind === 'file');
    const changes = plan.steps.flatMap(({ finding }) => changesOf(finding));
    const facts = [
      ...plan.steps.flatMap(({ finding }) => (finding.kind === 'later' ? [`${finding.missing}, after ${finding.waitsFor}`] : [])),
      ...changes.flatMap(({ fields, command, onlyIf }) => [
        ...fields.map(({ path, later }) => `${path}: ${later === undefined ? '' : 'known only then'}`),
        ...(command === undefined ? [] : [command]),
        ...(onlyIf === undefined ? [] : [plainText(onlyIf)]),
      ]),
    ];
    expect(facts.length).toBeGreaterThan(8);
    for (const words of facts) expect(file?.kind === 'file' && file.content).toContain(words);
    const again = repliesOf({ ...awaiting, plan: { ...plan, plannedAt: at('14:20') } }, who, now);
    expect(again.map(({ key }) => key)).toEqual([`plan-${at('14:20')}`, file?.key]);
  });

  test.each([
    [{ runs: 0, unmeasured: 9, path: [] }, 'how long is unknown: none of it was timed before'],
    [{ runs: 3, unmeasured: 0, path: plan.estimate!.path }, 'about 6 min as in 3 earlier runs, longest: KubeSlice (4 min) ·'],
    [
      { runs: 1, unmeasured: 2, path: plan.estimate!.path },
      'about 6 min as in 1 earlier run, longest: KubeSlice (4 min) and 2 steps that never ran before',
    ],
  ])('the time of a plan is what earlier runs took, and never a guess: %o', (estimate, words) => {
    expect(shownAs(card({ ...awaiting, plan: { ...plan, estimate } }, {}, now))).toContain(words);
  });

  test('evidence of any length is cut where a reader stops reading', () => {
    const problem = {
      ...fixtures.dnsProblem,
      evidence: Array.from({ length: 50 }, () => 'log line '.repeat(100)),
      what: verbatim('w'.repeat(5_000)),
      remedy: verbatim('r'.repeat(5_000)),
    };
    const run: Run = { ...failed, failure: { ...failed.failure!, problems: Array.from({ length: 30 }, () => problem) } };
    for (const message of messagesOf(run)) expect(fits(message)).toBe(true);
  });

  test('every message also has a plain form for a workspace that refuses the newer blocks', () => {
    for (const message of everyRun.flatMap(messagesOf)) {
      const plain = simplified(message);
      expect(() => shownAs(plain)).not.toThrow();
      expect(plain.blocks.filter(({ type }) => type === 'actions')).toEqual(message.blocks.filter(({ type }) => type === 'actions'));
    }
  });
});

describe('text from outside', () => {
  const evil = '<!channel> <@U0BOB> & *bold* <https://evil.example|click> {user:U0BOB}';

  /** Every string that names anything is hostile. */
  const poisoned: Run = {
    ...failed,
    database: { ...failed.database, name: evil },
    plan: {
      ...plan,
      worthKnowing: [verbatim(evil)],
      steps: plan.steps.map((step) => ({ ...step, title: `${step.title} ${evil}`, stage: `${step.stage} ${evil}` })),
    },
    outcomes: Object.fromEntries(
      Object.entries(failed.outcomes).map(([id, outcome]) => [
        id,
        { ...outcome, evidence: evil, because: outcome.state === 'skipped' ? evil : undefined! },
      ]),
    ),
    failure: { ...failed.failure!, stepTitle: evil, problems: [{ code: 'PGD-052', what: verbatim(evil), evidence: [evil], remedy: verbatim(evil) }] },
  };

  test('is shown as it is and never calls, links or formats', () => {
    for (const message of [...messagesOf(poisoned), ...messagesOf({ ...awaiting, plan: poisoned.plan! })]) {
      const json = JSON.stringify(message.blocks);
      expect(json).not.toContain('"broadcast"');
      expect(json).not.toContain('"mrkdwn"');
      expect(json).not.toContain('"type":"link"');
      // The text is parsed by Slack: escaped there.
      expect(message.text).not.toContain('<!channel>');
      expect(message.text).not.toContain('<https://evil');
    }
  });

  test('is still there to read', () => {
    expect(shownAs(card(poisoned, waiting, now))).toContain('<!channel> <@U0BOB> & *bold* <https://evil.example|click> {user:U0BOB}');
  });

  test('stays text in the plain form, too', () => {
    for (const message of messagesOf(poisoned)) {
      const [section] = simplified(message).blocks;
      expect(JSON.stringify(section)).not.toMatch(/<!channel>|<https:/);
    }
  });

  test('is not looked at for mentions between backticks, which is where typed words go', () => {
    const blocks = JSON.stringify(toldMessage(told`There is no database \`{user:U0BOB}\`. Ask {user:U0ALICE}.`).blocks);
    expect(blocks).toContain('"user_id":"U0ALICE"');
    expect(blocks).not.toContain('"user_id":"U0BOB"');
  });
});

describe('what never appears', () => {
  const users = (message: Message): string[] => [...JSON.stringify(message.blocks).matchAll(/"user_id":"(\w+)"/g)].map(([, id]) => id ?? '');

  test('no reply mentions anybody but its requester or, while the plan is open, the approvers', () => {
    for (const run of everyRun.filter(({ kind }) => kind !== 'status')) {
      for (const reply of repliesOf(run, who, now)) {
        if (reply.kind !== 'post') continue;
        const allowed = reply.key.startsWith('plan-') ? (reply.also === undefined ? ['U0BOB', 'U0ALICE'] : ['U0BOB']) : ['U0ALICE'];
        expect(users(reply.message).filter((id) => !allowed.includes(id))).toEqual([]);
      }
    }
  });

  test.each([
    ['a stack trace', /\n\s+at .+:\d+:\d+/],
    ['the word successfully', /successfully/i],
    ['JSON of an object', /\{"/],
    ['a failed command', /Command failed|exit code/],
    ['undefined or NaN', /undefined|NaN|\[object/],
  ])('%s', (_what, pattern) => {
    for (const message of everyRun.flatMap(messagesOf)) {
      expect(shownAs(message)).not.toMatch(pattern);
      expect(message.text).not.toMatch(pattern);
    }
  });

  test('a relative time without the absolute one beside it', () => {
    for (const run of everyRun.filter(({ endedAt }) => endedAt === undefined))
      expect(shownAs(card(run, waiting, now))).toMatch(/as of \d\d:\d\d:\d\d|until \d\d:\d\d/);
    expect(shownAs(statusAnswer(missingStatus, at('14:35:08')))).toContain('since 14:31:07 (4 min 1 s, pod gone)');
  });

  test('an instant as a machine writes it: it is shown as a time of the reader, with its day', () => {
    const problem = { ...fixtures.standbyProblem, evidence: ['gone since 2026-11-21T14:31:07.250Z'] };
    const reply = messagesOf({ ...failed, failure: { ...failed.failure!, problems: [problem] } }).at(-1);
    expect(shownAs(reply!)).toContain('gone since yesterday 14:31:07.');
    expect(reply!.text).toContain('{date_short_pretty} {time_secs}|2026-11-21 14:31:07 UTC>');
  });

  test('the title of each of many steps that follow from a failure: their stages say enough', () => {
    const outcomes = {
      ...failed.outcomes,
      ...Object.fromEntries(plan.steps.slice(2).map(({ id }) => [id, { state: 'skipped' as const, because: 'x' }])),
    };
    const reply = messagesOf({ ...failed, outcomes }).at(-1);
    expect(shownAs(reply!)).toContain('(not causes): Open Cluster Management 2 steps, KubeSlice 3, DNS 2, Postgres 2.');
  });

  test('the word healthy about a database of which any verdict is not', () => {
    for (const run of [missingStatus, silentStatus, fixtures.brokenVerify]) {
      const first = messagesOf(run)[0];
      expect(shownAs(first!).split('\n')[0]).not.toMatch(/is healthy/);
    }
    const lying: Run = { ...missingStatus, answer: { ...missingStatus.answer!, healthy: true } };
    expect(shownAs(statusAnswer(lying, now)).split('\n')[0]).not.toMatch(/is healthy/);
    expect(shownAs(statusAnswer(healthyStatus, now)).split('\n')[0]).toMatch(/is healthy/);
  });

  test('a button that would be refused', () => {
    const labels = (run: Run): string[] => [...shownAs(card(run, {}, now)).matchAll(/\[([A-Z][a-z ]+)\]/g)].map(([, label]) => label ?? '');
    expect(labels(blocked)).toEqual(['Plan again', 'Explain']);
    expect(labels(awaiting)).toEqual(['Cancel']);
    expect(labels(applying)).toEqual(['Cancel']);
    expect(labels({ ...applying, state: 'cancelling' })).toEqual([]);
    expect(labels(failed)).toEqual(['Retry', 'Explain']);
    expect(labels(succeeded)).toEqual(['Verify']);
  });
});

test('what a look found has the button of a deploy where its remedy is one, and nothing else has', () => {
  const labels = (run: Run): string[] => [...shownAs(statusAnswer(run, at('14:36'))).matchAll(/\[([A-Z][a-z ]+)\]/g)].map(([, label]) => label ?? '');
  const mended = (means: unknown): Run => {
    const verdicts = (missingStatus.answer?.verdicts ?? []).map((row) =>
      row.verdict.healthy ? row : { ...row, verdict: { ...row.verdict, problem: { ...row.verdict.problem, means } as Problem } },
    );
    return { ...missingStatus, answer: { healthy: false, verdicts } };
  };
  expect(labels(healthyStatus)).toEqual(['Verify', 'Ask again']);
  expect(labels(missingStatus)).toEqual(['Verify', 'Ask again', 'Explain']);
  expect(labels(mended({ kind: 'deploy' }))).toEqual(['Plan the repair', 'Verify', 'Ask again', 'Explain']);
  expect(labels(mended({ kind: 'of a newer pgdist' }))).toEqual(['Verify', 'Ask again', 'Explain']);
  expect(shownAs(statusAnswer(mended({ kind: 'terminal', lines: [kubectlIn('demo-worker', 'demo', 'get pods')] }), at('14:36')))).toContain(
    '`kubectl --context demo-worker -n demo get pods`',
  );
});

test('a card says nothing new when only time has passed', () => {
  expect(cardContent(applying, waiting)).toBe(cardContent({ ...applying, revision: 99 }, waiting));
  expect(cardContent(applying, waiting)).not.toBe(cardContent(applying, {}));
  expect(shownAs(card(applying, waiting, at('14:08:10')))).not.toBe(shownAs(card(applying, waiting, at('14:09'))));
});

test('what KubeDB still says of a database that streams is told with why it is late', () => {
  const late = { ...fixtures.replication, phase: 'Provisioning' };
  const sentence = 'KubeDB still says Provisioning, as it hears of ready pods up to two minutes late';
  const told = (run: Run): string => messagesOf(run).map(shownAs).join('\n');
  expect(told({ ...succeeded, replication: late })).toContain(sentence);
  expect(told({ ...succeeded, replication: { ...late, phase: 'Ready' } })).not.toContain('still says');
  expect(told({ ...healthyStatus, replication: late })).toContain(sentence);
});

test('the cluster that was silent is named, and not the one that a step was about which met its silence', () => {
  const [first, ...others] = silentStatus.answer?.verdicts ?? [];
  const silence = others.at(-1)?.verdict;
  if (first === undefined || silence === undefined || silence.healthy) throw new Error('the fixture has no silence');
  const met = {
    ...first,
    title: 'every context leads to a cluster of its own',
    verdict: { ...silence, problem: { ...silence.problem, cluster: 'demo-worker' } },
  };
  const answer = { healthy: false, verdicts: [met, ...others] };
  const [line] = shownAs(statusAnswer({ ...silentStatus, answer }, at('14:35:08'))).split('\n');
  expect(line).toContain('postgres runs, but demo-worker cannot be asked');
});
