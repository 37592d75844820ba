import { Redis } from 'ioredis';
import { operatorClient } from '../../playground/control/kit.ts';
import type { RequestFault } from '../../playground/kubernetes-api/contract.ts';
import type { LabWorker } from './lab.ts';
import { orderedOf, type Chosen } from './ordered.ts';
import { toolsOf } from './processes.ts';
import { withoutVerb } from './rights.ts';
import type { Scene } from './scene.ts';

/** One way in which something lets others down, as data: what it is called, how it begins and, if it does not end by itself, how it ends. */
export interface Fault {
  /** For a line of the report: 'the worker at work is killed (SIGKILL)'. */
  readonly what: string;
  /** Resolves with the way to end it; a process that was ended is started again by it, as Kubernetes would. */
  begin(lab: Scene): Promise<() => Promise<void>>;
  /** What people decided while it lasts may be lost: the thread says so, and they decide again. */
  readonly losesWords?: true;
}

const ENDS_BY_ITSELF = (): Promise<void> => Promise.resolve();

const hubOf = ({ playground }: Scene) => [...playground.fleet.apis.values()][0]!.faults;

const spokeOf = ({ playground }: Scene) => [...playground.fleet.apis.values()][1]!.faults;

const everyApi = ({ playground }: Scene) => [...playground.fleet.apis.values()].map(({ faults }) => faults);

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

/** Requests of pgdist, or of its tools, are answered so, on each cluster. */
const answered = (what: string, chosen: Chosen, fault: RequestFault, times?: number): Fault => ({
  what,
  begin: async (scene) => orderedOf(scene, fault, chosen, times),
});

/** What comes every second until it ends. */
const everySecond = (what: string, strike: (scene: Scene) => void): Fault => ({
  what,
  async begin(scene) {
    const striking = setInterval(() => strike(scene), 1_000);
    return async () => clearInterval(striking);
  },
});

const signalTools = (scene: Scene, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void => {
  for (const { pid } of toolsOf(scene)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself.
    }
  }
};

/** The tool dies at its n-th write of the hub, which is lost. */
const killedAtWrite = (what: string, program: string, number: number): Fault => ({
  what,
  async begin(scene) {
    let seen = 0;
    return orderedOf(
      scene,
      {
        kind: 'held',
        when: 'before',
        async until() {
          signalTools(scene, 'SIGKILL');
          return 'is lost';
        },
      },
      { by: program, is: 'write', only: () => (seen += 1) === number },
    );
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
  'bot frozen': {
    what: 'the bot is frozen',
    async begin({ bot }) {
      const { pid } = bot;
      if (pid !== undefined) process.kill(pid, 'SIGSTOP');
      return async () => {
        if (pid !== undefined && bot.pid === pid) process.kill(pid, 'SIGCONT');
      };
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
  'redis loses what it was told last': {
    what: 'a Redis takes the place of the one before that lacks what that was told',
    losesWords: true,
    begin: ({ redisServer }) => redisServer.remember(),
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
      signalTools(lab, 'SIGKILL');
      return ENDS_BY_ITSELF;
    },
  },
  'tools frozen': {
    what: 'every helm and clusteradm that runs hangs',
    async begin(lab) {
      signalTools(lab, 'SIGSTOP');
      return async () => signalTools(lab, 'SIGCONT');
    },
  },
  'helm killed at its third write': killedAtWrite('helm is killed at its third write', 'Helm', 3),
  'helm killed at its twentieth write': killedAtWrite('helm is killed at its twentieth write', 'Helm', 20),
  'clusteradm killed at its second write': killedAtWrite('clusteradm is killed at its second write', 'clusteradm', 2),
  'release left pending': {
    what: 'helm is killed with its worker when its release is pending',
    async begin(lab) {
      const dead: LabWorker[] = [];
      const stop = orderedOf(
        lab,
        {
          kind: 'held',
          when: 'after',
          async until({ authorization }) {
            const worker = lab.workers.find(({ name }) => name === lab.workerOf(authorization));
            if (worker !== undefined) dead.push(worker);
            await worker?.process.kill();
            return 'is lost';
          },
        },
        { by: 'Helm', is: 'write', only: ({ method, url }) => dead.length === 0 && method === 'POST' && /\/secrets(\?|$)/.test(url) },
      );
      return async () => {
        await stop();
        if (dead.length === 0) throw new Error('helm stored no release');
        for (const worker of dead) await worker.process.start();
      };
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
  'slack fails': {
    what: 'Slack answers five calls with 503',
    async begin({ playground }) {
      playground.slack.faults.next('*', { kind: 'http', status: 503 }, 5);
      return ENDS_BY_ITSELF;
    },
  },
  'slack delivers twice': {
    what: 'Slack delivers twice what people do',
    async begin({ playground }) {
      playground.slack.faults.nextDelivery('duplicate', 10);
      return async () => playground.slack.faults.clear();
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
  'spoke down': {
    what: 'the spoke’s API server refuses connections',
    async begin(lab) {
      const spoke = spokeOf(lab);
      spoke.down = true;
      return async () => void (spoke.down = false);
    },
  },
  'spoke hangs': {
    what: 'the spoke’s API server does not answer',
    async begin(lab) {
      const spoke = spokeOf(lab);
      spoke.hanging = true;
      return async () => void (spoke.hanging = false);
    },
  },
  'limited for 3 s': answered(
    'each API server answers five of pgdist’s requests with 429 and Retry-After 3',
    { by: 'pgdist' },
    { kind: 'refused', code: 429, retryAfterSeconds: 3 },
    5,
  ),
  'errors 500': answered('each API server answers six of pgdist’s requests with 500', { by: 'pgdist' }, { kind: 'refused', code: 500 }, 6),
  'errors 503': answered('each API server answers six of pgdist’s requests with 503', { by: 'pgdist' }, { kind: 'refused', code: 503 }, 6),
  'errors 504': answered('each API server answers six of pgdist’s requests with 504', { by: 'pgdist' }, { kind: 'refused', code: 504 }, 6),
  'slow by 5 s': answered('each API server takes 5 s for four of pgdist’s requests', { by: 'pgdist', is: 'call' }, { kind: 'slow', ms: 5_000 }, 4),
  'first writes cut after': answered(
    'every first write of pgdist is applied and its connection reset',
    { by: 'pgdist', is: 'write', firstOnly: true },
    { kind: 'cut', when: 'after' },
  ),
  'first writes cut before': answered(
    'the connection of every first write of pgdist is reset before it is applied',
    { by: 'pgdist', is: 'write', firstOnly: true },
    { kind: 'cut', when: 'before' },
  ),
  'first reads cut': answered(
    'every first read of pgdist loses its connection',
    { by: 'pgdist', is: 'read', firstOnly: true },
    { kind: 'cut', when: 'after' },
  ),
  'writes of helm cut': answered(
    'two writes of helm are applied and their connections reset',
    { by: 'Helm', is: 'write' },
    { kind: 'cut', when: 'after' },
    2,
  ),
  'exec cut without status': answered(
    'each cluster loses three commands in pods after they ran, without their status',
    { by: 'pgdist', is: 'exec' },
    { kind: 'cut', when: 'after' },
    3,
  ),
  'exec cut before': answered(
    'each cluster loses three commands in pods before they run',
    { by: 'pgdist', is: 'exec' },
    { kind: 'cut', when: 'before' },
    3,
  ),
  'watches dropped each second': everySecond('every API server drops its connections each second', (lab) => {
    for (const api of everyApi(lab)) api.dropConnections();
  }),
  'versions too old each second': everySecond('every resourceVersion is too old (410) each second', (lab) => {
    for (const api of everyApi(lab)) {
      api.compact();
      api.dropConnections();
    }
  }),
  'watches behind': {
    what: 'watches of every API server are one second behind',
    async begin(lab) {
      for (const api of everyApi(lab)) api.watchLagMs = 1_000;
      return async () => {
        for (const api of everyApi(lab)) api.watchLagMs = 0;
      };
    },
  },
  'tokens renewed': {
    what: 'the workers’ tokens expire, and their kubeconfigs are renewed',
    async begin(lab) {
      const old = await Promise.all(lab.workers.map((worker) => worker.renewTokens()));
      const isOld = ({ authorization }: { readonly authorization: string }): boolean => old.some((headers) => headers.has(authorization));
      return orderedOf(lab, { kind: 'refused', code: 401 }, { only: isOld });
    },
  },
  'tokens refused': answered('every request of pgdist is answered with 401', { by: 'pgdist' }, { kind: 'refused', code: 401 }),
  'right to patch databases taken': {
    what: 'an administrator takes the right to patch databases away',
    begin: (lab) => withoutVerb(lab, 'postgreses', 'patch'),
  },
  'right to list pods taken': {
    what: 'an administrator takes the right to list pods away',
    begin: (lab) => withoutVerb(lab, 'pods', 'list'),
  },
  'another manager': {
    what: 'another manager takes the labels of the placement for its own',
    async begin({ playground, database }) {
      const hub = operatorClient(playground.fleet.connections[0]!, 'argocd');
      const placement = { apiVersion: 'apps.k8s.appscode.com/v1', kind: 'PlacementPolicy' } as const;
      const metadata = { name: `${database}-placement` };
      const spec = { nodeSpreadConstraint: { maxSkew: 3, whenUnsatisfiable: 'DoNotSchedule' } };
      await hub.apply({ ...placement, metadata, spec });
      return async () => {
        await hub.delete({ ...placement, ...metadata });
        await hub.close();
      };
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
