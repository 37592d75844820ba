import { afterEach, expect, test } from 'vitest';
import { CHANNEL } from '../../playground/people.ts';
import { eventually } from '../support/eventually.ts';
import { startForwarder } from '../support/forwarder.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS } from '../support/playground.ts';
import { startPair } from '../support/redis-topologies.ts';
import { redisPrograms } from '../support/redis.ts';

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

test('a deploy with a failover of Redis in its middle ends as if nothing had been', async () => {
  const pair = await startPair(redisPrograms()[0]!.program);
  toClose.push(() => pair.close());
  const address = await startForwarder(pair.first.port);
  toClose.push(() => address.close());
  const playground = await playgroundFor(TWO_CLUSTERS, { speed: 60, redisUrl: `redis://127.0.0.1:${address.port}` });
  toClose.push(() => playground.close());
  const record = recordOf(playground);
  toClose.push(() => record.close());
  await playground.play(`
    alice: /pgdist deploy postgres
    wait waiting for approval
    bob: approve
    wait applying
  `);
  const doneSteps = async (): Promise<number> => {
    const [run] = await record.store.live();
    return Object.values(run?.outcomes ?? {}).filter(({ state }) => state === 'done').length;
  };
  await eventually(async () => expect(await doneSteps()).toBeGreaterThan(2));
  // Old connections stay with the old master, which takes no more writes.
  await pair.failover();
  address.to(pair.second.port);
  await playground.play(`
    wait succeeded
    expect 2 of 2 standbys streaming
    alice: /pgdist runs
    expect-private alice succeeded
  `);
  const told = playground.slack.transcript(CHANNEL);
  expect(told).not.toMatch(/bug|PGD-099|attempt 2/);
  expect(await record.store.live()).toEqual([]);
  await record.close();
  expect(await pair.connectedTo(pair.first)).toEqual([]);
});
