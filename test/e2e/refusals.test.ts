import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenRedis } from '../../src/adapters/redis/index.ts';
import type { Run } from '../../src/domain/run.ts';
import { CHANNEL } from '../../playground/people.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, writesOf, type TestPlayground } from '../support/playground.ts';
import { eventually } from '../support/eventually.ts';

let playground: TestPlayground;
let record: OpenRedis;
beforeAll(async () => {
  playground = await playgroundFor({ ...TWO_CLUSTERS, also: ['orders'] }, { speed: 60 });
  record = recordOf(playground);
});
afterAll(async () => {
  await record?.close();
  await playground?.close();
});

const newest = async (database: string): Promise<Run> => {
  const run = (await record.store.list(20)).find((candidate) => candidate.database.name === database);
  if (run === undefined) throw new Error(`no run of ${database}`);
  return run;
};
/** ts of the message of the run's thread that has, or had, this button. */
const offered = (run: Run, words: string): string => {
  const { slack } = playground;
  const message = slack.thread(CHANNEL, run.thread.ts ?? '').find(({ ts }) => slack.messageText(CHANNEL, ts).includes(words));
  if (message === undefined) throw new Error(`the thread of ${run.id} does not say ${words}`);
  return message.ts;
};

test.each([
  ['/pgdist deploy postgre', 'There is no database `postgre` in this fleet. Did you mean `postgres`?'],
  ['/pgdist deplyo postgres', 'There is no command `deplyo`. Did you mean `/pgdist deploy`?'],
  ['/pgdist deploy postgres now', '`now` is one word too many.'],
  ['/pgdist status postgres --privat', 'There is no option `--privat`. Did you mean `--private`?'],
  [
    '/pgdist deploy postgres --force',
    'There is no option `--force`. Nothing goes past the plan: an approver presses *Approve* below it. Type `/pgdist deploy [database] [--break-glass reason...]`.',
  ],
  ['/pgdist cancel rzzzz', 'There is no run `rzzzz`. `/pgdist runs` lists them.'],
  ['/pgdist', '`/pgdist deploy [database] [--break-glass reason...]` · plan a database'],
])('%s is answered to the asker alone with what to type', async (command, answer) => {
  await playground.play(`alice: ${command}\nexpect-private alice ${answer}`);
  expect(playground.slack.messages(CHANNEL)).toEqual([]);
  expect(await record.store.list(10)).toEqual([]);
});

test('people of another workspace are refused, and so is a channel that is not configured', async () => {
  await playground.play(`
    otto: /pgdist deploy postgres
    expect-private otto people of another workspace may look on here, but not command or decide
  `);
  const { slack } = playground;
  await slack.actor('U0ALICE').command('C0RANDOM', '/pgdist deploy postgres');
  const elsewhere = slack.ephemerals('U0ALICE').filter(({ channel }) => channel === 'C0RANDOM');
  expect(elsewhere.map(({ channel, ts }) => slack.messageText(channel, ts))).toEqual([expect.stringContaining('pgdist works in #databases only')]);
  expect(await record.store.list(10)).toEqual([]);
});

test('a click counts only for the run whose message it is on, whatever value the button claims', async () => {
  await playground.play(`
    alice: /pgdist deploy orders
    wait waiting for approval
    expect approvers: @bob
    alice: /pgdist deploy postgres
    wait waiting for approval
    expect approvers: @bob
  `);
  const [postgres, orders] = [await newest('postgres'), await newest('orders')];
  const bob = playground.slack.actor('U0BOB');
  await bob.click(CHANNEL, offered(postgres, 'Plan for'), 'approve', { value: orders.id });
  await playground.play('expect-private bob this message does not belong to run');
  await bob.click(CHANNEL, offered(postgres, 'Plan for'), 'approve', { value: 'rzzzz' });
  await playground.play('expect-private bob this run is no longer kept');
  await playground.play(`
    otto: approve
    expect-private otto people of another workspace
    alice: approve
    expect-private alice you may not approve it
  `);
  expect([(await newest('postgres')).state, (await newest('orders')).state]).toEqual(['awaiting-approval', 'awaiting-approval']);
  expect(writesOf(playground)).toEqual([]);
});

test('a second deploy of a database that has an open plan is refused with a link to it', async () => {
  const { id } = await newest('orders');
  await playground.play(`
    bob: /pgdist deploy orders
    expect-private bob Run \`${id}\` by @alice waits for approval to deploy \`orders\` on fleet *demo* since
    expect-private bob Your request was not queued
  `);
});

test('a plan that nobody decided in time expires, and a click on what a slow client still shows is refused', async () => {
  const run = await newest('postgres');
  const passed = new Date(Date.now() - 1000).toISOString();
  await record.store.save({ ...run, planExpiresAt: passed });
  await playground.play('wait expired');
  await playground.slack.actor('U0BOB').click(CHANNEL, offered(run, 'Plan for'), 'approve');
  await playground.play(`
    expect-private bob This plan expired
    expect Expired, nothing was changed
  `);
  expect(writesOf(playground)).toEqual([]);
});

test('a rejected plan cannot be approved any more', async () => {
  await playground.play(`
    alice: Plan again
    wait waiting for approval
    expect approvers: @bob
    bob: reject
    wait rejected
  `);
  const run = await newest('postgres');
  const slack = playground.slack;
  const plans = slack.thread(CHANNEL, run.thread.ts ?? '').filter(({ ts }) => slack.messageText(CHANNEL, ts).includes('Plan for'));
  await slack.actor('U0BOB').click(CHANNEL, plans.at(-1)?.ts ?? '', 'approve');
  await playground.play('expect-private bob Already rejected by @bob');
  expect((await newest('postgres')).state).toBe('rejected');
});

test('of two clicks at once one approves and the other is told who did', async () => {
  const orders = await newest('orders');
  const ts = offered(orders, 'Plan for');
  const bob = playground.slack.actor('U0BOB');
  await Promise.all([bob.click(CHANNEL, ts, 'approve'), bob.click(CHANNEL, ts, 'approve')]);
  await playground.play('expect-private bob Already approved by @bob');
  await eventually(async () => expect((await newest('orders')).state).toBe('applying'));
  // It is stopping, or was so early that it is cancelled already.
  await playground.play(`alice: /pgdist cancel ${orders.id}\nexpect-private alice Run \`${orders.id}\` is`);
  await eventually(async () => expect((await newest('orders')).state).toBe('cancelled'));
});
