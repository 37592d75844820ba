import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRedis, type OpenRedis } from '../../src/adapters/redis/index.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { CHANNEL } from '../../playground/people.ts';
import { runScript } from '../../playground/script/run.ts';
import { stageOf } from '../../playground/stage.ts';
import type { Playground } from '../../playground/playground.ts';
import { startPlayground, type PlaygroundOptions } from '../../playground/start.ts';
import { eventually, patienceMs } from './eventually.ts';
import { configFor, type FleetShape } from './fleet-shape.ts';
import { quietLog } from './quiet-log.ts';
import { startRedis } from './redis.ts';

/** Requests so far by which pgdist changed a cluster. Dry runs, access reviews and questions through pods change nothing. */
export const writesOf = ({ fleet }: Playground): string[] =>
  [...fleet.apis.values()].flatMap(({ requests }) =>
    requests.filter(
      (request) =>
        /^(POST|PUT|PATCH|DELETE) /.test(request) && request.endsWith(' pgdist') && !/dryRun=All|accessreviews|\/exec|\/portforward/.test(request),
    ),
  );

/** What pgdist has stored, read past its processes. Close it. */
export const recordOf = ({ environment }: Playground): OpenRedis =>
  openRedis({ url: environment['REDIS_URL'] ?? '', prefix: environment['PGDIST_PREFIX'] ?? '', clock: systemClock, log: quietLog });

export { configFor, TWO_CLUSTERS, type FleetShape } from './fleet-shape.ts';

/** A deploy from its command to its end, as two people make it. */
export const DEPLOY = `
  alice: /pgdist deploy postgres
  wait waiting for approval
  bob: approve
  wait succeeded
`;

export interface TestPlayground extends Playground {
  /** Runs script lines, each of which waits as long as the runner does; throws with the line, the reason and what the channel and the logs say. */
  play(script: string): Promise<void>;
  /**
   * Runs lines that ask something, again until the answer is the one wanted: a call that a busy machine did not answer in time is told as not
   * answered, and a person would ask again.
   */
  insist(script: string): Promise<void>;
}

/** A playground with real processes on its own ports, faster than the default. Close it. */
export const playgroundFor = async (shape: FleetShape, options: Partial<PlaygroundOptions> = {}): Promise<TestPlayground> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  const configFile = join(folder, 'pgdist.yaml');
  await writeFile(configFile, configFor(shape));
  const playground = await testPlayground({ configFile, ...options });
  return {
    ...playground,
    async close() {
      await playground.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** A playground with the Redis of REDIS_URL or one of its own. Close it. */
export const testPlayground = async (options: Partial<PlaygroundOptions> & Pick<PlaygroundOptions, 'configFile'>): Promise<TestPlayground> => {
  const given = options.redisUrl ?? process.env['REDIS_URL'];
  const redis = given === undefined ? await startRedis() : undefined;
  const playground = await startPlayground({ redisUrl: redis?.url ?? given!, speed: 40, delivery: 'socket-mode', ...options });
  const perform = async (script: string, patienceSeconds: number): Promise<void> => {
    const { failed } = await runScript(script, stageOf(playground, { patienceSeconds }), () => undefined, { patienceSeconds });
    if (failed === undefined) return;
    const logs = await Promise.all(['bot.log', 'worker.log'].map((name) => readFile(join(playground.folder, name), 'utf8').catch(() => '')));
    throw new Error(
      [
        `line ${failed.line.number} (${failed.line.text}): ${failed.reason}`,
        playground.slack.transcript(CHANNEL),
        ...logs.map((log) => log.slice(-4000)),
      ].join('\n\n'),
    );
  };
  return {
    ...playground,
    play: (script) => perform(script, patienceMs() / 1000),
    insist: (script) => eventually(() => perform(script, 0)),
    async close() {
      await playground.close();
      await redis?.close();
    },
  };
};
