import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import { CHANNEL, userIdOf } from '../../playground/people.ts';
import { buttonsOf } from '../../bench/clicks/press.ts';
import { eventually } from '../support/eventually.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

let playground: TestPlayground;
let record: OpenRedis;
beforeAll(async () => {
  playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  record = recordOf(playground);
});
afterAll(async () => {
  await record?.close();
  await playground?.close();
});

const told = (person: string): string =>
  playground.slack
    .ephemerals(userIdOf(person))
    .map(({ text }) => text)
    .join('\n');
/** The message of the channel or of a thread that shows this button now. */
const withButton = (action: string): string => {
  const { slack } = playground;
  const shown = slack.messages(CHANNEL).flatMap(({ ts }) => slack.thread(CHANNEL, ts));
  return shown.findLast(({ blocks }) => buttonsOf(blocks).some((button) => button.action === action))?.ts ?? '';
};
const press = async (person: string, action: string): Promise<void> => {
  await eventually(() => expect(withButton(action)).not.toBe(''));
  const { result } = await playground.slack.actor(userIdOf(person)).click(CHANNEL, withButton(action), action);
  expect(result).toBe('acknowledged');
};

test('a bot that dies after it acknowledged, and before it answered, leaves nobody without an answer', async () => {
  const { slack, bot } = playground;
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
  `);
  const [run] = await record.store.list(1);
  for (const way of ['response_url', 'chat.postEphemeral']) slack.faults.always(way, { kind: 'hang' });
  await press('alice', 'approve');
  await slack.actor(userIdOf('carol')).say(CHANNEL, '<@U0PGDIST> runs');
  // Both are acknowledged, and their answers are under way for ever.
  for (const method of ['response_url', 'chat.postEphemeral'])
    await eventually(() => expect(slack.calls.some((call) => call.method === method)).toBe(true));
  await bot.kill();
  slack.faults.clear();
  expect(told('alice') + told('carol')).not.toContain('restarted');
  await bot.start();
  await eventually(() =>
    expect(told('alice')).toMatch(/pgdist was restarted before it could answer your approve\. It was refused: You asked for this run/),
  );
  await eventually(() => expect(told('carol')).toMatch(/could answer your @pgdist runs\. It is not known whether anything came of it\. Ask again/));
  // What is pressed now is answered as ever, and nothing is told twice.
  await press('bob', 'cancel');
  await eventually(async () => expect((await record.store.get(run!.id))?.state).toBe('cancelled'));
  expect(told('alice').match(/restarted/g)).toHaveLength(1);
});
