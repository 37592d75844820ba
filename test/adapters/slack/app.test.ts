import { afterEach, describe, expect, test } from 'vitest';
import type { CallFault, Outcome } from '../../../playground/slack/index.ts';
import { createSlackApp } from '../../../src/adapters/slack/app.ts';
import { interactiveClient } from '../../../src/adapters/slack/clients.ts';
import { createPeople } from '../../../src/adapters/slack/people.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { type Bench, startBench, until } from './bench.ts';
import { applying, awaiting, fleet, missingStatus, plan } from './fixtures.ts';
import { CHANNEL, ELSEWHERE } from './workspace.ts';
import { verbatim } from '../../../src/domain/text.ts';

let bench: Bench;
afterEach(() => bench.stop());

/** What the asker reads at once. */
const said = (outcome: Outcome): string =>
  outcome.result === 'acknowledged' ? JSON.stringify((outcome.ack as { text?: string } | undefined)?.text ?? '') : outcome.result;

/** What a person was told in private, once they were. */
const told = async (user: string): Promise<string> => {
  await until(bench.slack, () => bench.slack.ephemerals(user).length > 0, `something told to ${user}`);
  return bench.slack
    .ephemerals(user)
    .map(({ text }) => text)
    .join('\n');
};

describe.each(['socket-mode', 'http'] as const)('over %s', (over) => {
  test('a command is stored and answered with its run to the asker alone', async () => {
    bench = await startBench(over);
    expect(bench.app.faults()).toEqual([]);
    const outcome = await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist deploy postgres');
    expect(said(outcome)).toContain('Planning deploy postgres on fleet demo · run r1 · follow it in this channel');
    expect(bench.runs.asked).toEqual([{ what: 'start deploy postgres', by: { userId: 'U0ALICE', teamId: 'T0HOME' } }]);
    expect(bench.slack.messages(CHANNEL)).toEqual([]);
  });

  test('a command that is delivered twice starts one run', async () => {
    bench = await startBench(over);
    bench.slack.faults.nextDelivery('duplicate');
    await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist deploy postgres');
    expect(bench.runs.asked).toHaveLength(1);
  });

  test('a click decides the run that the message belongs to; a second one is told so in private', async () => {
    bench = await startBench(over);
    const { plan: message } = await bench.showRun();
    expect((await bench.slack.actor('U0BOB').click(CHANNEL, message, 'approve')).result).toBe('acknowledged');
    expect(bench.runs.asked).toEqual([{ what: 'approve', by: { userId: 'U0BOB', teamId: 'T0HOME' }, messageTs: message }]);
    await bench.slack.actor('U0CAROL').click(CHANNEL, message, 'approve');
    expect(await told('U0CAROL')).toContain('Already approved by <@U0BOB>');
    // Nobody shows it in the thread here.
    expect(bench.slack.ephemerals('U0BOB').map(({ text }) => text)).toEqual([expect.stringContaining('Approved: run r7k2 is being applied')]);
  });

  test('Reject asks for the reason and stores it', async () => {
    bench = await startBench(over);
    const { plan: message } = await bench.showRun();
    const bob = bench.slack.actor('U0BOB');
    await bob.click(CHANNEL, message, 'reject');
    expect(bob.view()?.title).toBe('Reject the plan');
    expect((await bob.submitView({ reason: 'not before the release' })).result).toBe('acknowledged');
    expect(bob.view()).toBeUndefined();
    expect(bench.runs.asked).toEqual([
      { what: 'reject', by: { userId: 'U0BOB', teamId: 'T0HOME' }, messageTs: message, reason: 'not before the release' },
    ]);
  });
});

describe('commands', () => {
  test.each([
    ['/pgdist', /pgdist runs one PostgreSQL/],
    ['/pgdist help', /deploy \[database\]/],
    ['/pgdist depoly postgres', /There is no command depoly. Did you mean \/pgdist deploy\?/],
    ['/pgdist plan', /Planning plan postgres/],
    ['/pgdist deploy postgre', /There is no database postgre in this fleet. Did you mean postgres\?/],
    ['/pgdist deploy postgres now', /now is one word too many/],
    ['/pgdist status —private', /the answer comes to you alone/],
    ['/pgdist status --pirvate', /There is no option --pirvate. Did you mean --private\?/],
    ['/pgdist cancel rx', /There is no run rx/],
    ['/pgdist runs', /No run yet on fleet demo/],
  ])('%s is answered', async (line, answer) => {
    bench = await startBench('socket-mode');
    expect(said(await bench.slack.actor('U0ALICE').command(CHANNEL, line))).toMatch(answer);
  });

  test('elsewhere are refused with the channels in which they work', async () => {
    bench = await startBench('socket-mode');
    expect(said(await bench.slack.actor('U0ALICE').command(ELSEWHERE, '/pgdist deploy postgres'))).toContain(`<#${CHANNEL}>`);
    expect(bench.runs.asked).toEqual([]);
  });

  test.each([
    ['U0GUEST', 'guests of this workspace'],
    ['U0STRANGER', 'people of another workspace'],
  ])('of %s are refused', async (user, why) => {
    bench = await startBench('socket-mode');
    expect(said(await bench.slack.actor(user).command(CHANNEL, '/pgdist status'))).toContain(why);
    expect(bench.runs.asked).toEqual([]);
  });

  test('are answered in time while the store hangs, and again when it is known what came of it', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    bench = await startBench('socket-mode', (runs) => ({
      start: async (request) => {
        await held;
        return await runs.start(request);
      },
    }));
    const outcome = await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist deploy postgres');
    expect(said(outcome)).toContain('it is not known yet whether it was accepted');
    const known = bench.slack.ephemerals('U0ALICE').length;
    release();
    await until(bench.slack, () => bench.slack.ephemerals('U0ALICE').length > known, 'the late answer');
    expect(bench.slack.ephemerals('U0ALICE').at(-1)?.text).toContain('Planning deploy postgres');
  });

  test('that meet an outage are told what is not known, those that meet a bug that it is one', async () => {
    const outage = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    bench = await startBench('socket-mode', () => ({
      start: () => Promise.reject(outage),
      list: () => Promise.reject(new TypeError('x is not a function')),
    }));
    expect(said(await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist deploy postgres'))).toContain(
      'it is not known whether deploy postgres was taken',
    );
    const bug = said(await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist runs'));
    expect(bug).toContain('that is a bug of pgdist');
    expect(bug).not.toContain('not a function');
    const reference = /logged as (\w{8})/.exec(bug)?.[1];
    expect(bench.log.lines.find(({ fields }) => fields['reference'] === reference)?.fields['error']).toBeInstanceOf(TypeError);
  });

  test.each([
    [new Error('Command timed out'), "pgdist's store answers too slowly"],
    [Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), "pgdist's store does not answer"],
  ])('that only show something are told why they cannot, and that nothing has changed (%s)', async (outage, why) => {
    bench = await startBench('socket-mode', () => ({ list: () => Promise.reject(outage), audit: () => Promise.reject(outage) }));
    for (const verb of ['runs', 'Audit r7k2'])
      expect(said(await bench.slack.actor('U0ALICE').command(CHANNEL, `/pgdist ${verb}`))).toContain(
        `${why}, so ${verb} cannot be told now. Nothing has changed. Ask again in a moment`,
      );
  });

  test('said to the bot in the thread of a run are about that run, and in another thread it is said that it is no run’s', async () => {
    bench = await startBench('socket-mode');
    const { card } = await bench.showRun();
    const other = await bench.slack.actor('U0ALICE').say(CHANNEL, 'lunch?');
    await bench.slack.actor('U0ALICE').say(CHANNEL, '<@U0PGDIST> cancel', { threadTs: other });
    expect(await told('U0ALICE')).toContain("this thread is no run's");
    await bench.slack.actor('U0ALICE').say(CHANNEL, '<@U0PGDIST> cancel', { threadTs: card });
    await until(bench.slack, () => bench.slack.ephemerals('U0ALICE').length >= 2, 'the second answer');
    expect(await told('U0ALICE')).toContain('Run r7k2 is cancelled');
  });

  test('typed to the bot in a thread do the same, where slash commands cannot be typed', async () => {
    bench = await startBench('socket-mode');
    const { card } = await bench.showRun();
    await bench.slack.actor('U0ALICE').say(CHANNEL, '<@U0PGDIST> cancel r7k2', { threadTs: card });
    expect(await told('U0ALICE')).toContain('is cancelled');
  });
});

describe('who asks', () => {
  const VERBS = ['status', 'status --private', 'verify', 'deploy postgres', 'runs', 'cancel r7k2'] as const;
  /** Ways in which Slack says nothing of a person. */
  const SILENCE: Readonly<Record<string, CallFault>> = {
    'hangs until the time is over': { kind: 'hang' },
    'breaks off': { kind: 'drop' },
    'fails by itself': { kind: 'http', status: 503 },
    'is out of breath': { kind: 'rate-limited', retryAfterSeconds: 30 },
    'fails with an error of its own': { kind: 'error', error: 'internal_error' },
    'fails with an error that nobody knows': { kind: 'error', error: 'brand_new_error' },
  };
  const SILENT = /Slack cannot say right now who you are; nothing was done\. Try again in a moment/;

  test.each(Object.keys(SILENCE))('while Slack %s no command starts, decides or shows anything, and help still helps', async (how) => {
    bench = await startBench('socket-mode');
    bench.runs.keep(awaiting);
    bench.slack.faults.always('users.info', SILENCE[how]!);
    const outcomes = await Promise.all(VERBS.map((verb) => bench.slack.actor('U0ALICE').command(CHANNEL, `/pgdist ${verb}`)));
    for (const outcome of outcomes) expect(said(outcome)).toMatch(SILENT);
    expect(bench.runs.asked).toEqual([]);
    expect(said(await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist help'))).toContain('pgdist runs one PostgreSQL');
    bench.slack.faults.clear();
    expect(said(await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist status'))).toContain('Asking status postgres');
  });

  test('mentions, clicks and forms are refused as well while Slack is silent', async () => {
    bench = await startBench('socket-mode', () => ({ mayReject: async () => undefined }));
    const { card, plan: message } = await bench.showRun();
    bench.slack.faults.always('users.info', { kind: 'drop' });
    const bob = bench.slack.actor('U0BOB');
    await bob.say(CHANNEL, '<@U0PGDIST> cancel r7k2', { threadTs: card });
    await bob.click(CHANNEL, card, 'cancel');
    await bob.click(CHANNEL, message, 'approve');
    await bob.click(CHANNEL, message, 'reject');
    await bob.submitView({ reason: 'no' });
    expect(JSON.stringify(bob.view()?.blocks)).toMatch(SILENT);
    await until(bench.slack, () => bench.slack.ephemerals('U0BOB').length >= 3, 'three refusals');
    for (const { text } of bench.slack.ephemerals('U0BOB')) expect(text).toMatch(SILENT);
    expect(bench.runs.asked).toEqual([]);
    expect(bench.runs.store.entries.map(({ way, deed, outcome }) => `${way} ${deed} ${outcome}`).toSorted()).toEqual([
      'button approve refused',
      'button cancel refused',
      'form reject refused',
      'mention cancel refused',
    ]);
  });

  test('somebody whom Slack does not know is told so, and not that Slack is away', async () => {
    bench = await startBench('socket-mode');
    bench.slack.faults.always('users.info', { kind: 'error', error: 'user_not_found' });
    for (const verb of ['status', 'help']) {
      expect(said(await bench.slack.actor('U0ALICE').command(CHANNEL, `/pgdist ${verb}`))).toContain('Slack does not know you');
    }
    expect(bench.app.faults()).toEqual([]);
  });

  test('without the scope nobody is admitted, each is told who can mend it, and readiness names the scope', async () => {
    bench = await startBench('socket-mode');
    bench.slack.setScopes(['commands', 'chat:write', 'app_mentions:read']);
    await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist status');
    expect(bench.app.faults()).toEqual(['Slack does not let pgdist ask who somebody is, so nobody is admitted: the app lacks users:read']);
    const answer = said(await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist status'));
    expect(answer).toContain('pgdist lacks the right to ask Slack who you are (users:read). <@U0CAROL> can mend it');
    expect(bench.runs.asked).toEqual([]);
  });

  test('nothing of a database is told to a guest, not even that its name is nearly right', async () => {
    bench = await startBench('socket-mode');
    for (const typed of ['deploy postgre', 'deplyo', 'help', '']) {
      expect(said(await bench.slack.actor('U0GUEST').command(CHANNEL, `/pgdist ${typed}`))).toContain('guests of this workspace may look on');
    }
  });
});

describe('clicks', () => {
  test.each(['U0GUEST', 'U0STRANGER'])('of %s decide nothing', async (user) => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    await bench.slack.actor(user).click(CHANNEL, message, 'approve');
    expect(await told(user)).toContain('Nothing was done');
    expect(bench.runs.asked).toEqual([]);
  });

  test('decide nothing while Slack cannot say who clicks', async () => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    bench.slack.faults.always('users.info', { kind: 'http', status: 500 });
    await bench.slack.actor('U0BOB').click(CHANNEL, message, 'approve');
    expect(await told('U0BOB')).toContain('Slack cannot say right now who you are');
    expect(bench.runs.asked).toEqual([]);
  });

  test('with a forged run, or on a button that is no longer known, say so', async () => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    await bench.slack.actor('U0BOB').click(CHANNEL, message, 'approve', { value: 'r-other' });
    expect(await told('U0BOB')).toContain('this run is no longer kept');
    expect(bench.runs.asked).toEqual([]);
  });

  test('on the message of an older plan decide nothing', async () => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    bench.runs.keep({ ...awaiting, plan: { ...plan, digest: 'ffff1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7' } });
    await bench.slack.actor('U0BOB').click(CHANNEL, message, 'approve');
    expect(await told('U0BOB')).toContain('this message does not show the newest plan of run');
    expect(bench.runs.asked).toEqual([]);
  });

  test('on Reject after the decision are told so at once, and not asked for a reason', async () => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    await bench.slack.actor('U0BOB').click(CHANNEL, message, 'approve');
    const carol = bench.slack.actor('U0CAROL');
    await carol.click(CHANNEL, message, 'reject');
    expect(await told('U0CAROL')).toContain('Already approved by <@U0BOB>');
    expect(carol.view()).toBeUndefined();
  });

  test('that are delivered twice are done and answered once', async () => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    bench.slack.faults.nextDelivery('duplicate');
    await bench.slack.actor('U0BOB').click(CHANNEL, message, 'approve');
    await bench.slack.actor('U0CAROL').click(CHANNEL, message, 'approve');
    expect(await told('U0CAROL')).toContain('Already approved');
    expect(bench.runs.asked).toHaveLength(1);
    expect(bench.slack.ephemerals('U0BOB')).toHaveLength(1);
  });

  test('are told as being looked at while the store hangs, and again when it is known what came of them', async () => {
    const held = Promise.withResolvers<void>();
    bench = await startBench('socket-mode', (runs) => ({
      approve: async (decision) => {
        await held.promise;
        return await runs.approve(decision);
      },
    }));
    const { plan: message } = await bench.showRun();
    await bench.slack.actor('U0BOB').click(CHANNEL, message, 'approve');
    expect(await told('U0BOB')).toContain('approve of run r7k2 has arrived');
    held.resolve();
    await until(bench.slack, () => bench.slack.ephemerals('U0BOB').length >= 2, 'what came of it');
    expect(bench.slack.ephemerals('U0BOB').at(-1)?.text).toContain('Approved: run r7k2');
  });

  test('on what a refusal offers do it, and the answer takes the place of the refusal', async () => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    bench.runs.keep({ ...awaiting, state: 'expired', endedAt: '2026-11-22T14:05:00.000Z' });
    const bob = bench.slack.actor('U0BOB');
    await bob.click(CHANNEL, message, 'approve');
    expect(await told('U0BOB')).toContain('This plan expired at');
    const [refusal] = bench.slack.ephemerals('U0BOB');
    await bob.click(CHANNEL, refusal?.ts ?? '', 'plan-again');
    await until(bench.slack, () => bench.slack.ephemerals('U0BOB')[0]?.text.includes('begins again') === true, 'the answer');
    expect(bench.slack.ephemerals('U0BOB')).toHaveLength(1);
    expect(JSON.stringify(bench.slack.ephemerals('U0BOB')[0]?.blocks)).not.toContain('actions');
    expect(bench.runs.asked.map(({ what }) => what)).toEqual(['plan-again']);
  });

  test('on Reject after the form was opened and another decided are told in the form itself', async () => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    const carol = bench.slack.actor('U0CAROL');
    await carol.click(CHANNEL, message, 'reject');
    await bench.slack.actor('U0BOB').click(CHANNEL, message, 'approve');
    await carol.submitView({ reason: '' });
    expect(carol.view()?.title).toBe('Not rejected');
    expect(JSON.stringify(carol.view()?.blocks)).toContain('Already approved by');
  });

  test('on Cancel of a run that a worker has yet to stop are answered at once: what its thread shows is how it was before', async () => {
    bench = await startBench('socket-mode', () => ({ isShown: async () => true }));
    const { card } = await bench.showRun(applying);
    bench.runs.store.leaseLeftMs = async () => 1_000;
    await bench.slack.actor('U0ALICE').click(CHANNEL, card, 'cancel');
    await until(bench.slack, () => bench.slack.ephemerals('U0ALICE').length > 0, 'the answer');
    expect(await told('U0ALICE')).toContain('Run r7k2 is stopping: a step that is under way gets 30 s to finish');
  });

  test('on Cancel, Retry and Ask again do what they say', async () => {
    bench = await startBench('socket-mode');
    const { card } = await bench.showRun(applying);
    bench.runs.keep({ ...applying, state: 'planning' });
    await bench.slack.actor('U0ALICE').click(CHANNEL, card, 'cancel');
    const again = await bench.showRun({ ...applying, id: 'rfail', state: 'failed' });
    await bench.slack.actor('U0ALICE').click(CHANNEL, again.card, 'retry');
    const status = await bench.showRun({ ...missingStatus, requestedBy: { userId: 'U0BOB', teamId: 'T0HOME' } });
    await bench.slack.actor('U0ALICE').click(CHANNEL, status.card, 'ask-again');
    expect(bench.runs.asked.map(({ what }) => what)).toEqual(['cancel', 'retry', 'ask-again']);
    await until(bench.slack, () => bench.slack.ephemerals('U0ALICE').length >= 3, 'three answers');
    expect(await told('U0ALICE')).toMatch(/Run r7k2 is cancelled[^]*Run rfail begins again[^]*Asking status postgres/);
  });
});

describe('requests that are not from Slack, or not of now', () => {
  test.each(['wrong-secret', 'stale-timestamp', 'future-timestamp', 'unsigned'] as const)('%s is refused and does nothing', async (fault) => {
    bench = await startBench('http');
    bench.slack.faults.nextDelivery(fault);
    expect((await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist deploy postgres')).result).toBe('dispatch_failed');
    expect(bench.runs.asked).toEqual([]);
    expect((await bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist deploy postgres')).result).toBe('acknowledged');
  });
});

describe('connection', () => {
  test('two connections are open, so that one serves while the other is refreshed', async () => {
    bench = await startBench('socket-mode');
    expect(bench.slack.connections()).toBe(2);
  });

  test('stopping waits for what is under way and lets go of Slack', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let started = (): void => undefined;
    const underWay = new Promise<void>((resolve) => (started = resolve));
    bench = await startBench('socket-mode', (runs) => ({
      start: async (request) => {
        started();
        await held;
        return await runs.start(request);
      },
    }));
    const asked = bench.slack.actor('U0ALICE').command(CHANNEL, '/pgdist deploy postgres');
    await underWay;
    const stopped = bench.app.stop();
    release();
    expect(said(await asked)).toContain('run r1');
    await stopped;
    await until(bench.slack, () => bench.slack.connections() === 0, 'closed connections');
    expect(bench.app.faults()).toEqual(['Slack is not connected']);
  });

  test('a token that Slack refuses fails the start and nothing else', async () => {
    bench = await startBench('socket-mode');
    bench.slack.faults.next('auth.test', { kind: 'error', error: 'invalid_auth' });
    const other = createSlackApp({
      config: {
        fleets: [{ fleet }],
        slackApiUrl: bench.slack.apiUrl,
        slackBotToken: 'xoxb-wrong',
        slack: { admins: [] },
        delivery: { kind: 'socket-mode', appToken: bench.slack.appToken },
      },
      runs: bench.runs.useCases,
      answer: async () => ({ text: verbatim('') }),
      people: createPeople({
        client: interactiveClient({ token: 'xoxb-wrong', slackApiUrl: bench.slack.apiUrl, log: bench.log }),
        clock: systemClock,
        log: bench.log,
      }),
      clock: systemClock,
      log: bench.log,
    });
    await expect(other.start()).rejects.toThrow('invalid_auth');
  });
});

describe('what Slack sends twice, or leaves out', () => {
  test('a form that is delivered twice is one answer', async () => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    const bob = bench.slack.actor('U0BOB');
    await bob.click(CHANNEL, message, 'reject');
    bench.slack.faults.nextDelivery('duplicate');
    expect((await bob.submitView({ reason: 'no' })).result).toBe('acknowledged');
    await until(bench.slack, () => bench.slack.deliveries.at(-1)?.extraAcks === 1 || bob.view() === undefined, 'both answers');
    expect(bob.view()).toBeUndefined();
    expect(bench.runs.asked.map(({ what }) => what)).toEqual(['reject']);
    expect(bench.slack.ephemerals('U0BOB')).toEqual([]);
  });

  test('a form that another process has taken already is told as taken; another form is told that it is too late', async () => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    const decision = { way: 'form', runId: awaiting.id, by: { userId: 'U0BOB', teamId: 'T0HOME' }, channel: CHANNEL, messageTs: message } as const;
    const { card: threadTs } = { card: (await bench.runs.store.shown(awaiting.id))?.ts ?? '' };
    const reject = (form: string) => bench.runs.useCases.reject({ ...decision, threadTs, seenDigest: plan.digest, form, reason: 'no' });
    const first = await reject('V0ONE');
    expect((await reject('V0ONE')).revision).toBe(first.revision);
    await expect(reject('V0OTHER')).rejects.toThrow('Already rejected by');
  });

  test('a click whose container names no thread is of the thread that its message names', async () => {
    bench = await startBench('socket-mode', undefined, undefined, { undocumented: 'left-out' });
    const { plan: message } = await bench.showRun();
    await bench.slack.actor('U0BOB').click(CHANNEL, message, 'approve');
    expect(bench.runs.asked.map(({ what }) => what)).toEqual(['approve']);
  });

  test('people are admitted once Slack takes questions again, where it asked to wait for a second', async () => {
    bench = await startBench('socket-mode');
    bench.slack.faults.next('users.info', { kind: 'rate-limited', retryAfterSeconds: 1 }, 1);
    expect(said(await bench.slack.actor('U0BOB').command(CHANNEL, '/pgdist deploy postgres'))).toContain('Planning deploy postgres');
  });

  test.each(['invalid_blocks', 'msg_blocks_too_long'])(
    'a private answer comes plainer where its form is refused by its address: %s',
    async (error) => {
      bench = await startBench('socket-mode');
      const { plan: message } = await bench.showRun();
      bench.slack.faults.next('response_url', { kind: 'error', error });
      await bench.slack.actor('U0ALICE').click(CHANNEL, message, 'approve');
      expect(await told('U0ALICE')).toContain('may approve this plan');
      expect(bench.slack.ephemerals('U0ALICE').map(({ blocks }) => blocks.map(({ type }) => type))).toEqual([['section']]);
    },
  );

  test('a private answer waits as long as its address asks for', async () => {
    bench = await startBench('socket-mode');
    const { plan: message } = await bench.showRun();
    bench.slack.faults.next('response_url', { kind: 'rate-limited', retryAfterSeconds: 1 });
    await bench.slack.actor('U0ALICE').click(CHANNEL, message, 'approve');
    expect(await told('U0ALICE')).toContain('may approve this plan');
    expect(bench.slack.calls.filter(({ method }) => method === 'response_url')).toHaveLength(2);
  });
});
