import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Block } from '../../../src/adapters/slack/render/blocks.ts';
import { createThread } from '../../../src/adapters/slack/thread.ts';
import { card } from '../../../src/adapters/slack/render/card.ts';
import { simplified } from '../../../src/adapters/slack/render/message.ts';
import type { Run } from '../../../src/domain/run.ts';
import type { Shown } from '../../../src/ports/run-store.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { patienceMs } from '../../support/eventually.ts';
import * as fixtures from './fixtures.ts';
import { applying, at, awaiting, brokenVerify, failed, fleet, healthyStatus, run, succeeded, waiting } from './fixtures.ts';
import { withTable } from './fixtures/long-tables.ts';
import { shownAs } from './shown.ts';
import { CHANNEL, keptLog, settableClock, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

/** Shows the run at each of its states, one after the other, and says what its card was made of each time. */
const shownInTurn = async (states: readonly Run[]): Promise<readonly (readonly Block[])[]> => {
  const clock = settableClock(at('14:02'));
  const thread = createThread({
    token: slack.botToken,
    slackApiUrl: slack.apiUrl,
    config: { fleet, slack: { approvers: ['U0BOB'], requesterMayApprove: false } },
    clock,
    log: keptLog(),
  });
  let shown: Shown = { channel: CHANNEL, replies: {} };
  const cards: (readonly Block[])[] = [];
  for (const [index, state] of states.entries()) {
    clock.set(at(`14:${String(10 + index).padStart(2, '0')}`));
    const remember = async (next: Shown): Promise<void> => void (shown = next);
    ({ shown } = await thread.show(state, waiting, shown, remember, AbortSignal.timeout(patienceMs())));
    cards.push((slack.messages(CHANNEL)[0]?.blocks ?? []) as unknown as readonly Block[]);
  }
  return cards;
};

const idsOf = (blocks: readonly Block[], type: string): (string | undefined)[] =>
  blocks.filter((block) => block.type === type).map((block) => block.block_id);

test('what a reader opened in a card stays open at each edit: every block keeps its id, and every stage its own', async () => {
  const cards = await shownInTurn([run, awaiting, applying, { ...applying, state: 'cancelling' }, failed, succeeded]);
  const withPlan = cards.filter((blocks) => idsOf(blocks, 'plan').length > 0);
  expect(withPlan.length).toBeGreaterThan(3);
  for (const type of ['plan', 'rich_text']) expect(new Set(withPlan.map((blocks) => idsOf(blocks, type).join())).size).toBe(1);
  const stages = withPlan.map((blocks) =>
    blocks.flatMap((block) => (block.type === 'plan' ? (block.tasks ?? []).map(({ task_id: id }) => id) : [])).join(),
  );
  expect(new Set(stages).size).toBe(1);
});

test('no block of any message, also in its plainest form, has an id that Slack would make up anew', () => {
  for (const shown of [applying, succeeded, failed, brokenVerify].map((state) => card(state, waiting, at('14:08')))) {
    for (const { blocks } of [shown, simplified(shown)]) {
      const ids = blocks.map(({ block_id: id }) => id);
      expect(ids).not.toContain(undefined);
      expect(new Set(ids).size).toBe(ids.length);
    }
  }
});

describe('collapsed, as Slack shows a plan first,', () => {
  const everyRun = Object.values(fixtures).filter(
    (value): value is Run => typeof value === 'object' && 'requestedBy' in value && value.kind !== 'status',
  );
  const VERDICTS =
    /queued|planning|waiting for approval|applying|verifying|stopping|succeeded|failed|blocked|rejected|expired|superseded|cancelled|healthy|needs a look|cannot be|runs, but|has no primary|two primaries/;

  test.each(everyRun.map((shown) => [`${shown.kind} ${shown.state}`, shown] as const))(
    'the card of a %s says what it is and how it stands in its first line, and what is under way or wrong in the next',
    (_name, shown) => {
      const { blocks, text } = card(shown, waiting, at('14:08:10'));
      const collapsed = shownAs({ blocks: blocks.filter(({ type }) => type !== 'plan') }).split('\n');
      expect(collapsed[0]).toMatch(/^`(?:Deploy|Verify) postgres on demo` — /);
      expect(collapsed[0]).toMatch(VERDICTS);
      expect(text.split('\n')[0]).toMatch(VERDICTS);
      const [problem] = shown.kind === 'deploy' ? (shown.failure?.problems ?? []) : [];
      expect(collapsed.join('\n')).toContain(problem?.code ?? 'asked by');
      expect(collapsed.join('\n')).toContain(shown.state === 'applying' ? 'now: ' : 'asked by');
    },
  );

  test('the line of the plan itself says how far it is', () => {
    const plan = card(applying, waiting, at('14:08:10')).blocks.find(({ type }) => type === 'plan');
    expect(plan).toMatchObject({ title: '5 of 11 steps in place' });
  });
});

test('the table of an answer that has no room for it comes as a file in its thread, once, also when Slack took it only the second time', async () => {
  slack.faults.next('files.getUploadURLExternal', { kind: 'rate-limited', retryAfterSeconds: 1 });
  const long = withTable(healthyStatus, 60);
  await shownInTurn([long, long]);
  const [answer, ...others] = slack.messages(CHANNEL);
  expect(others).toEqual([]);
  expect(slack.thread(CHANNEL, answer?.ts ?? '').flatMap(({ files }) => files.map(({ name }) => name))).toEqual(['replication-r9q4.txt']);
  expect(slack.transcript(CHANNEL)).toContain('replication-r9q4.txt');
});
