import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { openRedis } from '../../src/adapters/redis/index.ts';
import { createSlackApp } from '../../src/adapters/slack/app.ts';
import { interactiveClient } from '../../src/adapters/slack/clients.ts';
import { createPeople } from '../../src/adapters/slack/people.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/clock.ts';
import { createInterpreter } from '../../src/command/interpret.ts';
import { loadCommands } from '../../src/command/registry.ts';
import type { Run } from '../../src/domain/run.ts';
import type { Log } from '../../src/ports/log.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { applying, awaiting, bob, database, failed, fleet } from '../adapters/slack/fixtures.ts';
import { freePort } from '../../playground/control/free-port.ts';
import { newSigningSecret, startSlackWire } from '../support/slack-wire.ts';
import { APPROVERS, CHANNEL, HOME, PEOPLE } from './people.ts';

/** Runs that are there before each input: one to decide of each requester, one under way, one to retry. */
const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString();
export const seeds = (): readonly Run[] =>
  (
    [
      { ...awaiting, id: 'rwait', planExpiresAt: tomorrow() },
      { ...awaiting, id: 'rbobs', requestedBy: bob, planExpiresAt: tomorrow(), database: { ...database, name: 'orders' } },
      { ...applying, id: 'rbusy', database: { ...database, name: 'billing' } },
      { ...failed, id: 'rdone', database: { ...database, name: 'archive' } },
    ] satisfies Run[]
  ).map((run) => ({ ...run, thread: { channel: CHANNEL } }));

export const cardTs = (id: string): string => `1700000000.${id.length}${id.charCodeAt(1)}`;

/** The bot as it is, over both ways of delivery, on a real Redis, with a wire in place of Slack; what takes longer than `patienceMs` is taken to hang. */
export const openTarget = async (redisUrl: string, patienceMs: number) => {
  await using started = new AsyncDisposableStack();
  const prefix = `fuzz-${randomUUID()}`;
  const wire = await startSlackWire(PEOPLE, patienceMs);
  started.defer(() => wire.close());
  let handled = 0;
  let onHandled = (): void => undefined;
  const failures: string[] = [];
  const warnings: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  const log: Log = {
    debug: (_, message) => {
      if (message !== 'envelope handled') return;
      handled += 1;
      onHandled();
    },
    info: () => undefined,
    warn: (fields, message) => {
      if (warnings.push({ message, fields }) > MOST_WARNINGS) warnings.shift();
    },
    error: (fields, message) =>
      void failures.push(`${message}: ${fields['error'] instanceof Error ? fields['error'].message : JSON.stringify(fields)}`),
    child: () => log,
  };
  const redis = openRedis({ url: redisUrl, prefix, clock: systemClock, log });
  const raw = new Redis(redisUrl);
  started.defer(async () => {
    await raw.eval(CLEAR, 0, prefix);
    raw.disconnect();
    await redis.close();
  });
  const databases = ['postgres', 'orders', 'billing', 'archive'].map((name) => ({ ...database, name }));
  const slack = { channels: [CHANNEL], approvers: APPROVERS, admins: ['U0ADMIN'], requesterMayApprove: false };
  const shared = { fleets: [{ fleet }], slack, slackApiUrl: wire.apiUrl, slackBotToken: `xoxb-${randomUUID()}` };
  const client = interactiveClient({ token: shared.slackBotToken, slackApiUrl: wire.apiUrl, log });
  const people = createPeople({ client, teamIds: [HOME], clock: systemClock, log });
  const runs = createRuns({
    store: redis.store,
    watches: redis.watches,
    preferences: redis.preferences,
    people,
    queue: redis.queue,
    clock: systemClock,
    random: systemRandom,
    config: { fleet, databases, slack, approvalTimeoutMs: 1_800_000 },
    log,
  });
  const answer = createInterpreter({ runs, commands: await loadCommands(), fleets: [{ fleet, databases }] });
  const signingSecret = newSigningSecret();
  const port = await freePort();
  for (const delivery of [{ kind: 'http', signingSecret, port } as const, { kind: 'socket-mode', appToken: `xapp-${randomUUID()}` } as const]) {
    const app = createSlackApp({ config: { ...shared, delivery }, runs, answer, people, clock: systemClock, log });
    await app.start();
    started.defer(() => app.stop());
  }
  await wire.connected();
  const target = {
    wire,
    url: `http://127.0.0.1:${port}/slack/events`,
    signingSecret,
    patienceMs,
    /** What was logged as an error, which is a bug. */
    failures,
    warnings,
    answer,
    run: (id: string) => redis.store.get(id),
    handled: () => handled,
    /** Resolves when more than `before` envelopes were handled to their end. */
    async handledSince(before: number): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const timer = setTimeout(() => reject(new Error(`an envelope was not handled within ${patienceMs} ms`)), patienceMs);
      onHandled = () => {
        if (handled > before) resolve();
      };
      onHandled();
      await promise.finally(() => clearTimeout(timer));
    },
    /** Digest of all that is stored, and of the runs that were there before. */
    async digests(): Promise<{ readonly all: string; readonly seeded: string; readonly keys: number }> {
      const [all, seeded, keys] = (await raw.eval(DIGEST, 0, prefix, ...seeds().map(({ id }) => id))) as [string, string, number];
      return { all, seeded, keys };
    },
    async reset(): Promise<void> {
      await raw.eval(CLEAR, 0, prefix);
      for (const run of seeds()) {
        await redis.store.create(run, `seed-${run.id}`);
        await redis.store.setShown(run.id, { channel: CHANNEL, ts: cardTs(run.id), replies: {} });
      }
    },
  };
  await target.reset();
  const stack = started.move();
  return Object.assign(target, { close: () => stack.disposeAsync() });
};

export type Target = Awaited<ReturnType<typeof openTarget>>;

const MOST_WARNINGS = 100;

const CLEAR = `
  for _, key in ipairs(redis.call('KEYS', ARGV[1] .. ':*')) do redis.call('DEL', key) end`;

/** DUMP is the value of a key without its time to live. The audit is left out: whoever is refused is recorded there. */
const DIGEST = `
  local keys = redis.call('KEYS', ARGV[1] .. ':*')
  table.sort(keys)
  local all, seeded = '', ''
  for _, key in ipairs(keys) do
    if string.find(key, ARGV[1] .. ':audit', 1, true) ~= 1 then
    local sum = key .. redis.sha1hex(redis.call('DUMP', key))
    all = redis.sha1hex(all .. sum)
    for index = 2, #ARGV do
      if string.find(key, ':' .. ARGV[index], 1, true) then seeded = redis.sha1hex(seeded .. sum) end
    end
    end
  end
  return { all, seeded, #keys }`;
