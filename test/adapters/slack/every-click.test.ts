import { describe, expect, test } from 'vitest';
import { answerClick, type RunClick } from '../../../src/adapters/slack/answer-click.ts';
import { createDesk, type Desk } from '../../../src/adapters/slack/desk.ts';
import type { SafeClient } from '../../../src/adapters/slack/clients.ts';
import { ACTION_DEEDS, ACTIONS } from '../../../src/adapters/slack/render/buttons.ts';
import { createRedactor } from '../../../src/redaction/redactor.ts';
import { MOVES, type Run, type RunState } from '../../../src/domain/run.ts';
import { DEEDS, type Deed } from '../../../src/domain/deeds.ts';
import type { Standing } from '../../../src/ports/people.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { alice, awaiting, bob, CARD, CHANNEL, NOW, openBench, person, plan, standingOf } from '../../runs/bench.ts';

/** Every button in every state of a run, pressed by everybody, on a message of every age: each press is answered, and says of the right run how it stands. */
const STATES = Object.keys(MOVES) as RunState[];
const PEOPLE = { requester: alice, approver: bob, colleague: person('carl'), guest: person('gus') } as const;
type Who = keyof typeof PEOPLE;
const AGES = ['now', 'an earlier end', 'an earlier plan', 'another pgdist', 'a run that is gone', 'offered'] as const;
type Age = (typeof AGES)[number];

const member: Standing = { kind: 'member' };
const ENDED_AT = '2026-11-22T14:04:00.000Z';
const PERMALINK = 'https://home.example.org/archives/C0DB/p1001';

const runIn = (state: RunState): Run => ({
  ...awaiting,
  state,
  retries: 2,
  retriedBy: person('dora'),
  thread: { channel: CHANNEL, ts: CARD, permalink: PERMALINK },
  ...(DEEDS.cancel.states.includes(state) ? {} : { endedAt: ENDED_AT }),
  ...(state === 'rejected' ? { rejection: { by: person('erin'), at: ENDED_AT, reason: 'not today' } } : {}),
  ...(state === 'cancelled' ? { cancelledBy: person('fred') } : {}),
  ...(['applying', 'succeeded', 'failed', 'superseded', 'cancelling'].includes(state)
    ? { approval: { by: person('erin'), at: NOW, digest: plan.digest } }
    : {}),
});

const clickBy = (who: Who, age: Age): RunClick => ({
  way: 'button',
  runId: age === 'a run that is gone' ? 'rgone' : awaiting.id,
  by: PEOPLE[who],
  channel: CHANNEL,
  messageTs: age === 'offered' ? '999.9' : CARD,
  ...(age === 'offered' ? { offered: true } : {}),
  seenDigest: age === 'another pgdist' ? undefined : age === 'an earlier plan' ? plan.digest.replace('4f9c', '0000') : plan.digest,
  seenRetries: age === 'another pgdist' ? undefined : age === 'an earlier end' ? 1 : 2,
});

interface Seen {
  readonly text: string;
  readonly form: boolean;
  readonly offers: readonly string[];
  readonly tookMs: number;
  readonly run: Run | undefined;
}

const press = async (who: Who, state: RunState, action: (typeof ACTIONS)[number], age: Age): Promise<Seen> => {
  const bench = openBench([runIn(state)], { people: standingOf(who === 'guest' ? { kind: 'refused', who: 'guest' } : member) });
  await bench.store.setShown('r1', { channel: CHANNEL, ts: CARD, permalink: PERMALINK, replies: {} });
  let [form, nowMs] = [false, 0];
  const desk: Desk = createDesk({
    client: { redactor: createRedactor(), views: { open: async () => void (form = true) } } as unknown as SafeClient,
    whispers: { whisper: async () => undefined },
    runs: bench.runs,
    fleets: [],
    answer: () => Promise.reject(new Error('nothing is typed')),
    clock: {
      now: () => new Date(NOW),
      monotonicMs: () => nowMs,
      sleep: (ms, signal) => (signal === undefined ? Promise.resolve(void (nowMs += ms)) : new Promise(() => undefined)),
    },
    log: quietLog,
    admins: [],
  });
  const click = clickBy(who, age);
  const answer = await desk.handle({ what: action, runId: click.runId, requestId: 't1' }, () =>
    answerClick(desk, ACTION_DEEDS[action], click, { triggerId: 't1', responseUrl: undefined }),
  );
  const blocks = JSON.stringify(answer?.blocks ?? []);
  const offers = [...blocks.matchAll(/"action_id":"([a-z-]+)"/g)].map(([, id = '']) => id);
  return { text: answer?.text ?? '', form, offers, tookMs: nowMs, run: await bench.store.get('r1') };
};

/** Who brought the end about, and when, of each state in which somebody did. */
const HOW: Readonly<Partial<Record<RunState, RegExp>>> = {
  rejected: /rejected by <@U0ERIN>.*“not today”|rejected by <@U0ERIN>/,
  cancelled: /cancelled by <@U0FRED>/,
  failed: /failed|approved by <@U0ERIN>/i,
  succeeded: /succeeded|approved by <@U0ERIN>/i,
  superseded: /no longer fit/,
  expired: /expired/,
  blocked: /blocked/,
};

describe.each(ACTIONS)('%s', (action) => {
  const deed: Deed = DEEDS[ACTION_DEEDS[action]];
  test.each(STATES)('pressed by anybody on a message of any age is answered while the run is %s', async (state) => {
    const faults: string[] = [];
    for (const who of Object.keys(PEOPLE) as Who[])
      for (const age of AGES) {
        const seen = await press(who, state, action, age);
        const cell = `${who}, ${age}: ${seen.text}`;
        if (seen.text === '' && !seen.form) faults.push(`no answer: ${cell}`);
        if (seen.tookMs > 700) faults.push(`after ${seen.tookMs} ms: ${cell}`);
        if (/bug of pgdist|undefined|\[object/.test(seen.text)) faults.push(`no sentence: ${cell}`);
        const may = who !== 'guest' && (deed.who === 'anybody' || who === 'approver' || (who === 'requester' && deed.who.includes('requester')));
        const fits = deed.states?.includes(state) !== false && age !== 'a run that is gone';
        // Whoever may, and comes too late, is told how it came to that.
        if (who !== 'guest' && !fits && age === 'now' && HOW[state]?.test(seen.text) === false) faults.push(`says not how it stands: ${cell}`);
        if (!may && seen.run?.state !== state) faults.push(`done: ${cell}`);
        if (seen.form && (!may || !fits || age === 'another pgdist' || age === 'an earlier plan')) faults.push(`a form for nothing: ${cell}`);
        if (seen.offers.length > 0 && (who === 'guest' || who === 'colleague')) faults.push(`offered to who may not: ${cell}`);
      }
    expect(faults).toEqual([]);
  });
});

test.each<[RunState, string]>([
  ['expired', 'plan-again'],
  ['superseded', 'plan-again'],
  ['blocked', 'plan-again'],
  ['failed', 'retry'],
  ['cancelled', 'retry'],
])('Approve on a run that is %s offers %s', async (state, offer) => {
  const { offers } = await press('approver', state, 'approve', 'now');
  expect(offers).toEqual([offer]);
});

test('a late click names the newer run of the same database, with its thread, and offers nothing of the old one', async () => {
  const bench = openBench([runIn('expired'), { ...awaiting, id: 'r2', requestedAt: NOW }]);
  await bench.store.setShown('r2', { channel: CHANNEL, ts: '200.2', permalink: 'https://home.example.org/newer', replies: {} });
  const refused = await bench.runs.approve(clickBy('approver', 'now')).catch((error: unknown) => error);
  expect(refused).toMatchObject({ link: { url: 'https://home.example.org/newer' }, offer: undefined });
  expect(String(refused)).toMatch(/This plan expired at .*Newer: Run `r2` by \{user:U0ALICE\} waits for approval/);
});
