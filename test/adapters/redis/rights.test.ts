import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { auditEntries } from '../../../src/adapters/redis/audit-log.ts';
import { commandConnection } from '../../../src/adapters/redis/connection.ts';
import { openRedis } from '../../../src/adapters/redis/index.ts';
import { keysOf } from '../../../src/adapters/redis/keys.ts';
import { aclLine, NEEDED_COMMANDS } from '../../../src/adapters/redis/rights.ts';
import * as ours from '../../../src/adapters/redis/scripts.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { configMapStep } from '../../support/config-map-step.ts';
import { eventually } from '../../support/eventually.ts';
import type { Run } from '../../../src/domain/run.ts';
import { alice, bob, openInstallation, type Installation } from '../../support/installation.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { askedOf } from '../../support/redis-topologies.ts';
import { redisPrograms, startRedis } from '../../support/redis.ts';

const toClose: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

/** BullMQ's Lua by the hash under which it is called. */
const bullScripts = (): Map<string, { readonly name: string; readonly content: string }> => {
  const require = createRequire(import.meta.url);
  const all: unknown = require(join(dirname(require.resolve('bullmq')), 'scripts', 'index.js'));
  const scripts = z.record(z.string(), z.looseObject({ name: z.string(), content: z.string() })).parse(all);
  return new Map(Object.values(scripts).map(({ name, content }) => [createHash('sha1').update(content).digest('hex'), { name, content }]));
};

/** Commands that a script may call, whatever it is given; BullMQ chooses between LPUSH and RPUSH in a variable. */
const commandsIn = (script: string): string[] => [
  ...[...script.matchAll(/(?:rcall|redis\.p?call)\(\s*["'](\w+)["']/g)].map(([, name = '']) => name.toUpperCase()),
  ...(/rcall\(pushCmd/.test(script) ? ['LPUSH', 'RPUSH'] : []),
];

/** Scripts that a queue of plain jobs and its workers may call; not all of them in each life. */
const CALLED_BY_QUEUE: readonly string[] = [
  'addStandardJob',
  'extendLock',
  'extendLocks',
  'getState',
  'moveJobFromActiveToWait',
  'moveStalledJobsToWait',
  'moveToActive',
  'moveToFinished',
  'releaseLock',
];

/** A user who may do what the documentation says and no more. */
const userOn = async (program: string) => {
  const server = await startRedis(undefined, { program });
  toClose.push(() => server.close());
  const [user, password] = ['bot', randomUUID()];
  await askedOf(server, (redis) => setUser(redis, aclLine(user, 'test').replace('PASSWORD', password)));
  return { server, user, url: server.url.replace('//', `//${user}:${password}@`) };
};

const setUser = (redis: Redis, line: string): Promise<unknown> => {
  const [command = '', ...rest] = line.split(' ');
  return redis.call(command, ...rest);
};

describe.each(redisPrograms())('$name', ({ program }) => {
  test('a user with the documented rights does all that pgdist does, and each of these rights is one that pgdist or its queue uses', async () => {
    const { server, url } = await userOn(program);
    const seen = new Set<string>();
    const bull = bullScripts();
    const admin = new Redis(server.port, '127.0.0.1');
    const monitor = await admin.monitor();
    toClose.push(() => [admin, monitor].forEach((redis) => redis.disconnect()));
    monitor.on(
      'monitor',
      (_time: string, args: string[]) => void seen.add(args[0]?.toUpperCase() === 'EVALSHA' ? `EVALSHA ${args[1]}` : (args[0]?.toUpperCase() ?? '')),
    );

    await everyDeed(url);
    const sweep = [...bull].find(([, { name }]) => name === 'moveStalledJobsToWait')?.[0] ?? '';
    await eventually(() => expect(seen).toContain(`EVALSHA ${sweep}`));

    const denied = z.array(z.unknown()).parse(await askedOf(server, (redis) => redis.call('ACL', 'LOG')));
    expect(denied).toEqual([]);
    const called = [...seen].flatMap((name) => (name.startsWith('EVALSHA ') ? (bull.get(name.slice('EVALSHA '.length))?.name ?? []) : []));
    expect(called).toEqual(expect.arrayContaining(['addStandardJob', 'moveToActive', 'moveToFinished', 'moveStalledJobsToWait']));
    expect(called.filter((name) => !CALLED_BY_QUEUE.includes(name))).toEqual([]);
    const contents = CALLED_BY_QUEUE.map((name) => [...bull.values()].find((script) => script.name === name)?.content ?? `no script ${name}`);
    expect(contents).toEqual(contents.map(() => expect.stringContaining('redis.call')));
    const scripts = [...Object.values(ours), ...contents];
    const sent = [...seen].map((name) => name.split(' ')[0] ?? '');
    const used = new Set([...sent, ...scripts.flatMap(commandsIn)]);
    expect([...used].filter((name) => !NEEDED_COMMANDS.includes(name))).toEqual([]);
    // Never shown by MONITOR, or sent only by another server, or at an end.
    const unseen = new Set(['AUTH', 'HELLO', 'SELECT', 'DISCARD', 'MULTI', 'UNSUBSCRIBE', 'QUIT']);
    expect(NEEDED_COMMANDS.filter((name) => !used.has(name) && !unseen.has(name))).toEqual([]);
  });

  test('each right that is taken away is named with the line that gives it back', async () => {
    const { server, user, url } = await userOn(program);
    const redis = openRedis({ url, prefix: 'test', clock: systemClock, log: quietLog });
    toClose.push(() => redis.close());
    const faults = async (): Promise<string[]> =>
      (await redis.examine({ requirePersistence: true })).faults.map(({ kind, text }) => `${kind}: ${text}`);
    expect(await faults()).toEqual([]);
    const admin = (rule: string): Promise<unknown> => askedOf(server, (asked) => asked.call('ACL', 'SETUSER', user, ...rule.split(' ')));
    const notLooked = ['AUTH', 'HELLO', 'SELECT', 'MULTI', 'DISCARD', 'UNSUBSCRIBE', 'QUIT', 'INFO', 'CLIENT'];
    for (const name of NEEDED_COMMANDS.filter((command) => !notLooked.includes(command))) {
      const right = name.toLowerCase();
      await admin(`-${right}`);
      expect(await faults()).toEqual([expect.stringMatching(new RegExp(`^setting: .*: ACL SETUSER ${user} \\+${right}$`))]);
      await admin(`+${right}`);
    }
    await admin('-multi');
    expect(await faults()).toEqual([expect.stringContaining(`ACL SETUSER ${user} +multi`)]);
    await admin('+multi resetkeys');
    expect(await faults()).toEqual([expect.stringContaining(`ACL SETUSER ${user} ~test:*`)]);
    await admin('~test:* resetchannels');
    expect(await faults()).toEqual([expect.stringContaining(`ACL SETUSER ${user} &test:*`)]);
    await admin('&test:*');
    expect(await faults()).toEqual([]);
    expect(await askedOf(server, (asked) => asked.exists('test:rights'))).toBe(0);
  });

  test('a user who may not ask INFO works, and it is told what is not known', async () => {
    const { server, user, url } = await userOn(program);
    await askedOf(server, (redis) => redis.call('ACL', 'SETUSER', user, '-info', '-client'));
    const redis = openRedis({ url, prefix: 'test', clock: systemClock, log: quietLog });
    toClose.push(() => redis.close());
    const { faults, unknown } = await redis.examine({ requirePersistence: true });
    expect(faults).toEqual([]);
    expect(unknown).toEqual([expect.stringMatching(/the user may not ask INFO.*maxmemory-policy noeviction/)]);
    const installation = openInstallation({ url, prefix: 'test', steps: [configMapStep('a')] });
    toClose.push(() => installation.close());
    await installation.worker();
    await installation.reaches((await installation.start('status')).id, 'succeeded');
  });
});

test('docs/requirements.md has the rights as one line', () => {
  const page = readFileSync(new URL('../../../docs/requirements.md', import.meta.url), 'utf8');
  expect(page).toContain(`\n${aclLine('pgdist', 'pgdist')}\n`);
});

/** A plan whose thread is there. */
const shownPlan = async (installation: Installation): Promise<Run> => {
  const { id } = await installation.reaches((await installation.start()).id, 'awaiting-approval');
  return eventually(async () => {
    const run = await installation.redis.store.get(id);
    if (run?.thread.ts === undefined) throw new Error(`run ${id} is not shown yet`);
    return run;
  });
};

/** What bot, worker and `npm run audit` do with Redis in their lives, with a worker that dies. */
const everyDeed = async (url: string): Promise<void> => {
  const installation = openInstallation({ url, prefix: 'test', steps: [configMapStep('a'), configMapStep('b')] });
  toClose.push(() => installation.close());
  const { redis, runs } = installation;
  const over = new AbortController();
  const watching = redis.watch(over.signal);
  expect((await redis.examine({ requirePersistence: true })).faults).toEqual([]);
  await redis.installation();
  const first = await installation.worker();
  const deploy = await shownPlan(installation);
  await runs.reject({ ...installation.click(deploy, bob), way: 'form', reason: 'no' });
  const third = await shownPlan(installation);
  await runs.cancel({ ...installation.asker(alice), runId: third.id });
  await installation.reaches(third.id, 'cancelled');
  const again = await shownPlan(installation);
  await runs.approve(installation.click(again, bob));
  await installation.reaches(again.id, 'succeeded');
  await runs.list(installation.asker(alice), 10);
  await runs.audit({ ...installation.asker(alice), runId: again.id }, 20);
  await first.kill();
  const verify = await installation.start('verify');
  await installation.worker();
  await installation.reaches(verify.id, 'succeeded');
  await redis.store.rememberStreaming('fleet', 'postgres', ['a'], new Date().toISOString());
  await redis.store.lastStreaming('fleet', 'postgres');
  const reader = commandConnection({ url, log: quietLog, name: 'audit' });
  const entries = await Array.fromAsync(auditEntries(reader, keysOf('test')));
  expect(entries.length).toBeGreaterThan(5);
  reader.disconnect();
  expect(await redis.faults({ requirePersistence: true })).toEqual([]);
  over.abort(new Error('the test is over'));
  await watching;
};
