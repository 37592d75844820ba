import { describe, expect, test } from 'vitest';
import { DEEDS } from '../../src/domain/deeds.ts';
import type { Actor, Run, RunState } from '../../src/domain/run.ts';
import type { Standing } from '../../src/ports/people.ts';
import type { Asker, Decision } from '../../src/ports/use-cases.ts';
import { alice, awaiting, bob, CARD, carol, CHANNEL, NOW, openBench, person, plan, standingOf, type UseCaseBench } from './bench.ts';

/**
 * The rules, written down a second time as one would tell them to a colleague. Every cell of person × deed × way in × place × state is then
 * tried on the use cases, and its outcome compared with what these lines say.
 */
const OWN = 'own card, or a message of its thread';
/** Whom the configuration names, whatever they are to the run. */
const TELLING = ['approver', 'requester who is approver', 'admin', 'admin who is approver', 'approver who planned it again'] as const;
const RULES = {
  //             who may                          how it may come in                where clicks count   in which states of the run
  help: { who: 'everybody', ways: ['command', 'mention', 'terminal'] },
  home: { who: 'everybody', ways: ['home'] },
  notify: { who: 'everybody', ways: ['command', 'mention', 'terminal', 'home'] },
  runs: { who: 'everybody', ways: ['command', 'mention', 'terminal'] },
  audit: { who: 'everybody', ways: ['command', 'mention', 'terminal'] },
  explain: { who: 'everybody', ways: ['command', 'mention', 'terminal', 'button', 'home'], where: 'anywhere' },
  deploy: { who: 'everybody', ways: ['command', 'mention', 'terminal', 'form'] },
  plan: { who: 'everybody', ways: ['command', 'mention', 'terminal', 'form'] },
  verify: { who: 'everybody', ways: ['command', 'mention', 'terminal', 'form'] },
  status: { who: 'everybody', ways: ['command', 'mention', 'terminal', 'form'] },
  mute: { who: TELLING, ways: ['command', 'mention', 'terminal'] },
  unmute: { who: TELLING, ways: ['command', 'mention', 'terminal'] },
  lock: { who: TELLING, ways: ['command', 'mention', 'terminal'] },
  unlock: { who: TELLING, ways: ['command', 'mention', 'terminal'] },
  pending: { who: 'everybody', ways: ['command', 'mention', 'terminal'] },
  history: { who: 'everybody', ways: ['command', 'mention', 'terminal'] },
  bundle: { who: 'concerned', ways: ['command', 'mention', 'terminal'] },
  export: { who: 'concerned', ways: ['command', 'mention', 'terminal'] },
  approve: { who: ['approver', 'admin who is approver'], ways: ['button', 'terminal'], where: OWN, states: ['awaiting-approval'] },
  reject: { who: 'concerned', ways: ['command', 'mention', 'terminal', 'form'], where: OWN, states: ['awaiting-approval'] },
  cancel: {
    who: 'concerned',
    ways: ['command', 'mention', 'terminal', 'button', 'home'],
    where: OWN,
    states: ['queued', 'planning', 'awaiting-approval', 'applying', 'verifying', 'cancelling'],
  },
  retry: { who: 'concerned', ways: ['button', 'terminal', 'home', 'mention'], where: OWN, states: ['failed', 'cancelled'] },
  'plan-again': { who: 'concerned', ways: ['button', 'terminal', 'home', 'mention'], where: OWN, states: ['blocked', 'expired', 'superseded'] },
  'verify-now': { who: 'everybody', ways: ['button', 'home'], where: 'anywhere', states: 'ended' },
  'ask-again': { who: 'everybody', ways: ['button', 'home'], where: 'anywhere', states: 'ended' },
  'plan-repair': { who: 'everybody', ways: ['button', 'home'], where: 'anywhere', states: 'ended' },
} as const satisfies Record<
  string,
  { who: 'everybody' | 'concerned' | readonly string[]; ways: readonly Way[]; where?: string; states?: 'ended' | readonly RunState[] }
>;
type DeedName = keyof typeof RULES;
type Way = 'command' | 'mention' | 'terminal' | 'button' | 'form' | 'home';

const ENDED: readonly RunState[] = ['succeeded', 'failed', 'blocked', 'rejected', 'expired', 'superseded', 'cancelled'];
const STATES: readonly RunState[] = ['queued', 'planning', 'awaiting-approval', 'applying', 'verifying', 'cancelling', ...ENDED];

const member: Standing = { kind: 'member' };
/** Those whom Slack does not call members are, in this table, approver, admin and requester at once: only who they are can refuse them. */
const PEOPLE: Readonly<Record<string, { readonly actor: Actor; readonly standing: Standing; readonly refused?: RegExp }>> = {
  requester: { actor: alice, standing: member },
  approver: { actor: bob, standing: member },
  'requester who is approver': { actor: person('both'), standing: member },
  admin: { actor: person('admin'), standing: member },
  'admin who is approver': { actor: carol, standing: member },
  'approver who planned it again': { actor: person('again'), standing: member },
  'other member': { actor: person('member'), standing: member },
  guest: { actor: person('foreign'), standing: { kind: 'refused', who: 'guest' }, refused: /^Nothing was done: guests of this workspace/ },
  bot: { actor: person('foreign'), standing: { kind: 'refused', who: 'bot' }, refused: /^Nothing was done: bots may not/ },
  deactivated: {
    actor: person('foreign'),
    standing: { kind: 'refused', who: 'deactivated' },
    refused: /^Nothing was done: this account is deactivated/,
  },
  stranger: { actor: person('foreign'), standing: { kind: 'refused', who: 'stranger' }, refused: /^Nothing was done: people of another workspace/ },
  'unknown to Slack': {
    actor: person('foreign'),
    standing: { kind: 'refused', who: 'unknown' },
    refused: /^Nothing was done: Slack does not know you/,
  },
  'anybody while Slack is silent': {
    actor: person('foreign'),
    standing: { kind: 'silent' },
    refused: /^Slack cannot say right now who you are; nothing was done/,
  },
  'anybody while pgdist may not ask Slack': {
    actor: person('foreign'),
    standing: { kind: 'no-right', lacks: 'users:read' },
    refused: /^Nothing was done: pgdist lacks the right to ask Slack who you are \(`users:read`\)\. \{user:U0ADMIN\}/,
  },
};

const PLACES = {
  clicked: ['own card', 'own thread', 'other message', 'no message', 'other channel', 'channel that is not allowed'],
  typed: ['allowed channel', 'channel that is not allowed'],
} as const;
type Place = (typeof PLACES)[keyof typeof PLACES][number];

/** What the rules say of one cell: the refusal, or undefined where it is done. */
const expected = (who: string, deed: DeedName, way: Way, place: Place, state: RunState): RegExp | undefined => {
  const rule: { who: 'everybody' | 'concerned' | readonly string[]; ways: readonly Way[]; where?: string; states?: 'ended' | readonly RunState[] } =
    RULES[deed];
  const { refused, standing } = PEOPLE[who]!;
  if (!rule.ways.includes(way)) return /cannot be asked for by/;
  if (place === 'channel that is not allowed' && way !== 'home') return /^Nothing was accepted: pgdist works in/;
  const tellsWithoutKnowing = deed === 'help' && (standing.kind === 'silent' || standing.kind === 'no-right');
  if (refused !== undefined && !tellsWithoutKnowing) return refused;
  if (rule.where === OWN && way !== 'home' && (place === 'other message' || place === 'no message' || place === 'other channel'))
    return /does not belong to run/;
  if (rule.who === 'concerned' && who === 'other member') return /approvers and admins may/;
  const isCauser = deed === 'approve' && (who === 'requester who is approver' || who === 'approver who planned it again');
  if (Array.isArray(rule.who) && !rule.who.includes(who) && !isCauser)
    return deed === 'approve' ? /^Nothing was approved: .* may approve this plan/ : /^Nothing was done: approvers and admins may/;
  const states = rule.states === 'ended' ? ENDED : rule.states;
  if (states !== undefined && !states.includes(state)) return /./;
  if (isCauser)
    return who === 'requester who is approver' ? /^You asked for this run, so you may not/ : /^You had this run planned again, so you may/;
  return undefined;
};

const runFor = (who: string, state: RunState): Run => ({
  ...awaiting,
  state,
  requestedBy: who === 'requester who is approver' || PEOPLE[who]!.refused !== undefined ? PEOPLE[who]!.actor : alice,
  causedBy: PEOPLE[who]!.refused === undefined ? [PEOPLE['approver who planned it again']!.actor] : [],
});

const openFor = (who: string, state: RunState): UseCaseBench =>
  openBench([runFor(who, state)], {
    people: standingOf(PEOPLE[who]!.standing),
    slack: {
      approvers: [bob.userId, carol.userId, 'U0BOTH', 'U0AGAIN', 'U0FOREIGN'],
      admins: ['U0ADMIN', carol.userId, ...(PEOPLE[who]!.standing.kind === 'no-right' ? [] : ['U0FOREIGN'])],
    },
  });

const isTyped = (way: Way): boolean => way === 'command' || way === 'mention' || way === 'terminal';

/** As any listener could make it, and as none would. */
type Asked = Omit<Asker, 'way'> & Omit<Decision, 'way'> & { readonly way: never };

const request = (who: string, way: Way, place: Place): Asked => ({
  way: way as never,
  by: PEOPLE[who]!.actor,
  channel: place === 'channel that is not allowed' ? 'C0RANDOM' : place === 'other channel' ? 'C0SECOND' : CHANNEL,
  idempotencyKey: 'k',
  runId: awaiting.id,
  ...(isTyped(way) || place === 'no message'
    ? ({} as { messageTs: string })
    : { messageTs: place === 'own card' || place === 'other channel' ? CARD : '999.9', ...(place === 'own thread' ? { threadTs: CARD } : {}) }),
  seenDigest: plan.digest,
});

const ask = async ({ runs }: UseCaseBench, deed: DeedName, asked: Asked): Promise<unknown> => {
  switch (deed) {
    case 'help':
      return runs.admit('help', asked);
    case 'home':
      return runs.visitHome(asked.by);
    case 'notify':
      return runs.notify({ ...asked, wanted: false });
    case 'runs':
      return runs.list(asked, 10);
    case 'audit':
      return runs.audit(asked, 10);
    case 'deploy':
    case 'plan':
    case 'verify':
    case 'status':
      return runs.start({ ...asked, kind: deed, database: 'postgres' });
    case 'mute':
      return runs.mute({ ...asked, database: 'postgres', forMs: 60_000 });
    case 'unmute':
      return runs.unmute({ ...asked, database: 'postgres' });
    case 'lock':
      return runs.lock({ ...asked, database: 'postgres', reason: 'a move' });
    case 'unlock':
      return runs.unlock({ ...asked, database: 'postgres', reason: 'it is over' });
    case 'pending':
      return runs.pending(asked);
    case 'history':
      return runs.history(asked, 10);
    case 'bundle':
      return runs.bundle({ ...asked, about: asked.runId });
    case 'export':
      return runs.export({ ...asked, runId: asked.runId });
    case 'approve':
      return runs.approve(asked);
    case 'reject':
      return runs.reject(asked);
    case 'cancel':
      return runs.cancel(asked);
    case 'retry':
    case 'plan-again':
      return runs.retry({ ...asked, deed });
    case 'explain':
      return runs.explain(asked);
    case 'verify-now':
    case 'ask-again':
    case 'plan-repair':
      return runs.askAgain({ ...asked, deed });
  }
};

const DATABASE = { fleet: awaiting.fleet.name, database: 'postgres' };

/** What is wrong with one cell; undefined: it is as the rules say. */
const fault = async (who: string, deed: DeedName, way: Way, place: Place, state: RunState): Promise<string | undefined> => {
  // It can be asked for in no other way.
  if (deed === 'home' && way !== 'home') return undefined;
  const bench = openFor(who, state);
  const before = await bench.store.get(awaiting.id);
  if (deed === 'unlock') await bench.store.lock(DATABASE.fleet, DATABASE.database, { by: bob, at: NOW, reason: 'a move' });
  if (deed === 'unmute') await bench.watches.mute(DATABASE, { by: bob, at: NOW, until: '2026-11-22T15:05:00.000Z' });
  const refusal = await ask(bench, deed, request(who, way, place)).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  const wanted = expected(who, deed, way, place, state);
  const cell = `${who} · ${deed} by ${way} · ${place} · ${state}`;
  if (wanted === undefined && refusal !== undefined) return `${cell}: refused with "${refusal}"`;
  if (wanted !== undefined && (refusal === undefined || !wanted.test(refusal)))
    return `${cell}: ${refusal ?? 'done'}, but ${String(wanted)} was expected`;
  const runs = await bench.store.list(10);
  const isLocked = (await bench.store.locked(DATABASE.fleet, DATABASE.database)) !== undefined;
  const isMuted = (await bench.watches.muted(DATABASE)) !== undefined;
  const isNotified = await bench.preferences.notified(PEOPLE[who]!.actor.userId);
  const untouched =
    isNotified &&
    isMuted === (deed === 'unmute') &&
    isLocked === (deed === 'unlock') &&
    runs.length === 1 &&
    JSON.stringify(runs[0]) === JSON.stringify(before) &&
    bench.queued.length === 0;
  if (wanted !== undefined && !untouched) return `${cell}: refused, and yet something was done`;
  const shows =
    deed === 'help' || deed === 'home' || deed === 'runs' || deed === 'pending' || deed === 'history' || deed === 'audit' || deed === 'explain';
  if (wanted === undefined && !shows && untouched) return `${cell}: nothing was done`;
  const entries = bench.store.entries.map(({ by, way: by_, deed: did, outcome, told }) => ({ by, way: by_, did, outcome, told }));
  const recorded = {
    by: PEOPLE[who]!.actor.userId,
    way,
    did: deed,
    outcome: wanted === undefined ? 'done' : 'refused',
    told: refusal,
  };
  const intended = { ...recorded, outcome: 'asked' };
  const all = wanted !== undefined ? [recorded] : shows ? [] : [intended, recorded];
  if (JSON.stringify(entries) !== JSON.stringify(all)) return `${cell}: recorded as ${JSON.stringify(entries)}`;
  return undefined;
};

test('the rules here and the table of deeds name the same deeds', () => {
  expect(Object.keys(RULES).toSorted()).toEqual(Object.keys(DEEDS).toSorted());
});

describe.each(Object.keys(PEOPLE))('%s', (who) => {
  test.each(Object.keys(RULES) as DeedName[])(
    '%s is done or refused as the rules say, from everywhere and in every state, and recorded',
    async (deed) => {
      const faults: string[] = [];
      const states = 'states' in RULES[deed] ? STATES : (['succeeded'] as const);
      for (const state of states)
        for (const way of ['command', 'mention', 'terminal', 'button', 'form', 'home'] as const)
          for (const place of PLACES[isTyped(way) ? 'typed' : 'clicked']) faults.push((await fault(who, deed, way, place, state)) ?? '');
      expect(faults.filter((found) => found !== '')).toEqual([]);
    },
  );
});

/** The cells that matter most, spelled out, so that an error in the rules above cannot hide them. */
test.each<[string, DeedName, Way, Place, RunState, 'done' | 'refused']>([
  ['approver', 'approve', 'button', 'own card', 'awaiting-approval', 'done'],
  ['approver', 'approve', 'button', 'own thread', 'awaiting-approval', 'done'],
  ['approver', 'approve', 'command', 'allowed channel', 'awaiting-approval', 'refused'],
  ['approver', 'approve', 'mention', 'allowed channel', 'awaiting-approval', 'refused'],
  ['approver', 'approve', 'terminal', 'allowed channel', 'awaiting-approval', 'done'],
  ['requester who is approver', 'approve', 'terminal', 'allowed channel', 'awaiting-approval', 'refused'],
  ['approver who planned it again', 'approve', 'terminal', 'allowed channel', 'awaiting-approval', 'refused'],
  ['requester', 'retry', 'terminal', 'allowed channel', 'failed', 'done'],
  ['other member', 'reject', 'terminal', 'allowed channel', 'awaiting-approval', 'refused'],
  ['other member', 'verify-now', 'terminal', 'allowed channel', 'succeeded', 'refused'],
  ['requester', 'reject', 'mention', 'allowed channel', 'awaiting-approval', 'done'],
  ['other member', 'reject', 'command', 'allowed channel', 'awaiting-approval', 'refused'],
  ['approver', 'reject', 'button', 'own card', 'awaiting-approval', 'refused'],
  ['approver', 'approve', 'form', 'own card', 'awaiting-approval', 'refused'],
  ['approver', 'approve', 'button', 'other message', 'awaiting-approval', 'refused'],
  ['approver', 'approve', 'button', 'other channel', 'awaiting-approval', 'refused'],
  ['approver', 'approve', 'button', 'channel that is not allowed', 'awaiting-approval', 'refused'],
  ['requester', 'approve', 'button', 'own card', 'awaiting-approval', 'refused'],
  ['requester who is approver', 'approve', 'button', 'own card', 'awaiting-approval', 'refused'],
  ['approver who planned it again', 'approve', 'button', 'own card', 'awaiting-approval', 'refused'],
  ['approver who planned it again', 'reject', 'form', 'own card', 'awaiting-approval', 'done'],
  ['admin', 'approve', 'button', 'own card', 'awaiting-approval', 'refused'],
  ['admin', 'cancel', 'mention', 'allowed channel', 'applying', 'done'],
  ['other member', 'cancel', 'command', 'allowed channel', 'applying', 'refused'],
  ['other member', 'retry', 'button', 'own card', 'failed', 'refused'],
  ['other member', 'status', 'command', 'allowed channel', 'succeeded', 'done'],
  ['anybody while Slack is silent', 'status', 'command', 'allowed channel', 'succeeded', 'refused'],
  ['anybody while Slack is silent', 'runs', 'mention', 'allowed channel', 'succeeded', 'refused'],
  ['anybody while Slack is silent', 'cancel', 'button', 'own card', 'applying', 'refused'],
  ['anybody while Slack is silent', 'ask-again', 'button', 'own card', 'succeeded', 'refused'],
  ['anybody while Slack is silent', 'help', 'command', 'allowed channel', 'succeeded', 'done'],
  ['guest', 'explain', 'command', 'allowed channel', 'failed', 'refused'],
  ['other member', 'explain', 'button', 'other message', 'failed', 'done'],
  ['other member', 'plan-repair', 'button', 'other message', 'failed', 'done'],
  ['guest', 'plan-repair', 'button', 'own thread', 'failed', 'refused'],
  ['guest', 'help', 'command', 'allowed channel', 'succeeded', 'refused'],
  ['requester', 'retry', 'button', 'own card', 'rejected', 'refused'],
  ['requester', 'plan-again', 'button', 'own thread', 'superseded', 'done'],
])('%s: %s by %s, %s, %s: %s', async (who, deed, way, place, state, outcome) => {
  const bench = openFor(who, state);
  const [settled] = await Promise.allSettled([ask(bench, deed, request(who, way, place))]);
  expect(settled.status).toBe(outcome === 'done' ? 'fulfilled' : 'rejected');
});
