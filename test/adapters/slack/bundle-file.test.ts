import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeSlack } from '../../../playground/slack/index.ts';
import type { Run } from '../../../src/domain/run.ts';
import { run } from './fixtures.ts';
import { recently, threadBench } from './thread-bench.ts';
import { CHANNEL, startWorkspace } from './workspace.ts';

let slack: FakeSlack;
beforeEach(async () => {
  slack = await startWorkspace();
});
afterEach(() => slack.close());

const bundle: Run = recently({ ...run, kind: 'bundle', state: 'succeeded', bundle: { files: 84, bytes: 120_000, silent: ['osaka'] } });
const NAME = `bundle-${run.fleet.name}-${run.database.name}-${run.id}.tar.gz`;
/** What no text is: every byte, as a packed file has them, and a word that the redactor would hide in a text. */
const BYTES = Buffer.concat([Buffer.from(Array.from({ length: 4_096 }, (_, at) => at % 256)), Buffer.from('password=opensesame')]);

const files = () => slack.messages(CHANNEL).flatMap(({ ts }) => slack.thread(CHANNEL, ts).flatMap((message) => message.files));
const texts = () => slack.messages(CHANNEL).flatMap(({ ts }) => slack.thread(CHANNEL, ts).map((message) => slack.messageText(CHANNEL, message.ts)));

test('the file that is kept is in the thread as it is, once, and the card says what is in it', async () => {
  const bench = threadBench(slack, { kept: BYTES });
  await bench.show(bundle);
  await bench.show(bundle);
  bench.restart();
  await bench.show(bundle);
  expect(files().map(({ name }) => name)).toEqual([NAME]);
  expect(Buffer.compare(files()[0]!.content, BYTES)).toBe(0);
  expect(texts()[0]).toContain('84 files in one of 117 kB, in the thread · osaka answered nothing');
  expect(texts()[0]).not.toContain('[Verify]');
});

test('a process that dies after the upload leaves it to be found by its name', async () => {
  for (let dies = 1; dies <= 6; dies += 1) {
    const bench = threadBench(slack, { kept: BYTES });
    const asked = { ...bundle, id: `r${dies}` };
    bench.failWrites((write) => write >= dies);
    await bench.show(asked).catch(() => undefined);
    bench.failWrites(() => false);
    bench.restart();
    await bench.show(asked);
    expect(files(), `before write ${dies}`).toHaveLength(dies);
  }
});

test('a file that is not kept any more is said in its place, once, with how to get another', async () => {
  const bench = threadBench(slack);
  await bench.show(bundle);
  await bench.show(bundle);
  expect(files()).toEqual([]);
  expect(texts().filter((text) => text.includes('is not kept any more'))).toEqual([
    expect.stringContaining(`${NAME}\` is not kept any more. Ask for it again: \`/pgdist bundle postgres\``),
  ]);
});

test('a refused upload is said with the reason, and nothing is tried again', async () => {
  slack.setScopes(['commands', 'chat:write', 'users:read', 'channels:history', 'channels:read']);
  const bench = threadBench(slack, { kept: BYTES });
  await bench.show(bundle);
  await bench.show(bundle);
  expect(texts().filter((text) => text.includes('The bundle could not be attached'))).toHaveLength(1);
});
