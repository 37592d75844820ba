import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { operatorClient } from '../../src/playground/operators/kit.ts';
import { pgdistProcess } from '../../src/playground/processes.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS } from '../support/playground.ts';
import { readFile } from 'node:fs/promises';

test('a restarted bot knows its buttons, and a worker that is told to stop hands the deploy over at once', { timeout: 120_000 }, async () => {
  const playground = await playgroundFor(TWO_CLUSTERS, { speed: 60 });
  const record = recordOf(playground);
  const secondLog = join(playground.folder, 'worker-2.log');
  const second = pgdistProcess('worker', 'worker.ts', playground.environment, secondLog);
  try {
    await playground.play(`
      alice: /pgdist deploy postgres
      wait waiting for approval 20
      expect approvers: @bob
    `);
    await playground.bot.stop();
    await playground.bot.start();
    await playground.play(`
      bob: approve
      wait applying 20
    `);
    const [run] = await record.store.live();
    await vi.waitFor(async () => expect(await stepsDone()).toBeGreaterThan(15), { timeout: 30_000 });
    await second.start();
    const startedMs = performance.now();
    await playground.worker.stop(20_000);
    await vi.waitFor(async () => expect(await readFile(secondLog, 'utf8')).toContain('"phase started"'), { timeout: 10_000 });
    expect(performance.now() - startedMs, 'well before the lease of a dead worker would have run out').toBeLessThan(3_000);
    await playground.play(`
      wait succeeded 60
      expect 2 of 2 standbys streaming
    `);
    expect(await record.store.get(run?.id ?? '')).toMatchObject({ state: 'succeeded' });
    const hub = operatorClient(playground.fleet.connections[0]!, 'test');
    const releases = await hub.list({ apiVersion: 'v1', kind: 'Secret', labelSelector: 'owner=helm' });
    await hub.close();
    expect(releases).toHaveLength(2);
  } finally {
    await second.stop();
    await record.close();
    await playground.close();
  }

  async function stepsDone(): Promise<number> {
    const [live] = await record.store.live();
    return Object.values(live?.outcomes ?? {}).filter(({ state }) => state === 'done' || state === 'in-place').length;
  }
});
