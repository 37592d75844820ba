import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { eventually } from '../support/eventually.ts';
import { alice, bob, openInstallation, type Installation } from '../support/installation.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let installation: Installation;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
afterEach(() => installation.close());

const aheadBy = (ms: number): Clock => ({ ...systemClock, now: () => new Date(Date.now() + ms) });

test.each([
  ['ahead of', 5_000],
  ['behind', -5_000],
])("whatever is asked is accepted and done where a worker's clock is five seconds %s the bot's", async (_, ms) => {
  installation = openInstallation({
    url: server.url,
    commandTimeoutMs: 20_000,
    steps: [configMapStep('a')],
    workerClock: aheadBy(ms),
    // The answer to who queues comes after a worker has the job.
    around: ({ store, queue }) => ({
      store,
      queue: {
        ...queue,
        async add(job) {
          await queue.add(job);
          await eventually(async () => expect((await store.get(job.runId))?.state).not.toBe('queued'));
        },
      },
    }),
  });
  await installation.worker();
  await installation.start('status', alice);
  const { id } = await installation.start('deploy', alice);
  await installation.reaches(id, 'awaiting-approval');
  const shown = await eventually(async () => {
    const run = await installation.redis.store.get(id);
    expect(run?.thread.ts).toBeDefined();
    return run!;
  });
  await installation.runs.approve(installation.click(shown, bob));
  await installation.reaches(id, 'succeeded');
});
