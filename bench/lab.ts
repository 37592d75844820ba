import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRedis } from '../src/adapters/redis/index.ts';
import { systemClock } from '../src/adapters/system/clock.ts';
import type { Run } from '../src/domain/run.ts';
import { isTerminal } from '../src/domain/run.ts';
import { CHANNEL } from '../playground/people.ts';
import { runScript } from '../playground/script/run.ts';
import { stageOf } from '../playground/stage.ts';
import type { Playground } from '../playground/playground.ts';
import { startPlayground } from '../playground/start.ts';
import type { Log } from '../src/ports/log.ts';
import type { RunStore } from '../src/ports/run-store.ts';
import { configOf } from './fleet-shape.ts';

/** Bot, worker and stand-ins of one fleet, as the playground starts them, and pgdist's own store to read what happened. */
export interface Lab extends Playground {
  readonly store: RunStore;
  readonly speed: number;
  /** Runs script lines; throws with the line and what the channel says. */
  play(script: string): Promise<void>;
  /** The newest run. */
  newest(): Promise<Run>;
  /** The newest run once it has ended. */
  ended(): Promise<Run>;
}

/** A fleet of `clusters` clusters with one database of three replicas over all or the first three of them. */
export const openLab = async ({ clusters, speed, redisUrl }: { clusters: number; speed: number; redisUrl: string }): Promise<Lab> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-bench-'));
  const configFile = join(folder, 'pgdist.yaml');
  await writeFile(configFile, configOf(clusters));
  const playground = await startPlayground({ configFile, redisUrl, speed, delivery: 'socket-mode', logLevel: 'info' });
  const redis = openRedis({ url: redisUrl, prefix: playground.environment['PGDIST_PREFIX'] ?? '', clock: systemClock, log: SILENT });
  const newest = async (): Promise<Run> => {
    const [run] = await redis.store.list(1);
    if (run === undefined) throw new Error('there is no run yet');
    return run;
  };
  return {
    ...playground,
    store: redis.store,
    speed,
    newest,
    async ended() {
      const { id } = await newest();
      for (;;) {
        const run = await redis.store.get(id);
        if (run !== undefined && isTerminal(run.state)) return run;
        await systemClock.sleep(50);
      }
    },
    async play(script) {
      const { failed } = await runScript(script, stageOf(playground), () => undefined);
      if (failed !== undefined) throw new Error(`${failed.line.text}: ${failed.reason}\n${playground.slack.transcript(CHANNEL)}`);
    },
    async close() {
      await redis.close();
      await playground.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => SILENT };
