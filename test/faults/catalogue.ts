import { Redis } from 'ioredis';
import type { FaultLab } from './lab.ts';
import { toolsOf } from './processes.ts';

/** One way in which something lets others down, as data: what it is called, how it begins and, if it does not end by itself, how it ends. */
export interface Fault {
  /** For a line of the report: 'the worker at work is killed (SIGKILL)'. */
  readonly what: string;
  /** Resolves with the way to end it; a process that was ended is started again by it, as Kubernetes would. */
  begin(lab: FaultLab): Promise<() => Promise<void>>;
}

const ENDS_BY_ITSELF = (): Promise<void> => Promise.resolve();

const hubOf = ({ playground }: FaultLab) => [...playground.fleet.apis.values()][0]!.faults;

const everyApi = ({ playground }: FaultLab) => [...playground.fleet.apis.values()].map(({ faults }) => faults);

const toActive = (what: string, signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP'): Fault => ({
  what,
  async begin(lab) {
    const { process: worker } = await lab.active();
    if (signal === 'SIGSTOP') {
      const { pid } = worker;
      if (pid !== undefined) process.kill(pid, 'SIGSTOP');
      return async () => {
        if (pid !== undefined && worker.pid === pid) process.kill(pid, 'SIGCONT');
      };
    }
    await (signal === 'SIGKILL' ? worker.kill() : worker.stop(lab.patienceMs));
    return () => worker.start();
  },
});

/** Every fault that scenarios are made of. A new one is a line here. */
export const FAULTS = {
  'worker killed': toActive('the worker at work is killed', 'SIGKILL'),
  'worker told to stop': toActive('the worker at work is told to stop', 'SIGTERM'),
  'worker frozen': toActive('the worker at work is frozen', 'SIGSTOP'),
  'all workers killed': {
    what: 'all workers are killed',
    async begin({ workers }) {
      await Promise.all(workers.map(({ process: worker }) => worker.kill()));
      return async () => void (await Promise.all(workers.map(({ process: worker }) => worker.start())));
    },
  },
  'bot killed': {
    what: 'the bot is killed',
    async begin({ bot }) {
      await bot.kill();
      return () => bot.start();
    },
  },
  'redis stalls for the bot': {
    what: 'the bot’s Redis stands still',
    async begin({ botRedis }) {
      botRedis.freeze('all');
      return async () => botRedis.thaw();
    },
  },
  'redis takes and does not answer': {
    what: 'Redis takes what the worker at work sends, and does not answer',
    async begin(lab) {
      const { redis } = await lab.active();
      redis.freeze('answers');
      return async () => redis.thaw();
    },
  },
  'redis stalls for the worker': {
    what: 'the Redis of the worker at work stands still',
    async begin(lab) {
      const { redis } = await lab.active();
      redis.freeze('all');
      return async () => redis.thaw();
    },
  },
  'redis connections cut': {
    what: 'every connection with Redis is reset',
    async begin({ botRedis, workers }) {
      for (const proxy of [botRedis, ...workers.map(({ redis }) => redis)]) proxy.cut();
      return ENDS_BY_ITSELF;
    },
  },
  'redis killed': {
    what: 'Redis is killed',
    async begin({ redisServer }) {
      await redisServer.stop();
      return () => redisServer.start();
    },
  },
  'redis flushed': {
    what: 'Redis loses all that it holds',
    async begin({ redisServer }) {
      const redis = new Redis(redisServer.url);
      await redis.flushall();
      redis.disconnect();
      return ENDS_BY_ITSELF;
    },
  },
  'tools killed': {
    what: 'every helm and clusteradm that runs is killed',
    async begin(lab) {
      for (const { pid } of toolsOf(lab)) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended by itself.
        }
      }
      return ENDS_BY_ITSELF;
    },
  },
  'rolling restart': {
    what: 'bot and workers are told to stop and started again, one after the other',
    async begin({ bot, workers, patienceMs }) {
      for (const one of [bot, ...workers.map(({ process: worker }) => worker)]) {
        await one.stop(patienceMs);
        await one.start();
      }
      return ENDS_BY_ITSELF;
    },
  },
  'slack stalls': {
    what: 'Slack’s Web API stands still',
    async begin({ slackProxy }) {
      slackProxy.freeze('all');
      return async () => slackProxy.thaw();
    },
  },
  'slack takes and does not answer': {
    what: 'Slack carries out what it is sent, and does not answer',
    async begin({ slackProxy }) {
      slackProxy.freeze('answers');
      return async () => {
        slackProxy.cut();
        slackProxy.thaw();
      };
    },
  },
  'slack limits': {
    what: 'Slack answers three calls with 429',
    async begin({ playground }) {
      playground.slack.faults.next('*', { kind: 'rate-limited', retryAfterSeconds: 1 }, 3);
      return ENDS_BY_ITSELF;
    },
  },
  'slack connections dropped': {
    what: 'Slack drops its connections with the bot',
    async begin({ playground }) {
      playground.slack.faults.dropConnections();
      return ENDS_BY_ITSELF;
    },
  },
  'hub down': {
    what: 'the hub’s API server refuses connections',
    async begin(lab) {
      const hub = hubOf(lab);
      hub.down = true;
      return async () => void (hub.down = false);
    },
  },
  'hub hangs': {
    what: 'the hub’s API server does not answer',
    async begin(lab) {
      const hub = hubOf(lab);
      hub.hanging = true;
      return async () => void (hub.hanging = false);
    },
  },
  'watches dropped': {
    what: 'every API server drops its connections',
    async begin(lab) {
      for (const api of everyApi(lab)) api.dropConnections();
      return ENDS_BY_ITSELF;
    },
  },
  'clusters throttle': {
    what: 'every API server answers ten requests with 429',
    async begin(lab) {
      for (const api of everyApi(lab)) api.throttleNext = 10;
      return ENDS_BY_ITSELF;
    },
  },
  'versions too old': {
    what: 'every resourceVersion is too old (410)',
    async begin(lab) {
      for (const api of everyApi(lab)) {
        api.compact();
        api.dropConnections();
      }
      return ENDS_BY_ITSELF;
    },
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;
