import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { openRedis } from '../../../src/adapters/redis/index.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { configMapStep } from '../../support/config-map-step.ts';
import { eventually } from '../../support/eventually.ts';
import { startForwarder } from '../../support/forwarder.ts';
import { openInstallation, type Installation } from '../../support/installation.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { askedOf, startPair, startSentinels } from '../../support/redis-topologies.ts';
import { redisPrograms } from '../../support/redis.ts';

const toClose: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});
const closing = <T extends { close(): Promise<unknown> }>(opened: T): T => {
  toClose.push(() => opened.close());
  return opened;
};

const installed = (url: string, access = {}): Installation => {
  const installation = closing(openInstallation({ url, access, steps: [configMapStep('a')] }));
  const over = new AbortController();
  void installation.redis.watch(over.signal);
  toClose.push(() => over.abort(new Error('the test is over')));
  return installation;
};

/** A run of a person's wish until its end. */
const works = async (installation: Installation): Promise<void> => {
  const run = await eventually(() => installation.start('status'));
  await installation.reaches(run.id, 'succeeded');
};

const faultsAt = async (url: string, access = {}): Promise<string[]> => {
  const redis = closing(openRedis({ url, access, prefix: 'pgdist', clock: systemClock, log: quietLog }));
  const { faults } = await redis.examine({ requirePersistence: true });
  return faults.map(({ kind, text }) => `${kind}: ${text}`);
};

describe.each(redisPrograms())('$name', ({ program }) => {
  test('after a failover behind one address that ends no connection, all of them lead to the new master, and work goes on', async () => {
    const pair = closing(await startPair(program));
    const address = closing(await startForwarder(pair.first.port));
    const installation = installed(`redis://127.0.0.1:${address.port}`);
    await installation.worker();
    await works(installation);
    const before = (await pair.connectedTo(pair.first)).toSorted();
    expect(before.length).toBeGreaterThan(10);
    await pair.failover();
    address.to(pair.second.port);
    await eventually(async () => expect(await pair.connectedTo(pair.first)).toEqual([]));
    await works(installation);
    await eventually(async () => expect((await pair.connectedTo(pair.second)).toSorted()).toEqual(before));
  });

  test('while the address still leads to the old master, that is what is told, and connections are not opened without end', async () => {
    const pair = closing(await startPair(program));
    const address = closing(await startForwarder(pair.first.port));
    const installation = installed(`redis://127.0.0.1:${address.port}`);
    await installation.worker();
    await works(installation);
    const faults = () => installation.redis.faults({ requirePersistence: true });
    expect(await faults()).toEqual([]);
    const connections = address.opened();
    const sinceMs = performance.now();
    await pair.failover();
    const replica = [expect.stringContaining('is a replica and takes no writes')];
    await eventually(async () => expect(await faults()).toEqual(replica));
    await eventually(() => expect(performance.now() - sinceMs).toBeGreaterThan(3_000));
    const seconds = (performance.now() - sinceMs) / 1_000;
    expect(address.opened() - connections).toBeLessThan((connections + 1) * (seconds + 1));
    address.to(pair.second.port);
    await eventually(async () => expect(await faults()).toEqual([]));
    await works(installation);
  });

  test('a server that is gone without a word is given up, and the next one is found', async () => {
    const pair = closing(await startPair(program));
    const address = closing(await startForwarder(pair.first.port));
    const installation = installed(`redis://127.0.0.1:${address.port}`);
    await installation.worker();
    await works(installation);
    await askedOf(pair.second, (redis) => redis.call('REPLICAOF', 'NO', 'ONE'));
    address.swallow();
    address.to(pair.second.port);
    await works(installation);
    expect((await pair.connectedTo(pair.second)).length).toBeGreaterThan(5);
  });

  test('behind three Sentinels the new master is found when the old one dies, with a password for each of the two kinds', async () => {
    const passwords = { data: randomUUID(), sentinel: randomUUID() };
    const pair = closing(await startPair(program, [], passwords.data));
    const sentinels = await startSentinels(program, pair, passwords);
    for (const sentinel of sentinels) closing(sentinel);
    const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const access = { sentinel: { password: passwords.sentinel } };
    const url = `redis+sentinel://:${passwords.data}@${hosts}/main/3`;
    expect(await faultsAt(url, access)).toEqual([]);
    expect(await faultsAt(url.replace(passwords.data, 'wrong'), access)).toEqual([
      expect.stringMatching(/^setting: .*refuses the user default or its password/),
    ]);
    expect(await faultsAt(url)).toEqual([expect.stringMatching(/^setting: .*Sentinel.*REDIS_SENTINEL_PASSWORD/)]);
    expect(await faultsAt(url, { sentinel: { password: 'wrong' } })).toEqual([
      expect.stringMatching(/^setting: .*Sentinel.*REDIS_SENTINEL_PASSWORD/),
    ]);
    expect(await faultsAt(url.replace('/main', '/other'), access)).toEqual([expect.stringMatching(/^setting: the Sentinels know no master other/)]);
    const installation = installed(url, access);
    await installation.worker();
    await works(installation);
    // They must know each other, and the replica, before they can vote.
    for (const sentinel of sentinels)
      await eventually(() =>
        askedOf(
          sentinel,
          async (redis) => expect(await redis.call('SENTINEL', 'MASTER', 'main').then(String)).toMatch(/num-slaves,1.*num-other-sentinels,2/),
          passwords.sentinel,
        ),
      );
    await pair.first.stop();
    await works(installation);
    expect(await pair.connectedTo(pair.second)).toContain('pgdist-store');
  });
});
