import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Run } from '../../../src/domain/run.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { applying, awaiting, blocked, brokenVerify, failed, healthyStatus, missingStatus, nothingToDo, plan, run, succeeded } from './fixtures.ts';
import { withTable } from './fixtures/long-tables.ts';
import { callsOf, recently, threadBench } from './thread-bench.ts';
import { CHANNEL, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

const long: Run = { ...awaiting, plan: { ...plan, steps: Array.from({ length: 120 }, (_, index) => ({ ...plan.steps[7]!, id: `step-${index}` })) } };
const cards = () => slack.messages(CHANNEL);
const replies = () => cards().flatMap(({ ts }) => slack.thread(CHANNEL, ts).slice(1));
const files = () => replies().flatMap((message) => message.files.map(({ name }) => name));

test('the card and where it stands are one write', async () => {
  const bench = threadBench(slack);
  const seen: boolean[] = [];
  bench.failWrites(() => {
    const { ts, replies: of } = bench.stored();
    seen.push((ts === undefined) === (of['card'] === undefined || of['card'] === 'pending'));
    return false;
  });
  await bench.show(recently(run));
  expect(seen).not.toContain(false);
  expect(bench.stored().ts).toBe(bench.stored().replies['card']);
});

describe.each([
  ['may look', undefined],
  ['may not look', ['commands', 'chat:write', 'users:read', 'app_mentions:read', 'files:write']],
] as const)('where pgdist %s for its own messages', (_, scopes) => {
  test('whichever write of the store fails, the same process posts nothing twice', async () => {
    if (scopes !== undefined) slack.setScopes(scopes);
    for (let failing = 1; failing <= 8; failing += 1) {
      const bench = threadBench(slack);
      const asked = recently({ ...long, id: `r${failing}` });
      bench.failWrites((write) => write === failing);
      await bench.show(asked).catch(() => undefined);
      await bench.show(asked);
      await bench.show(asked);
      expect(cards(), `write ${failing}`).toHaveLength(failing);
      expect(replies(), `write ${failing}`).toHaveLength(2 * failing);
    }
  });
});

test('whichever write a process died before, the next one finds what was posted', async () => {
  for (let dies = 1; dies <= 7; dies += 1) {
    const bench = threadBench(slack);
    const asked = recently({ ...long, id: `r${dies}` });
    bench.failWrites((write) => write >= dies);
    await bench.show(asked).catch(() => undefined);
    bench.failWrites(() => false);
    bench.restart();
    await bench.show(asked);
    expect(cards(), `before write ${dies}`).toHaveLength(dies);
    expect(replies(), `before write ${dies}`).toHaveLength(2 * dies);
  }
});

test.each([
  ['asked for', run],
  ['awaiting', awaiting],
  ['with a plan too long for a message', long],
  ['applying', applying],
  ['applying, after a plan too long for a message', { ...applying, plan: long.plan! }],
  ['failed', failed],
  ['succeeded', succeeded],
  ['succeeded, with a table too long for a message', withTable(succeeded, 64)],
  ['blocked', blocked],
  ['with nothing to do', nothingToDo],
  ['a status', healthyStatus],
  ['a verify', brokenVerify],
])('a run that Redis lost and its worker stored again is told once: %s', async (_, asked) => {
  const bench = threadBench(slack);
  const mine = recently(asked);
  await bench.showFor(mine, 600_000);
  const before = [cards().length, replies().length, files()];
  const { channel, ts } = bench.stored();
  for (const known of [{ ts: ts! }, {}]) {
    bench.restore({ channel, ...known, isRestored: true, replies: {} });
    bench.restart();
    await bench.showFor(mine, 600_000);
    expect([cards().length, replies().length, files()]).toEqual(before);
  }
});

describe('a decision that Redis lost with what it was told last', () => {
  const buttons = () => replies().flatMap(({ blocks }) => JSON.stringify(blocks).match(/"action_id":"(approve|reject)"/g) ?? []);
  const lastWordLost = () => ({ isRestored: true, restoredAt: new Date().toISOString(), start: 2 });

  test('can be made again: the plan that tells of it gets its buttons once more, and loses them with the next decision', async () => {
    const bench = threadBench(slack, { now: new Date().toISOString() });
    await bench.show(recently(awaiting));
    const before = bench.stored();
    await bench.show(recently(applying));
    expect(buttons()).toEqual([]);
    bench.restore({ ...before, ...lastWordLost() });
    bench.restart();
    await bench.showFor(recently(awaiting), 600_000);
    expect(buttons()).toHaveLength(2);
    expect(replies().filter(({ text }) => text.startsWith('A decision is lost'))).toHaveLength(1);
    await bench.showFor(recently(applying), 600_000);
    expect(buttons()).toEqual([]);
    expect(cards()).toHaveLength(1);
  });

  test('is not told of a plan that nobody decided', async () => {
    const bench = threadBench(slack, { now: new Date().toISOString() });
    await bench.show(recently(awaiting));
    const before = replies().map(({ text }) => text);
    bench.restore({ ...bench.stored(), ...lastWordLost() });
    bench.restart();
    await bench.showFor(recently(awaiting), 600_000);
    expect(replies().map(({ text }) => text)).toEqual(before);
    expect(buttons()).toHaveLength(2);
  });

  test('is not shown twice where it was not lost', async () => {
    const bench = threadBench(slack, { now: new Date().toISOString() });
    await bench.show(recently(applying));
    const count = replies().length;
    bench.restore({ ...bench.stored(), ...lastWordLost() });
    bench.restart();
    await bench.showFor(recently(applying), 600_000);
    await bench.showFor(recently(succeeded), 600_000);
    expect(buttons()).toEqual([]);
    expect(replies().length).toBe(count + 2);
  });
});

test('a card that an older process stored without its thread is taken as it is', async () => {
  const bench = threadBench(slack);
  await bench.show(run);
  const ts = bench.stored().ts!;
  const other = threadBench(slack);
  Object.assign(other.stored(), { replies: { card: ts } });
  await other.show(run);
  expect(cards()).toHaveLength(1);
  expect(other.stored().ts).toBe(ts);
});

describe('answers that are lost after Slack stored what was sent', () => {
  test.each([
    ['chat.postMessage', run],
    ['files.completeUploadExternal', long],
  ] as const)('%s: found again, however often', async (method, asked) => {
    const bench = threadBench(slack);
    slack.faults.always(method, { kind: 'drop', accepted: true });
    await bench.showFor(recently(asked), 600_000);
    slack.faults.clear();
    await bench.show(recently(asked));
    expect(cards()).toHaveLength(1);
    expect(files().length).toBeLessThanOrEqual(1);
    expect(callsOf(slack, method)).toBeLessThanOrEqual(2);
  });

  test.each([
    ['chat.postMessage', run],
    ['files.completeUploadExternal', long],
  ] as const)('%s: three copies at most where pgdist may not look', async (method, asked) => {
    slack.setScopes(['commands', 'chat:write', 'users:read', 'app_mentions:read', 'files:write']);
    const bench = threadBench(slack);
    slack.faults.always(method, { kind: 'drop', accepted: true });
    await bench.showFor(asked, 24 * 3_600_000);
    expect(Math.max(cards().length, files().length)).toBe(3);
    expect(callsOf(slack, method)).toBe(3);
  });

  test.each(['chat.postEphemeral', 'response_url'])('%s: three private copies at most', async (method) => {
    const bench = threadBench(slack);
    slack.faults.always(method, { kind: 'drop', accepted: true });
    await bench.showFor({ ...missingStatus, private: true }, 24 * 3_600_000);
    expect(slack.ephemerals('U0ALICE').length).toBeLessThanOrEqual(3);
    expect(slack.ephemerals('U0ALICE').length).toBeGreaterThan(0);
  });

  test.each(['files.getUploadURLExternal', 'upload'])('%s: the file is shared once all the same', async (method) => {
    const bench = threadBench(slack);
    slack.faults.next(method, { kind: 'drop', accepted: true }, 2);
    await bench.showFor(recently(long), 600_000);
    expect(files()).toHaveLength(1);
  });

  test('a rate limit after a lost answer does not forget what may be there', async () => {
    const bench = threadBench(slack);
    slack.faults.next('chat.postMessage', { kind: 'drop', accepted: true });
    slack.faults.next('conversations.history', { kind: 'rate-limited', retryAfterSeconds: 20 }, 2);
    await bench.showFor(recently(run), 600_000);
    expect(cards()).toHaveLength(1);
  });
});

test.each([
  ['chat.postMessage', 1, run],
  ['chat.postMessage', 2, awaiting],
  ['files.completeUploadExternal', 1, long],
] as const)('%s, call %i: what may be carried out yet, although its sender died, is not sent by another', async (method, nth, asked) => {
  const bench = threadBench(slack);
  const mine = recently(asked);
  // Nothing after it is stored by who sent it.
  bench.failWrites(() => callsOf(slack, method) >= nth);
  if (nth === 2) await bench.show({ ...mine, state: 'planning' });
  slack.faults.next(method, { kind: 'drop', accepted: false });
  await bench.show(mine).catch(() => undefined);
  expect(callsOf(slack, method)).toBe(nth);
  bench.failWrites(() => false);
  bench.restart();
  const sentAt = bench.clock.now().getTime();
  await bench.showFor(mine, 14_000);
  expect(callsOf(slack, method)).toBe(nth);
  bench.clock.set(new Date(sentAt + 15_000).toISOString());
  await bench.showFor(mine, 600_000);
  expect(callsOf(slack, method)).toBeGreaterThan(nth);
  expect(cards()).toHaveLength(1);
  expect(files()).toHaveLength(asked === run ? 0 : 1);
});

test('a file is shared by who still may remember it: a reporter that hung while it was on its way shares nothing', async () => {
  const bench = threadBench(slack);
  bench.failWrites(() => callsOf(slack, 'upload') > 0);
  await bench.show(recently(long)).catch(() => undefined);
  expect(callsOf(slack, 'upload')).toBe(1);
  expect(files()).toEqual([]);
  bench.failWrites(() => false);
  bench.restart();
  await bench.showFor(recently(long), 600_000);
  expect(files()).toHaveLength(1);
});

describe('a message that was found again after its answer was lost shows what was true then', () => {
  test('the card: it is edited to what is true now', async () => {
    const bench = threadBench(slack);
    slack.faults.next('chat.postMessage', { kind: 'drop', accepted: true });
    await bench.show(recently(run));
    expect(cards().map(({ text }) => text.split('\n')[0])).toEqual([expect.not.stringContaining('succeeded')]);
    await bench.showFor(recently({ ...succeeded, id: run.id }), 600_000);
    expect(cards().map(({ text }) => text.split('\n')[0])).toEqual([expect.stringContaining('succeeded')]);
  });

  test('the plan: its buttons are taken away once it is decided', async () => {
    const bench = threadBench(slack);
    await bench.show(recently(run));
    slack.faults.next('chat.postMessage', { kind: 'drop', accepted: true });
    await bench.show(recently(awaiting));
    expect(JSON.stringify(replies().map(({ blocks }) => blocks))).toContain('"approve"');
    await bench.showFor(recently(applying), 600_000);
    expect(JSON.stringify(replies().map(({ blocks }) => blocks))).not.toContain('"approve"');
    expect(replies().filter((message) => message.files.length === 0)).toHaveLength(1);
  });
});

const cancelled: Run = { ...awaiting, state: 'cancelled', endedAt: '2026-11-22T14:10:00.000Z', cancelledBy: { userId: 'U0ALICE', teamId: 'T0' } };

describe('a plan that is replaced', () => {
  const again: Run = { ...awaiting, retries: 1, plan: { ...plan, plannedAt: '2026-11-22T14:20:00.000Z' } };
  const approvable = () => replies().filter(({ blocks }) => JSON.stringify(blocks).includes('"approve"'));

  test('before its buttons could be taken away: they are taken away all the same', async () => {
    const bench = threadBench(slack);
    await bench.show(awaiting);
    const old = bench.stored().replies[`plan-${plan.plannedAt}`];
    slack.faults.always('chat.update', { kind: 'drop', accepted: false });
    await bench.show(cancelled);
    slack.faults.clear();
    await bench.showFor(again, 600_000);
    expect(approvable().map(({ ts }) => ts)).toEqual([bench.stored().replies[`plan-${again.plan!.plannedAt}`]]);
    expect(replies().find(({ ts }) => ts === old)?.text).toContain('can no longer be approved. Run');
  });

  test('before it was known whether it was posted: its buttons are taken away all the same', async () => {
    const bench = threadBench(slack);
    await bench.show(recently(run));
    slack.faults.next('chat.postMessage', { kind: 'drop', accepted: true });
    await bench.show(recently(awaiting));
    bench.restart();
    await bench.showFor(recently(again), 600_000);
    expect(approvable().map(({ ts }) => ts)).toEqual([bench.stored().replies[`plan-${again.plan!.plannedAt}`]]);
  });

  test('after it was blocked: its problems stay readable', async () => {
    const bench = threadBench(slack);
    await bench.show(blocked);
    const before = replies().map(({ text }) => text);
    await bench.showFor({ ...again, id: blocked.id }, 600_000);
    const words = replies().map(({ text }) => text);
    expect(before.filter((text) => !words.some((now) => now.startsWith(text)))).toEqual([]);
    expect(words.join('\n')).toContain('The run went on from here');
    expect(JSON.stringify(replies().map(({ blocks }) => blocks))).not.toContain('plan-again');
    expect(approvable()).toHaveLength(1);
  });
});

test('the buttons of a plan are taken away when the run is cancelled, also where the answer to its post was lost', async () => {
  const bench = threadBench(slack);
  await bench.show(recently(run));
  slack.faults.next('chat.postMessage', { kind: 'drop', accepted: true });
  await bench.show(recently(awaiting));
  await bench.showFor(recently(cancelled), 600_000);
  expect(JSON.stringify(replies().map(({ blocks }) => blocks))).not.toContain('"approve"');
});

describe('somebody deletes', () => {
  test('the card: it is posted once more with the plan that is still to be decided, and not a third time', async () => {
    const bench = threadBench(slack);
    await bench.show(awaiting);
    slack.removeMessage(CHANNEL, bench.stored().ts!);
    bench.clock.set(new Date(Date.parse(awaiting.requestedAt) + 61_000).toISOString());
    await bench.showFor({ ...awaiting, planExpiresAt: '2026-11-22T14:40:00.000Z' }, 60_000);
    const again = bench.stored().ts!;
    expect(slack.thread(CHANNEL, again).some(({ blocks }) => JSON.stringify(blocks).includes('"approve"'))).toBe(true);
    slack.removeMessage(CHANNEL, again);
    bench.clock.set(new Date(bench.clock.now().getTime() + 120_000).toISOString());
    await bench.showFor(applying, 120_000);
    await bench.showFor(succeeded, 90 * 86_400_000);
    expect(cards().filter(({ text }) => !text.includes('deleted'))).toEqual([]);
    expect(replies().filter(({ text }) => text.includes('is running over'))).toHaveLength(1);
  });

  test('a card without replies, so that its thread is gone: one new card with what was to be said', async () => {
    const bench = threadBench(slack);
    await bench.show(run);
    slack.removeMessage(CHANNEL, bench.stored().ts!);
    const shows = await bench.showFor(succeeded, 90 * 86_400_000);
    expect(cards()).toHaveLength(1);
    expect(replies().filter(({ text }) => text.includes('is running over'))).toHaveLength(1);
    expect(shows).toBeLessThan(5);
  });

  test('a reply: it stays deleted', async () => {
    const bench = threadBench(slack);
    await bench.show(awaiting);
    slack.removeMessage(CHANNEL, bench.stored().replies[`plan-${plan.plannedAt}`]!);
    bench.clock.set(new Date(Date.parse(awaiting.requestedAt) + 240_000).toISOString());
    await bench.showFor(applying, 50_000);
    expect(cards()).toHaveLength(1);
    expect(replies().filter(({ text }) => text.includes('Plan for'))).toEqual([]);
  });
});

describe('private answers', () => {
  test.each(['invalid_blocks', 'msg_blocks_too_long', 'invalid_attachments'])(
    'come plainer where the workspace refuses their form: %s',
    async (error) => {
      const bench = threadBench(slack);
      slack.faults.next('chat.postEphemeral', { kind: 'error', error });
      await bench.show({ ...missingStatus, private: true });
      expect(slack.ephemerals('U0ALICE').map(({ blocks }) => blocks.map(({ type }) => type))).toEqual([['section', 'actions']]);
    },
  );
});
