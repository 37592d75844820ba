import { CHANNEL, userIdOf } from '../../playground/people.ts';
import { createDice } from '../../test/fuzz/dice.ts';
import type { Measure } from '../bench.ts';
import { createDeck } from '../clicks/deck.ts';
import { doneTwice, faultOf, leftButtons } from '../clicks/judge.ts';
import { openClicksLab, type ClicksLab } from '../clicks/lab.ts';
import { playRun, until, type Play } from '../clicks/play.ts';
import type { Press } from '../clicks/press.ts';
import { percentile, told } from '../numbers.ts';
import type { Row } from '../row.ts';

const LIMIT_MS = 1_000;
const SHOWN_FAULTS = 20;
const SETTLED_MS = 30_000;

/** Seeded presses of every kind against the real bot and its restarts; what each person saw, after how long, and what came of it in the store. */
export const clicks: Measure = async ({ redisUrl, count, seed }) => {
  const lab = await openClicksLab(redisUrl);
  const deck = createDeck(lab);
  const print = (text: string): void => void process.stdout.write(`  ${text}\n`);
  try {
    await lab.slack.actor(userIdOf('bob')).command(CHANNEL, '/pgdist mute quiet 1d clicks');
    const play: Play = { lab, deck, dice: createDice(seed), presses: [], foreign: await formerMessage(lab) };
    for (let rounds = 0; play.presses.length < count; rounds += 1) {
      await playRun(play);
      if (rounds % 10 === 9) print(`${play.presses.length} presses, ${(await lab.runs()).length} runs`);
    }
    return await rowsOf(lab, play.presses, seed, print);
  } finally {
    deck.stop();
    await lab.close();
  }
};

const rowsOf = async (lab: ClicksLab, presses: readonly Press[], seed: number, print: (text: string) => void): Promise<Row[]> => {
  const listed = await lab.runs();
  const runs = new Map(listed.map((run) => [run.id, run]));
  const faults = presses.flatMap((done) => {
    const fault = faultOf(done, runs);
    return fault === undefined ? [] : [`${done.kind}: ${done.person} pressed ${done.action} of ${done.runId ?? 'no run'}: ${fault}`];
  });
  const left = await settledButtons(lab);
  const twice = await doneTwice(lab, listed);
  for (const fault of [...faults, ...left, ...twice].slice(0, SHOWN_FAULTS)) print(fault);
  const ours = presses.filter(({ way }) => way !== 'slack' && way !== 'none');
  const [ending, steady] = [ours.filter(isInTheMiddle), ours.filter((done) => !isInTheMiddle(done))];
  const took = steady.map(({ answeredMs }) => answeredMs);
  const slow = steady.filter(({ answeredMs }) => answeredMs > LIMIT_MS);
  for (const { kind, person, action, answeredMs } of slow.slice(0, SHOWN_FAULTS)) print(`${told(answeredMs)}: ${kind}, ${person} pressed ${action}`);
  const dead = presses.filter(({ way }) => way === 'none').length;
  const kinds = countsBy(presses, ({ kind }) => kind);
  const row = (what: string, aim: string, measured: string, met: boolean, note?: string): Row => ({
    what,
    aim,
    measured,
    met,
    ...(note === undefined ? {} : { note }),
  });
  return [
    row('clicks without an answer', '0', `${dead} of ${presses.length}`, dead === 0, `seed ${seed}, ${listed.length} runs; ${kinds}`),
    row(
      'click to answer, p95',
      `all < ${told(LIMIT_MS)}`,
      `${told(percentile(took, 95))} (p50 ${told(percentile(took, 50))}, max ${told(Math.max(...took))})`,
      slow.length === 0,
      `${slow.length} later than ${told(LIMIT_MS)}. Seen by: ${countsBy(presses, ({ way }) => way)}; slack: the bot was down or was ended while it was asked, and Slack said so.`,
    ),
    row(
      'click to answer where the bot was ended in the middle',
      '–',
      ending.length === 0 ? 'none' : `max ${told(Math.max(...ending.map(({ answeredMs }) => answeredMs)))} of ${ending.length}`,
      true,
      'By the worker, which shows what was decided; where nothing was, Slack says that it failed.',
    ),
    row('clicks answered about another run, or without a sentence', '0', String(faults.length - dead), faults.length === dead),
    row('deeds done twice, or by nobody', '0', String(twice.length), twice.length === 0),
    row('buttons left on what is settled', '0', String(left.length), left.length === 0),
  ];
};

const isInTheMiddle = ({ kind }: Press): boolean => kind.endsWith('meanwhile');

/** Slack takes the last edits in its own time. */
const settledButtons = async (lab: ClicksLab): Promise<readonly string[]> => {
  const settled = await until(async () => (leftButtons(lab, await lab.runs()).length === 0 ? [] : undefined), SETTLED_MS);
  return settled ?? leftButtons(lab, await lab.runs());
};

const countsBy = (presses: readonly Press[], of: (press: Press) => string): string =>
  [...Map.groupBy(presses, of)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([name, { length }]) => `${name} ${length}`)
    .join(', ');

/** Posted with the app's own token, as a pgdist of years ago did. */
const formerMessage = async ({ slack }: ClicksLab): Promise<string> => {
  const button = { type: 'button', action_id: 'promote', text: { type: 'plain_text', text: 'Promote' }, value: 'r0000' };
  const answer = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${slack.botToken}` },
    body: JSON.stringify({ channel: CHANNEL, text: 'An old message', blocks: [{ type: 'actions', block_id: 'old', elements: [button] }] }),
  });
  return ((await answer.json()) as { readonly ts: string }).ts;
};
