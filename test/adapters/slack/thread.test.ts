import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Run } from '../../../src/domain/run.ts';
import type { Shown } from '../../../src/ports/run-store.ts';
import type { Thread } from '../../../src/ports/thread.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { createThread } from '../../../src/adapters/slack/thread.ts';
import { applying, approval, at, awaiting, blocked, failed, fleet, missingStatus, plan, run, succeeded, waiting } from './fixtures.ts';
import { CHANNEL, keptLog, settableClock, startWorkspace } from './workspace.ts';
import { patienceMs } from '../../support/eventually.ts';

let slack: FakeSlack;
let clock: ReturnType<typeof settableClock>;
let log: ReturnType<typeof keptLog>;
let thread: Thread;
/** As the store has it: what was remembered, also by a process that died. */
let stored: Shown;

beforeEach(async () => {
  slack = await startWorkspace();
  // Slack's own timestamps are of the real day: the run is asked for just before.
  clock = settableClock(at('14:02'));
  log = keptLog();
  thread = newThread();
  stored = { channel: CHANNEL, replies: {} };
});
afterEach(() => slack.close());

const newThread = (): Thread =>
  createThread({
    token: slack.botToken,
    slackApiUrl: slack.apiUrl,
    config: { fleet, slack: { approvers: ['U0BOB'], requesterMayApprove: false } },
    clock,
    log,
  });

const show = async (shown: Run, waits: Record<string, string> = {}): Promise<number | undefined> => {
  const remember = async (next: Shown): Promise<void> => {
    stored = next;
  };
  const { againMs, shown: returned } = await thread.show(shown, waits, stored, remember, AbortSignal.timeout(patienceMs()));
  expect(returned).toEqual(stored);
  return againMs;
};

/** What the thread says, oldest first; the card is its first message, files are apart. */
const said = () => slack.thread(CHANNEL, stored.ts ?? '').filter(({ files }) => files.length === 0);
const filesInThread = () => slack.thread(CHANNEL, stored.ts ?? '').flatMap(({ files }) => files.map(({ name }) => name));
const calls = (method: string): number => slack.calls.filter((call) => call.method === method).length;
const cardText = (): string => slack.transcript(CHANNEL);

test('posts the card once, keeps its address, and sends nothing when nothing changed', async () => {
  await show(run);
  expect(stored.ts).toBe(slack.messages(CHANNEL)[0]?.ts);
  expect(stored.permalink).toContain('archives');
  expect(slack.messages(CHANNEL)[0]?.metadata).toMatchObject({ event_type: 'pgdist_run', event_payload: { run: 'r7k2', key: 'card' } });
  const before = slack.calls.length;
  clock.set(at('14:30'));
  expect(await show(run)).toBeUndefined();
  expect(slack.calls.length).toBe(before);
});

test('a deploy reads as one card and a thread from request to success', async () => {
  await show(run);
  await show(awaiting);
  await show(applying, waiting);
  await show(succeeded);
  expect(slack.messages(CHANNEL)).toHaveLength(1);
  await expect(cardText()).toMatchFileSnapshot('golden/thread-of-a-deploy.txt');
});

test('the plan stays readable after the decision, without its buttons, and nobody is called by the edit', async () => {
  await show(awaiting);
  const [, reply] = said();
  expect(JSON.stringify(reply?.blocks)).toContain('"approve"');
  await show({ ...applying, approval });
  const after = said();
  expect(after).toHaveLength(2);
  expect(filesInThread()).toHaveLength(1);
  expect(JSON.stringify(after[1]?.blocks)).not.toContain('"actions"');
  expect(after[1]?.text).toContain('Approved');
});

test('holds progress back for 3 s and more, tells a new state and a failed step at once', async () => {
  clock.set(at('14:06:01'));
  await show(applying);
  const edits = calls('chat.update');
  clock.set(at('14:06:02'));
  expect(await show(applying, waiting)).toBe(2_000);
  expect(calls('chat.update')).toBe(edits);
  clock.set(at('14:06:05'));
  expect(await show(applying, waiting)).toBe(60_000);
  expect(calls('chat.update')).toBe(edits + 1);
  const broken: Run = { ...applying, outcomes: { ...applying.outcomes, 'kubeslice/worker-healthy@demo-worker': { state: 'failed' } } };
  expect(await show(broken, waiting)).toBe(60_000);
  expect(await show(failed)).toBeUndefined();
  expect(calls('chat.update')).toBe(edits + 3);
});

test('a card that says how long something is waited for is made new every minute, though nothing happens', async () => {
  clock.set(at('14:06:01'));
  await show(applying, waiting);
  const edits = calls('chat.update');
  clock.set(at('14:07:00'));
  expect(await show(applying, waiting)).toBe(1_000);
  expect(calls('chat.update')).toBe(edits);
  clock.set(at('14:07:01'));
  expect(await show(applying, waiting)).toBe(60_000);
  expect(calls('chat.update')).toBe(edits + 1);
  expect(cardText()).toContain('as of 14:07:01');
});

test('a deploy of six minutes with news every second takes at most 40 calls, and two for its picture', async () => {
  await show(run);
  await show(awaiting);
  const start = Date.parse(approval.at);
  for (let second = 0; second < 360; second += 1) {
    clock.set(new Date(start + second * 1000).toISOString());
    await show(applying, { 'kubeslice/worker-healthy@demo-worker': `attempt ${second}` });
  }
  await show(succeeded);
  expect(slack.calls.length).toBeLessThanOrEqual(40 + 2);
});

test('a deploy ends with a picture of the fleet, whose words are those of a reader who does not see it', async () => {
  await show(succeeded);
  await show(succeeded);
  expect(filesInThread().filter((name) => name.endsWith('.png'))).toEqual([`fleet-demo-postgres-${succeeded.id}.png`]);
});

test('a picture that Slack refuses is left out, and nobody is told', async () => {
  slack.setScopes(['commands', 'chat:write', 'users:read', 'channels:history', 'channels:read']);
  await show(succeeded);
  expect(await show(succeeded)).toBeUndefined();
  expect(filesInThread()).toEqual([]);
  expect(slack.transcript(CHANNEL)).not.toMatch(/picture|\.png/);
  expect(JSON.stringify(log)).toContain('a thread goes without its picture');
});

test('status has a picture where it was wanted, after its answer', async () => {
  await show({ ...missingStatus, picture: true });
  expect(said()).toHaveLength(1);
  expect(filesInThread().filter((name) => name.endsWith('.png'))).toHaveLength(1);
});

test('after a post whose answer got lost it finds its own message instead of posting a second one', async () => {
  slack.faults.next('chat.postMessage', { kind: 'drop', accepted: true });
  const recent: Run = { ...run, requestedAt: new Date().toISOString() };
  expect(await show(recent)).toBeGreaterThan(0);
  expect(stored.ts).toBeUndefined();
  await show(recent);
  expect(slack.messages(CHANNEL)).toHaveLength(1);
  expect(stored.ts).toBe(slack.messages(CHANNEL)[0]?.ts);

  slack.faults.next('chat.postMessage', { kind: 'drop', accepted: true });
  await show({ ...awaiting, requestedAt: recent.requestedAt });
  thread = newThread();
  await show({ ...awaiting, requestedAt: recent.requestedAt });
  expect(said()).toHaveLength(2);
  expect(filesInThread()).toHaveLength(1);
});

test('a process that died between posting and remembering posts nothing twice', async () => {
  const recent: Run = { ...run, requestedAt: new Date().toISOString() };
  const died = new Error('process gone');
  let remembered = 0;
  const dying = async (next: Shown): Promise<void> => {
    remembered += 1;
    if (remembered === 2) throw died;
    stored = next;
  };
  await expect(thread.show(recent, {}, stored, dying, AbortSignal.timeout(patienceMs()))).rejects.toBe(died);
  thread = newThread();
  await show(recent);
  expect(slack.messages(CHANNEL)).toHaveLength(1);
});

test('waits as long as Slack asks for and then goes on', async () => {
  slack.faults.next('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 7 });
  expect(await show(run)).toBe(7_000);
  expect(await show(run)).toBeUndefined();
  expect(slack.messages(CHANNEL)).toHaveLength(1);
});

test('a workspace that refuses a block gets the same in plain sections, and a line in the log', async () => {
  slack.faults.next('chat.postMessage', { kind: 'error', error: 'invalid_blocks' });
  await show(awaiting);
  expect(slack.messages(CHANNEL)[0]?.text).toContain('waiting for approval');
  expect(slack.messages(CHANNEL)[0]?.blocks.map(({ type }) => type)).toEqual(['section', 'actions']);
  expect(log.lines.some(({ message }) => message.includes('plainer'))).toBe(true);
});

test('a Slack that is away is logged and tried again, and fails nothing', async () => {
  slack.faults.always('chat.postMessage', { kind: 'http', status: 503 });
  expect(await show(run)).toBe(5_000);
  slack.faults.clear();
  slack.setMembers(CHANNEL, ['U0ALICE']);
  expect(await show(run)).toBe(15_000);
  slack.setMembers(CHANNEL, ['U0ALICE', 'U0PGDIST']);
  clock.set(at('14:03'));
  expect(await show(run)).toBeUndefined();
  expect(log.lines.filter(({ level }) => level === 'warn').length).toBeGreaterThanOrEqual(2);
});

test('a plan that does not fit comes as a file in the thread', async () => {
  const long = { ...plan, steps: Array.from({ length: 120 }, (_, index) => ({ ...plan.steps[7]!, id: `step-${index}` })) };
  await show({ ...awaiting, plan: long });
  expect(filesInThread()).toEqual(['plan-r7k2-4f9c1a2b.txt']);
  const before = slack.calls.length;
  await show({ ...awaiting, plan: long });
  expect(slack.calls.length).toBe(before);
});

test('a second plan of the same run is told anew, a blocked one without buttons to approve', async () => {
  await show(blocked);
  const again = { ...awaiting, plan: { ...plan, plannedAt: at('14:20') }, retries: 1 };
  await show(again);
  const replies = said();
  expect(replies).toHaveLength(3);
  expect(JSON.stringify(replies[1]?.blocks)).not.toContain('"approve"');
  expect(JSON.stringify(replies[2]?.blocks)).toContain('"approve"');
});

test('status is answered once, in the channel, without a thread', async () => {
  await show({ ...missingStatus, state: 'verifying', answer: undefined! });
  expect(slack.messages(CHANNEL)).toHaveLength(0);
  await show(missingStatus);
  await show(missingStatus);
  expect(slack.messages(CHANNEL)).toHaveLength(1);
  expect(cardText()).toContain('postgres needs a look');
});

test('a private status reaches the asker alone, by an ephemeral message when the response_url is used up', async () => {
  await show({ ...missingStatus, private: true, responseUrl: `${slack.pageUrl}no-such-response-url` });
  expect(slack.messages(CHANNEL)).toHaveLength(0);
  expect(slack.ephemerals('U0ALICE')).toHaveLength(1);
  expect(slack.ephemerals('U0BOB')).toHaveLength(0);
});
