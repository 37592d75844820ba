import { CHANNEL, userIdOf } from '../../playground/people.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { isTerminal, type Run, type RunState } from '../../src/domain/run.ts';
import type { Dice } from '../../test/fuzz/dice.ts';
import type { Card, Deck } from './deck.ts';
import { CLICKED, type ClicksLab } from './lab.ts';
import { press, type Press, type Target } from './press.ts';

/** One run after the other, and what people press meanwhile. */
export interface Play {
  readonly lab: ClicksLab;
  readonly deck: Deck;
  readonly dice: Dice;
  readonly presses: Press[];
  /** ts of a message with buttons that no pgdist of today shows. */
  readonly foreign: string;
}

const PATIENCE_MS = 120_000;
const LOOK_MS = 60;
/** Looks are asked for as well between two deploys. */
const NEWEST = 20;
/** So long an apply goes on before it is stopped: what people press meanwhile is the matter, and not its end. */
const LET_GO_ON_MS = 6_000;

/** Asks for a deploy, has its plan made, presses around, and ends it in one of the ways in which plans end. */
export const playRun = async (play: Play): Promise<void> => {
  const { lab, dice } = play;
  await lab.label(false);
  const [asker, approver] = dice.pick([
    ['alice', 'bob'],
    ['bob', 'alice'],
  ]);
  const run = await planned(play, asker, dice.pick(CLICKED));
  if (run === undefined) return;
  await around(play, run, 4 + dice.int(6));
  await dice.pick([rejected, cancelled, approved, approved, superseded, contested])(play, run, { asker, approver });
  await around(play, run, 4 + dice.int(6));
  const ended = await lab.record.store.get(run.id);
  if (ended?.state === 'cancelled' && dice.chance(0.5)) await again(play, ended, asker, 'retry');
  if (ended?.state === 'superseded') await again(play, ended, asker, 'plan-again');
  await settled(play, run);
};

interface People {
  readonly asker: string;
  readonly approver: string;
}

const planned = async (play: Play, asker: string, database: string): Promise<Run | undefined> => {
  const { lab } = play;
  const before = new Set((await lab.runs(NEWEST)).map(({ id }) => id));
  await lab.slack.actor(userIdOf(asker)).command(CHANNEL, `/pgdist deploy ${database}`);
  const run = await until(async () =>
    (await lab.runs(NEWEST)).find(({ id, kind, acceptBy }) => !before.has(id) && kind === 'deploy' && acceptBy === undefined),
  );
  if (run === undefined) return undefined;
  return inState(play, run.id, (state) => state === 'awaiting-approval', 'approve');
};

/** The run once it stands so, or has ended, and shows the button. */
const inState = async (
  { lab, deck }: Play,
  id: string,
  isIn: (state: RunState) => boolean,
  button?: string,
  patienceMs = PATIENCE_MS,
): Promise<Run | undefined> => {
  const run = await until(async () => {
    const found = await lab.record.store.get(id);
    return found !== undefined && (isIn(found.state) || isTerminal(found.state)) ? found : undefined;
  }, patienceMs);
  if (run === undefined || !isIn(run.state)) return undefined;
  if (button !== undefined) await until(async () => deck.now(id).find(({ action }) => action === button));
  return run;
};

/** What `look` finds, asked again until then; undefined when it finds nothing. */
export const until = async <T>(look: () => Promise<T | undefined>, patienceMs = PATIENCE_MS): Promise<T | undefined> => {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > endMs) return found;
    await systemClock.sleep(LOOK_MS);
  }
};

const targetOf = ({ deck }: Play, run: Run, action: string): Target | undefined => {
  const card =
    deck.now(run.id).find((shown) => shown.action === action) ?? deck.all().findLast((old) => old.runId === run.id && old.action === action);
  return card === undefined ? undefined : { ...card, blockId: card.blockId };
};

const pressOn = async (play: Play, kind: string, person: string, run: Run, action: string): Promise<Press | undefined> => {
  const target = targetOf(play, run, action);
  if (target === undefined) return undefined;
  return kept(play, await press(play.lab, kind, person, target));
};

const kept = ({ presses }: Play, done: Press): Press => {
  presses.push(done);
  return done;
};

/** Presses that decide nothing, or should not: of anybody, on anything that was ever shown. */
const around = async (play: Play, run: Run, count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await play.dice.pick(AROUND)(play, run);
};

const stranger = async (play: Play, run: Run) => pressOn(play, 'stranger', 'otto', run, play.dice.pick(['approve', 'reject', 'cancel']));
const ownPlan = async (play: Play, run: Run) =>
  pressOn(play, 'own plan', run.requestedBy.userId === userIdOf('alice') ? 'alice' : 'bob', run, 'approve');
const foreignButton = async (play: Play) =>
  kept(play, await press(play.lab, 'button of a former version', play.dice.pick(['alice', 'bob']), { ts: play.foreign, action: 'promote' }));
const forged = async (play: Play, run: Run): Promise<unknown> => {
  const target = targetOf(play, run, 'approve');
  const other = play.deck.all().find(({ runId }) => runId !== run.id)?.runId;
  const value = play.dice.pick(['rforged', other ?? 'rforged', '', '{"run":"r1"}']);
  return target === undefined ? undefined : kept(play, await press(play.lab, 'forged value', 'bob', { ...target, value, runId: value }));
};
/** On a message of a run that ended long ago, or of this one before it went on. */
const late = async (play: Play, run: Run): Promise<unknown> => {
  const { lab, deck, dice } = play;
  const old = deck.all().filter(({ runId, action }) => runId !== run.id && runId !== '' && DECIDING.includes(action));
  const [first, ...others] = old;
  if (first === undefined) return undefined;
  const card: Card = dice.pick([first, ...others]);
  const { state } = (await lab.record.store.get(card.runId)) ?? {};
  // What may still be done by it is no late click.
  if (state === undefined || !isTerminal(state) || card.action === 'retry' || card.action === 'plan-again') return undefined;
  const answered = kept(play, await press(lab, 'late', dice.pick(['alice', 'bob']), card));
  if (dice.chance(0.3)) await offered(play, answered);
  return answered;
};
/** Approve, Reject and Cancel are over with their run; the others begin it again, or a look. */
const DECIDING: readonly string[] = ['approve', 'reject', 'cancel', 'retry', 'plan-again'];

/** Presses what a refusal offered. */
const offered = async (play: Play, { person, told }: Press): Promise<void> => {
  const { lab } = play;
  const last = lab.slack.ephemerals(userIdOf(person)).at(-1);
  if (last === undefined || last.text !== told.at(-1)) return;
  const [card] = last.blocks.filter(({ type }) => type === 'actions') as unknown as { elements: { action_id: string; value: string }[] }[];
  const [button] = card?.elements ?? [];
  // One deploy at a time has the database: the one that is played.
  if (button === undefined) return;
  kept(play, await press(lab, 'offered in a refusal', person, { ts: last.ts, action: button.action_id, runId: button.value }));
  const run = await lab.record.store.get(button.value);
  if (run !== undefined && !isTerminal(run.state)) {
    await inState(play, run.id, (state) => state === 'awaiting-approval', 'cancel');
    await pressOn(play, 'cancel', 'bob', run, 'cancel');
    await settled(play, run);
  }
};

/** Of an answer to status or verify, which is asked for anew now and then. */
const look = async (play: Play, run: Run): Promise<unknown> => {
  const button = play.deck.all().filter(({ action }) => LOOKS.includes(action));
  if (button.length === 0 || play.dice.chance(0.2))
    await play.lab.slack.actor(userIdOf('alice')).command(CHANNEL, `/pgdist ${play.dice.pick(['status', 'verify'])} ${play.dice.pick(CLICKED)}`);
  const [first, ...others] = button;
  if (first === undefined) return ownPlan(play, run);
  const card = play.dice.pick([first, ...others]);
  return kept(play, await press(play.lab, 'look', play.dice.pick(['alice', 'bob']), card));
};
const LOOKS: readonly string[] = ['verify-now', 'ask-again', 'explain'];
const openForm = async (play: Play, run: Run): Promise<unknown> => {
  const done = await pressOn(play, 'open a form', 'bob', run, 'reject');
  if (done?.way === 'form') await play.lab.slack.actor(userIdOf('bob')).closeView();
  return done;
};
/** Redis answers the bot late, or not for a while. */
const stalled = async (play: Play, run: Run): Promise<unknown> => {
  const { lab, dice } = play;
  lab.botRedis.freeze('all');
  const thawing = systemClock.sleep(300 + dice.int(2_500)).then(() => lab.botRedis.thaw());
  const done = await pressOn(play, 'while Redis stalls', dice.pick(['alice', 'bob']), run, 'approve');
  await thawing;
  return done;
};
/** The bot is gone: Slack says so, and afterwards everything is as it was, or as was decided. */
const botDown = async (play: Play, run: Run): Promise<void> => {
  const { lab, dice } = play;
  await (dice.chance(0.5) ? lab.bot.kill() : lab.bot.stop());
  await until(async () => (lab.slack.connections() === 0 ? true : undefined));
  await pressOn(play, 'while the bot is down', 'otto', run, 'approve');
  await lab.bot.start();
  await until(async () => (lab.slack.connections() >= 2 ? true : undefined));
};

const AROUND = [
  stranger,
  stranger,
  ownPlan,
  ownPlan,
  foreignButton,
  forged,
  forged,
  late,
  late,
  late,
  late,
  late,
  late,
  look,
  look,
  openForm,
  stalled,
  stalled,
  botDown,
] as const;

type Ending = (play: Play, run: Run, people: People) => Promise<void>;

/** Twice in one moment, or delivered twice by Slack, now and then. */
const decisively = async (play: Play, run: Run, person: string, action: string): Promise<void> => {
  const { lab, dice } = play;
  const target = targetOf(play, run, action);
  if (target === undefined) return;
  const how = dice.pick(['once', 'once', 'twice', 'twice', 'delivered twice', 'delivered twice', 'killed', 'stopped']);
  if (how === 'twice') {
    for (const done of await Promise.all([0, 1].map(() => press(lab, 'double press', person, target)))) kept(play, done);
    return;
  }
  if (how === 'delivered twice') lab.slack.faults.nextDelivery('duplicate');
  const pressed = press(lab, how === 'once' ? action : how === 'delivered twice' ? how : `${action}, the bot ${how} meanwhile`, person, target);
  if (how === 'killed' || how === 'stopped') {
    await systemClock.sleep(dice.int(120));
    await (how === 'killed' ? lab.bot.kill() : lab.bot.stop());
    kept(play, await pressed);
    await lab.bot.start();
    await until(async () => (lab.slack.connections() >= 2 ? true : undefined));
    // Whoever was told by Slack that it failed presses again.
    await pressOn(play, `${action} again`, person, run, action);
    return;
  }
  kept(play, await pressed);
};

const rejected: Ending = async (play, run, { approver }) => {
  const { lab } = play;
  const opened = await pressOn(play, 'reject', approver, run, 'reject');
  if (opened?.way === 'form') await lab.slack.actor(userIdOf(approver)).submitView({ reason: 'not today' });
  await inState(play, run.id, (state) => state === 'rejected');
};

const cancelled: Ending = async (play, run, { asker }) => {
  await decisively(play, run, asker, 'cancel');
  await inState(play, run.id, isTerminal);
};

const approved: Ending = async (play, run, { approver }) => {
  await decisively(play, run, approver, 'approve');
  const going = await play.lab.record.store.get(run.id);
  if (going === undefined || going.state === 'awaiting-approval') return;
  if (play.dice.chance(0.4)) await behind(play, run, approver);
  if (play.dice.chance(0.5)) await decisively(play, run, approver, 'cancel');
  await inState(play, run.id, isTerminal, undefined, LET_GO_ON_MS);
};

/** Another plan is approved while this one is applied: one at a time. */
const behind = async (play: Play, run: Run, person: string): Promise<void> => {
  const database = CLICKED.find((name) => name !== run.database.name) ?? 'orders';
  const other = await planned(play, person === 'bob' ? 'alice' : 'bob', database);
  if (other === undefined) return;
  await pressOn(play, 'behind another run', person, other, 'approve');
  await pressOn(play, 'cancel', person, other, 'cancel');
  await inState(play, other.id, isTerminal);
};

const superseded: Ending = async (play, run, { approver }) => {
  await play.lab.label(true);
  await decisively(play, run, approver, 'approve');
  await inState(play, run.id, isTerminal);
};

/** One approves while the other cancels: one of the two is done. */
const contested: Ending = async (play, run, { asker, approver }) => {
  const [one, other] = [targetOf(play, run, 'approve'), targetOf(play, run, 'cancel')];
  if (one === undefined || other === undefined) return;
  const both = await Promise.all([press(play.lab, 'contested', approver, one), press(play.lab, 'contested', asker, other)]);
  for (const done of both) kept(play, done);
  await inState(play, run.id, isTerminal);
};

const again = async (play: Play, run: Run, person: string, action: 'retry' | 'plan-again'): Promise<void> => {
  await inState(play, run.id, isTerminal, action);
  await decisively(play, run, person, action);
  await inState(play, run.id, (state) => state === 'awaiting-approval' || isTerminal(state));
  await pressOn(play, `${action} a second time`, person, run, action);
};

/** Whatever is left of the run is cancelled: the next one wants its database. */
const settled = async (play: Play, { id }: Run): Promise<void> => {
  const run = await play.lab.record.store.get(id);
  if (run === undefined || isTerminal(run.state)) return;
  await pressOn(play, 'cancel', 'bob', run, 'cancel');
  const ended = await inState(play, id, isTerminal);
  if (ended === undefined) throw new Error(`run ${id} did not end after it was cancelled`);
};
