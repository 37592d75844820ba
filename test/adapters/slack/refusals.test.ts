import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Run } from '../../../src/domain/run.ts';
import { REFUSALS, refusalSentence } from '../../../src/domain/thread-refusal.ts';
import { plainText } from '../../../src/domain/text.ts';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import { applying, awaiting, failed, missingStatus, plan, run, succeeded } from './fixtures.ts';
import { callsOf, recently, threadBench } from './thread-bench.ts';
import { CHANNEL, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

const ERRORS = Object.keys(REFUSALS).filter((error) => error !== 'no_answer');
/** Names that nobody knows yet are refused all the same. */
const ALL = [...ERRORS, 'brand_new_error'];
const DAY_MS = 86_400_000;
/** The first name of each kind, and the unknown one. */
const OF_A_KIND = new Set(ALL.filter((error) => ALL.find((other) => REFUSALS[other]?.about === REFUSALS[error]?.about) === error));
const long: Run = { ...awaiting, plan: { ...plan, steps: Array.from({ length: 120 }, (_, index) => ({ ...plan.steps[7]!, id: `step-${index}` })) } };
const toldTo = (user: string): string[] => slack.ephemerals(user).map(({ text }) => text);
const reply = () => slack.messages(CHANNEL).flatMap(({ ts }) => slack.thread(CHANNEL, ts));

describe.each(ALL)('%s', (error) => {
  // The whole time for which runs are kept, for one name of each kind.
  const howLongMs = OF_A_KIND.has(error) ? 90 * DAY_MS : 60_000;

  test('as the answer to the first post: who asked is told once, with what to do', async () => {
    const bench = threadBench(slack);
    slack.faults.always('chat.postMessage', { kind: 'error', error });
    await bench.showFor(awaiting, 60_000);
    const told = toldTo('U0ALICE');
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(error);
    expect(told[0]).toContain('nobody can approve it there');
    expect(told[0]).toContain('/pgdist runs');
    expect(bench.stored().refusal?.error).toBe(error);
    expect(plainText(refusalSentence({ error }, CHANNEL))).toMatch(/\. [A-ZO`#].{20,}\.$/);
    // A quarter of a minute apart at first; each try may come in three forms.
    expect(callsOf(slack, 'chat.postMessage')).toBeLessThanOrEqual(3 * 5);
    slack.faults.clear();
    bench.clock.set(new Date(bench.clock.now().getTime() + 60_000).toISOString());
    await bench.show(awaiting);
    expect(slack.messages(CHANNEL)).toHaveLength(1);
    expect(bench.stored().refusal).toBeUndefined();
  });

  test('as the answer to every edit of the card: the thread still tells the end, and Slack is not asked for ever', async () => {
    const bench = threadBench(slack);
    await bench.show(awaiting);
    slack.faults.always('chat.update', { kind: 'error', error });
    bench.clock.set(new Date(Date.parse(awaiting.requestedAt) + 240_000).toISOString());
    await bench.show(applying);
    bench.clock.set(new Date(Date.parse(awaiting.requestedAt) + 600_000).toISOString());
    const shows = await bench.showFor(succeeded, howLongMs);
    expect(shows).toBeLessThan(60);
    const told = [...reply().map(({ text }) => text), ...toldTo('U0ALICE')].filter((text) => text.includes('is running over 2 clusters'));
    expect(told).toHaveLength(1);
    expect(slack.messages(CHANNEL).length).toBeLessThanOrEqual(2);
  });

  test('as the answer to a reply: what it was to say reaches who asked, once', async () => {
    const bench = threadBench(slack);
    await bench.show(run);
    slack.faults.always('chat.postMessage', { kind: 'error', error });
    const shows = await bench.showFor(failed, howLongMs);
    expect(shows).toBeLessThan(60);
    const told = toldTo('U0ALICE');
    // A thread that is gone is given up in favour of a new card, which is refused in turn.
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(error);
    expect(told[0]).toContain('PGD-');
  });

  test.each(['files.getUploadURLExternal', 'files.completeUploadExternal'])('as the answer to %s: said in the thread, once', async (method) => {
    const bench = threadBench(slack);
    slack.faults.always(method, { kind: 'error', error });
    await bench.showFor(long, 60_000);
    const said = reply().filter(({ text }) => text.includes('could not be attached'));
    // A thread that is gone is replaced by a new one, with its card.
    expect(said.length + slack.messages(CHANNEL).length).toBe(2);
    expect(said.every(({ text }) => text.includes(error))).toBe(true);
    expect(callsOf(slack, method)).toBeLessThanOrEqual(3);
  });

  test('as the answer to the private message: told in another way or given up, and never in a circle', async () => {
    const bench = threadBench(slack);
    slack.faults.always('chat.postEphemeral', { kind: 'error', error });
    await bench.showFor({ ...missingStatus, private: true }, 90 * DAY_MS);
    expect(callsOf(slack, 'chat.postEphemeral')).toBeLessThanOrEqual(3);
    expect(bench.stored().replies['answer']).toMatch(/^(whispered|refused)$/);
    expect(slack.messages(CHANNEL)).toEqual([]);
  });
});

describe('where the run belongs', () => {
  test.each([
    ['the bot was never invited', () => slack.setMembers(CHANNEL, ['U0ALICE']), 'not_in_channel', 'Type /invite @pgdist in'],
    ['the channel is archived', () => slack.setArchived(CHANNEL, true), 'is_archived', 'unarchive it'],
    ['nobody may post', () => slack.setPosting(CHANNEL, 'restricted'), 'restricted_action', 'Posting permissions'],
    ['only some may post', () => slack.setPosting(CHANNEL, 'read-only'), 'restricted_action_read_only_channel', 'Posting permissions'],
    ['there are only threads', () => slack.setPosting(CHANNEL, 'threads-only'), 'restricted_action_thread_only_channel', 'Only replies'],
    [
      'the scope was taken away',
      () => slack.setScopes(['commands', 'users:read']),
      'missing_scope',
      'lacks the scope chat:write (it has commands,users:read)',
    ],
    ['the token was revoked', () => slack.setTokenError('bot', 'token_revoked'), 'token_revoked', 'SLACK_BOT_TOKEN'],
    ['the app was removed', () => slack.setTokenError('bot', 'account_inactive'), 'account_inactive', 'SLACK_BOT_TOKEN'],
  ])('%s: who asked is told by the address of the command', async (_, breakIt, error, remedy) => {
    const address = Promise.withResolvers<string>();
    const { SocketModeReceiver, App } = await import('@slack/bolt');
    const receiver = new SocketModeReceiver({ appToken: slack.appToken, installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } } });
    const app = new App({ token: slack.botToken, receiver, deferInitialization: true, clientOptions: { slackApiUrl: slack.apiUrl } });
    app.command('/pgdist', async ({ body, ack }) => {
      await ack();
      address.resolve(body.response_url);
    });
    await app.init();
    await app.start();
    await slack.actor('U0ALICE').command(CHANNEL, '/pgdist deploy postgres');
    const responseUrl = await address.promise;
    breakIt();
    const bench = threadBench(slack);
    await bench.showFor({ ...awaiting, responseUrl }, 300_000);
    expect(toldTo('U0ALICE')).toHaveLength(1);
    expect(toldTo('U0ALICE')[0]).toContain(error);
    expect(toldTo('U0ALICE')[0]).toContain(remedy);
    await receiver.client.disconnect();
  });

  test('the bot is thrown out in mid-run: the end is told to who asked as a direct message, and nothing is tried for ever', async () => {
    const bench = threadBench(slack);
    await bench.show(recently(run));
    slack.setMembers(CHANNEL, ['U0ALICE', 'U0BOB']);
    await bench.showFor(applying, 60_000);
    const shows = await bench.showFor(succeeded, 90 * DAY_MS);
    expect(shows).toBeLessThan(60);
    const direct = slack.transcript(CHANNEL, { viewer: 'U0ALICE' });
    expect(direct).not.toContain('is running over 2 clusters');
    expect(bench.stored().replies).toMatchObject({ 'unseen-not_in_channel': 'whispered' });
    expect(slack.calls.filter(({ method, channel, ok }) => method === 'chat.postMessage' && channel === 'U0ALICE' && ok)).toHaveLength(2);
  });

  test('an archived channel in mid-run ends in the same, and goes on when it is opened again', async () => {
    const bench = threadBench(slack);
    await bench.show(awaiting);
    slack.setArchived(CHANNEL, true);
    bench.clock.set(new Date(Date.parse(awaiting.requestedAt) + 240_000).toISOString());
    await bench.showFor(applying, 60_000);
    expect(bench.stored().refusal?.error).toBe('is_inactive');
    slack.setArchived(CHANNEL, false);
    bench.clock.set(new Date(bench.clock.now().getTime() + 60_000).toISOString());
    await bench.show(succeeded);
    expect(reply().filter(({ text }) => text.includes('is running over 2 clusters'))).toHaveLength(1);
    expect(slack.messages(CHANNEL)).toHaveLength(1);
  });

  test('a public answer to status goes to who asked, with the reason', async () => {
    slack.setMembers(CHANNEL, ['U0ALICE']);
    const bench = threadBench(slack);
    await bench.showFor(missingStatus, DAY_MS);
    expect(callsOf(slack, 'chat.postMessage')).toBe(2);
    expect(bench.stored().replies).toMatchObject({ answer: 'whispered', 'answer-alone': 'whispered' });
  });
});
