import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operatorClient } from '../../playground/control/kit.ts';
import type { Playground } from '../../playground/playground.ts';
import { startPlayground } from '../../playground/start.ts';
import { openRedis, type OpenRedis } from '../../src/adapters/redis/index.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Run } from '../../src/domain/run.ts';
import type { Log } from '../../src/ports/log.ts';
import { startFreezableProxy, type FreezableProxy } from '../../test/support/freezable-proxy.ts';
import { configOf, namesOf } from '../fleet-shape.ts';

/** Databases that take turns; the last is muted. */
export const CLICKED = ['postgres', 'orders', 'quiet'] as const;

const SPEED = 40;
const READ_MS = 30_000;
const MOST_TRIES = 20;

/** Bot and worker as processes, the stand-in Slack over Socket Mode, and a way to Redis of the bot's own that can stand still. */
export interface ClicksLab extends Playground {
  readonly botRedis: FreezableProxy;
  readonly record: OpenRedis;
  /** Newest first; all where there is no limit. */
  runs(limit?: number): Promise<readonly Run[]>;
  /** Sets the label that a deploy wants on a node, or another: either makes another plan. */
  label(wanted: boolean): Promise<void>;
}

export const openClicksLab = async (redisUrl: string): Promise<ClicksLab> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-clicks-'));
  const configFile = join(folder, 'pgdist.yaml');
  await writeFile(configFile, config());
  const { hostname: host, port } = new URL(redisUrl);
  const botRedis = await startFreezableProxy({ host, port: Number(port) });
  const playground = await startPlayground({
    configFile,
    redisUrl,
    speed: SPEED,
    delivery: 'socket-mode',
    environmentOf: (process, environment) =>
      process === 'bot' ? { ...environment, REDIS_URL: redisUrl.replace(`:${port}`, `:${botRedis.port}`) } : environment,
  });
  const record = openRedis({
    url: redisUrl,
    prefix: playground.environment['PGDIST_PREFIX'] ?? '',
    clock: systemClock,
    log: SILENT,
    commandTimeoutMs: READ_MS,
  });
  return {
    ...playground,
    botRedis,
    record,
    runs: (limit = 5_000) => patiently(() => record.store.list(limit)),
    async label(wanted) {
      const [connection] = playground.fleet.connections;
      if (connection === undefined) throw new Error('the fleet has no cluster');
      const client = operatorClient(connection, 'somebody');
      const labels = { 'kubeslice.io/node-type': wanted ? 'gateway' : null };
      await client.merge({ apiVersion: 'v1', kind: 'Node', name: `${connection.name}-1` }, { metadata: { labels } });
      await client.close();
    },
    async close() {
      botRedis.thaw();
      await record.close();
      await playground.close();
      await botRedis.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** The reader of lists has little time, and this machine is busy with all that it reads of. */
export const patiently = async <T>(read: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
    }
  }
};

const config = (): string => {
  const one = JSON.parse(configOf(2)) as { databases: readonly object[] };
  const placement = Object.fromEntries(namesOf(2).map((cluster, index) => [cluster, [index]]));
  return JSON.stringify({ ...one, databases: CLICKED.map((name) => ({ ...one.databases[0], name, replicas: 2, placement })) });
};

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => SILENT };
