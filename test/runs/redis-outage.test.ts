import { afterEach, expect, onTestFinished, test } from 'vitest';
import { reconcileOnce } from '../../src/execution/reconcile-runs.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/clock.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { alice, openInstallation, type Installation } from '../support/installation.ts';
import { memoryPeople } from '../support/memory-people.ts';
import { memoryWatches } from '../support/memory-watches.ts';
import { everybody } from '../support/people.ts';
import { quietLog } from '../support/quiet-log.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { eventually } from '../support/eventually.ts';
import { ownTime } from '../support/own-time.ts';

let server: TestRedis | undefined;
let installation: Installation | undefined;
afterEach(async () => {
  await installation?.close();
  await server?.close();
});

test('while Redis is away a command is refused within Slack’s three seconds, and accepted again when it is back', async () => {
  server = await startRedis();
  installation = openInstallation({ url: server.url, steps: [configMapStep('a')] });
  await installation.redis.store.list(1);
  await server.stop();
  const sinceAsked = ownTime();
  onTestFinished(sinceAsked.stop);
  await expect(installation.start()).rejects.toThrow(/^Nothing was accepted: the queue cannot be reached\. Nothing has changed\./);
  expect(sinceAsked.elapsedMs()).toBeLessThan(2_500);
  await server.start();
  await installation.worker();
  await eventually(() => installation!.start('status'));
});

test('a run that was stored but neither queued nor withdrawn is never started, and its asker is told that nothing is known of it', async () => {
  server = await startRedis();
  installation = openInstallation({ url: server.url, steps: [configMapStep('a')] });
  const { store, schedule, queue } = installation.redis;
  let aheadMs = 0;
  let sleptMs = 0;
  const clock = {
    ...systemClock,
    now: () => new Date(Date.now() + aheadMs),
    monotonicMs: () => sleptMs,
    sleep: async (ms: number) => void (sleptMs += ms),
  };
  const added: unknown[] = [];
  // The store answers, the queue does not; and the store is gone too when the run is to be withdrawn.
  const failing = { ...queue, add: () => Promise.reject(new Error('the queue did not answer')) };
  const forgetful = { ...store, save: () => Promise.reject(new Error('connection lost')) };
  const config = {
    fleet: testFleet,
    databases: [testDatabase],
    slack: { channels: ['C0DB'], approvers: [], admins: ['U0OPS'], requesterMayApprove: false },
    approvalTimeoutMs: 60_000,
  };
  const runs = createRuns({
    store: forgetful,
    watches: memoryWatches(),
    preferences: memoryPeople().preferences,
    queue: failing,
    people: everybody,
    clock,
    random: systemRandom,
    config,
    log: quietLog,
  });
  await expect(runs.start({ ...installation.asker(alice), kind: 'deploy', database: 'postgres' })).rejects.toThrow(
    /^It is not known whether `deploy postgres` was accepted/,
  );
  const noting = { ...queue, has: () => Promise.resolve(false), add: async (job: unknown) => void added.push(job) };
  const reconcile = () => reconcileOnce({ store, schedule, queue: noting, clock, log: quietLog });
  await reconcile();
  expect(await store.live()).toHaveLength(1);
  aheadMs = 10_000;
  await reconcile();
  expect(added).toEqual([]);
  expect(await store.live()).toEqual([]);
  expect(await runs.list(installation.asker(alice), 10)).toEqual([]);
});
