import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRedis, type OpenRedis } from '../../../src/adapters/redis/index.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { redisPrograms, startRedis, type TestRedis } from '../../support/redis.ts';
import { run } from '../slack/fixtures.ts';

const CHANNEL = 'C0DB';

describe.each(redisPrograms())('what is shown of a run, in $name', ({ program }) => {
  let server: TestRedis;
  const opened: OpenRedis[] = [];
  const open = (prefix = 'pgdist'): OpenRedis['store'] => {
    const redis = openRedis({ url: server.url, prefix, clock: systemClock, log: quietLog });
    opened.push(redis);
    return redis.store;
  };
  beforeEach(async () => {
    server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always'], { program });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((redis) => redis.close()));
    await server.close();
  });
  const again = async (): Promise<void> => {
    await server.stop();
    await server.start();
  };
  const soFar = (store: OpenRedis['store'], id = run.id) => eventually(() => store.shownSoFar(id, { channel: CHANNEL, run: id }));

  test('is known for as long as Redis runs, whoever asks', async () => {
    const [bot, worker] = [open(), open()];
    await bot.create(run, 'key');
    const first = await soFar(worker);
    expect(first).toEqual({ channel: CHANNEL, replies: {}, start: 1 });
    await worker.setShown(run.id, { ...first, ts: '1.2' });
    expect(await soFar(bot)).toEqual({ channel: CHANNEL, replies: {}, start: 1, ts: '1.2' });
  });

  test('may have been lost in its last second where Redis was started anew: that is told until it was looked at and kept', async () => {
    const store = open();
    await store.create(run, 'key');
    await store.create({ ...run, id: 'other', database: { ...run.database, name: 'orders' } }, 'other key');
    await store.setShown(run.id, { ...(await soFar(store)), ts: '1.2', cardHash: 'of its state' });
    await again();
    const doubted = { channel: CHANNEL, isRestored: true, restoredAt: expect.any(String) as string };
    expect(await soFar(store)).toMatchObject({ ...doubted, ts: '1.2' });
    expect(await soFar(store)).not.toHaveProperty('cardHash');
    // Of this one nothing was kept: it was created before, and may have been shown.
    expect(await soFar(store, 'other')).toMatchObject(doubted);
    await store.setShown(run.id, { channel: CHANNEL, ts: '1.2', replies: {}, start: (await soFar(store)).start! });
    expect(await soFar(store)).not.toHaveProperty('isRestored');
    expect(await soFar(open())).not.toHaveProperty('isRestored');
  });

  test('is known of runs that were created since, also where two find the start at once, and others share the server', async () => {
    const [bot, worker, stranger] = [open(), open(), open('another')];
    await Promise.all([soFar(bot), soFar(worker)]);
    await again();
    await eventually(() => stranger.shownSoFar('alert', { channel: CHANNEL }));
    const [one, other] = await Promise.all([soFar(bot), soFar(worker)]);
    expect([one.start, other.start]).toEqual([2, 2]);
    await bot.create(run, 'key');
    expect(await soFar(worker)).toEqual({ channel: CHANNEL, replies: {}, start: 2 });
  });

  test('is told as lost before by a former pgdist alone once Redis is started anew', async () => {
    const store = open();
    await store.setShown(run.id, { channel: CHANNEL, ts: '1.2', replies: {} });
    expect(await soFar(store)).toEqual({ channel: CHANNEL, ts: '1.2', replies: {}, start: 1 });
    await again();
    expect(await soFar(store)).toMatchObject({ isRestored: true, ts: '1.2' });
  });

  test('of runs that are lost is ended for each start once', async () => {
    const store = open();
    const { life } = await eventually(() => store.keepInstallation('mine'));
    await store.endedForgotten(life);
    expect(await store.keepInstallation('mine')).toMatchObject({ wasMissing: false, areForgottenEnded: true });
    await again();
    const kept = await eventually(() => store.keepInstallation('mine'));
    expect(kept).toEqual({ wasMissing: false, life: { id: life.id, start: 2 }, areForgottenEnded: false });
    await store.endedForgotten(kept.life);
    expect(await store.keepInstallation('mine')).toMatchObject({ areForgottenEnded: true });
  });
});
