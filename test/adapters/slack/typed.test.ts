import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, startBench, until } from './bench.ts';
import { CHANNEL } from './workspace.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench('socket-mode');
});
afterAll(() => bench.stop());

/** What a person was told in private since the count. */
const toldAfter = async (count: number): Promise<string> => {
  await until(bench.slack, () => bench.slack.ephemerals('U0ALICE').length > count, 'the answer');
  return bench.slack.ephemerals('U0ALICE').at(-1)?.text ?? '';
};

describe('what is typed reaches the command through Slack', () => {
  test.each([
    ['/pgdist “STATUS” `postgres`', 'Asking status postgres'],
    ['/pgdist /pgdist status postgres', 'Asking status postgres'],
    ['/pgdist @pgdist: status postgres', 'Asking status postgres'],
    ['/pgdist status <postgres>', 'Asking status postgres'],
    ['/pgdist deploy postgres.db', 'There is no database postgres.db in this fleet'],
    ['/pgdist deploy #databases', 'There is no database #databases in this fleet'],
    ['/pgdist deploy @bob', 'There is no database @bob in this fleet'],
    ['/pgdist status\u200b\u00a0postgres', 'Asking status postgres'],
    ['/pgdist deploy --help', '/pgdist deploy [database] [--break-glass reason...] · plan a database over the clusters'],
    ['/pgdist logs', 'What a run did stands in its thread'],
  ])('after the slash command: %s', async (line, answer) => {
    const outcome = await bench.slack.actor('U0ALICE').command(CHANNEL, line);
    expect(outcome).toMatchObject({ ack: { text: expect.stringContaining(answer) } });
  });

  test.each([
    ['@pgdist status', 'Asking status postgres'],
    ['@pgdist: status', 'Asking status postgres'],
    ['@bob and @carol, @pgdist, status postgres!', 'Asking status postgres'],
    ['hello @pgdist “status” ‘postgres’', 'Asking status postgres'],
    ['status postgres @pgdist', 'Asking status postgres'],
    ['@pgdist /pgdist status', 'Asking status postgres'],
    ['@pgdist\n```\nstatus postgres\n```', 'Asking status postgres'],
    ['@pgdist', 'pgdist runs one PostgreSQL over the clusters'],
    ['thanks @pgdist', 'pgdist runs one PostgreSQL over the clusters'],
    ['@pgdist @carol approve it', 'An approver presses Approve below the plan'],
  ])('beside a mention: %s', async (line, answer) => {
    const before = bench.slack.ephemerals('U0ALICE').length;
    await bench.slack.actor('U0ALICE').say(CHANNEL, line);
    expect(await toldAfter(before)).toContain(answer);
  });
});
