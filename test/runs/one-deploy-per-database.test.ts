import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { eventually } from '../support/eventually.ts';
import { alice, bob, carol, openInstallation, type Installation } from '../support/installation.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let installation: Installation;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
afterEach(() => installation.close());

const ROUNDS = 15;
/** A command to Redis, on a machine with other work. */
const LOADED_MS = 20_000;

/** What each was told: 'rab2c', or the beginning of a refusal. */
const outcomes = async (asked: readonly Promise<Run>[]): Promise<string[]> =>
  (await Promise.allSettled(asked)).map((result) => (result.status === 'fulfilled' ? result.value.id : (result.reason as Error).message));

const live = async (): Promise<string[]> => (await installation.redis.store.live()).filter(({ kind }) => kind === 'deploy').map(({ id }) => id);

/** A run in this state whose card stands, so that it can be clicked. */
const shownIn = (id: string, state: Run['state']): Promise<Run> =>
  eventually(async () => {
    const run = await installation.redis.store.get(id);
    expect(run?.state).toBe(state);
    expect(run?.thread.ts).toBeDefined();
    return run!;
  });

test('of deploys of one database that are asked for in one moment one is planned, and the others are told by whom', async () => {
  installation = openInstallation({ url: server.url, commandTimeoutMs: LOADED_MS, steps: [configMapStep('a')] });
  for (let round = 0; round < ROUNDS; round += 1) {
    const told = await outcomes([alice, bob, carol].map((by) => installation.start('deploy', by)));
    const [id] = await live();
    expect(await live()).toEqual([id]);
    expect(told.filter((one) => one === id)).toHaveLength(1);
    for (const other of told.filter((one) => one !== id))
      expect(other).toMatch(new RegExp(`^Run \`${id}\` by .* is planning a deploy of \`postgres\``));
    await installation.runs.cancel({ ...installation.asker(alice), runId: id! });
  }
});

test('two ended runs of one database and a new one that begin in one moment are one', async () => {
  installation = openInstallation({ url: server.url, commandTimeoutMs: LOADED_MS, steps: [configMapStep('a')] });
  await installation.worker();
  const ended: Run[] = [];
  for (let count = 0; count < 2; count += 1) {
    const { id } = await installation.start();
    await shownIn(id, 'awaiting-approval');
    await installation.runs.cancel({ ...installation.asker(alice), runId: id });
    ended.push(await shownIn(id, 'cancelled'));
  }
  const again = ended.map((run) => installation.runs.retry({ ...installation.click(run, alice), deed: 'retry' }));
  const told = await outcomes([...again, installation.start()]);
  const [id] = await live();
  expect(await live()).toEqual([id]);
  expect(told.filter((one) => one === id)).toHaveLength(1);
  for (const other of told.filter((one) => one !== id)) expect(other).toContain(`Run \`${id}\` by`);
});

test('of ended runs that are retried in one moment while another changes the database one waits for it, and is planned when that has ended', async () => {
  installation = openInstallation({
    url: server.url,
    commandTimeoutMs: LOADED_MS,
    steps: [configMapStep('a', { waitsForReady: true }), configMapStep('b')],
  });
  await installation.worker();
  const ended: Run[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { id } = await installation.start();
    await shownIn(id, 'awaiting-approval');
    await installation.runs.cancel({ ...installation.asker(alice), runId: id });
    ended.push(await shownIn(id, 'cancelled'));
  }
  const { id: changing } = await installation.start();
  await installation.runs.approve(installation.click(await shownIn(changing, 'awaiting-approval'), bob));
  await installation.reaches(changing, 'applying');
  const again = ended.map((run) => installation.runs.retry({ ...installation.click(run, alice), deed: 'retry' }));
  const told = await outcomes([...again, installation.start()]);
  const waiting = (await live()).filter((id) => id !== changing);
  expect(waiting).toHaveLength(1);
  expect(told.filter((one) => one === waiting[0])).toHaveLength(1);
  for (const other of told.filter((one) => one !== waiting[0]))
    expect(other).toMatch(new RegExp(`^Run \`${waiting[0]}\` by .* is queued behind run .*${changing}`));
  await installation.runs.cancel({ ...installation.asker(alice), runId: changing });
  await installation.reaches(waiting[0]!, 'awaiting-approval');
});
