import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import * as runScripts from '../../src/adapters/redis/run-scripts.ts';
import * as scripts from '../../src/adapters/redis/scripts.ts';
import type { Boundary } from './calls.ts';
import type { Process, Simulation } from './simulation.ts';

/** What the simulation does to a real Redis: each process talks to it over a boundary, and leases and beats run out by virtual time. */
export interface ChaosRedis {
  /** A connection of the process. */
  connect(process: Process): Redis;
  /** Its connection for subscriptions. */
  subscriber(process: Process): Redis;
  /** Leases are gone from one moment to the next. */
  dropLeases(): Promise<void>;
  leases(): readonly string[];
  /** How everything stands now, but leases and beats, which no restart outlives: returns what puts it there again. */
  remember(): Promise<() => Promise<void>>;
}

const NAMES = new Map<unknown, string>(Object.entries({ ...scripts, ...runScripts }).map(([name, text]) => [text, name]));
/** Never over while a story lasts: when a lease or a beat is over says the simulation. */
const FOR_EVER_MS = 3_600_000;
/** Of the processes, bot.ts and worker.ts. */
const SILENT_AFTER_MS = { bot: 800, worker: 2_000 } as const;

type Command = (...args: unknown[]) => Promise<unknown>;

export const createChaosRedis = (sim: Simulation, boundary: Boundary, real: Redis): ChaosRedis => {
  /** Instants by key. */
  const expiries = new Map<string, number>();
  const subscribers = new Map<Process, EventEmitter>();
  /** Scripts that the server of now was given. */
  const known = new Set<string>();
  const leases = (): readonly string[] => [...expiries.keys()].filter((key) => key.includes(':lease:'));

  const expire = (key: string, ms: number): void => {
    expiries.set(key, sim.nowMs() + ms);
    sim.after(ms, async () => {
      if ((expiries.get(key) ?? Infinity) > sim.nowMs()) return;
      expiries.delete(key);
      await real.del(key);
    });
  };
  const publish = (channel: unknown, message: unknown): number => {
    for (const [process, emitter] of subscribers) sim.after(sim.between(0.2, 2), () => void emitter.emit('message', channel, message), process);
    return subscribers.size;
  };
  const evaluate = async (args: readonly unknown[]): Promise<unknown> => {
    const [text, , ...rest] = args;
    const run = (values: readonly unknown[]): Promise<unknown> => (real.eval as Command)(...values);
    if (text === scripts.TAKE_LEASE || text === scripts.RENEW_LEASE) {
      const answer = await run([...args.slice(0, -1), FOR_EVER_MS]);
      const isHeld = text === scripts.TAKE_LEASE ? Number(answer) !== 0 : answer === 'renewed';
      if (isHeld) expire(String(rest[0]), Number(rest.at(-1)));
      return answer;
    }
    if (text === scripts.BEAT) {
      const [key, set, name, at, forMs, ...limits] = rest;
      expire(String(key), Number(forMs));
      return run([text, 2, key, set, name, at, FOR_EVER_MS, ...limits]);
    }
    const answer = await run(args);
    if (text === scripts.DELETE_IF && answer === 1) expiries.delete(String(rest[0]));
    return answer;
  };
  const effectOf = (name: string, args: readonly unknown[]): Promise<unknown> => {
    if (name === 'eval') {
      known.add(createHash('sha1').update(String(args[0])).digest('hex'));
      return evaluate(args);
    }
    if (name === 'evalsha' && !known.has(String(args[0]))) return Promise.reject(new Error('NOSCRIPT No matching script.'));
    if (name === 'publish') return Promise.resolve(publish(args[0], args[1]));
    if (name === 'pttl') return Promise.resolve(Math.round((expiries.get(String(args[0])) ?? sim.nowMs() - 2) - sim.nowMs()));
    if (name === 'del') expiries.delete(String(args[0]));
    const command = (real as unknown as Record<string, Command>)[name];
    if (command === undefined) throw new Error(`there is no command ${name}`);
    return command.apply(real, [...args]);
  };
  const over = (process: Process, label: string, effect: () => Promise<unknown>): Promise<unknown> =>
    boundary.call(process, {
      label,
      server: 'redis',
      wayMs: [0.1, 1.5],
      effect,
      timeoutMs: SILENT_AFTER_MS[process.role],
      timedOut: () => new Error('Command timed out'),
      broken: () => new Error('Connection is closed.'),
    });

  return {
    connect(process) {
      const pipeline = () => {
        const commands: (readonly [string, readonly unknown[]])[] = [];
        const exec = () =>
          over(process, 'READ', async () => {
            const answers: [Error | null, unknown][] = [];
            for (const [name, args] of commands) answers.push([null, await effectOf(name, args)]);
            return answers;
          });
        return new Proxy({}, { get: (_, name) => (name === 'exec' ? exec : (...args: unknown[]) => void commands.push([String(name), args])) });
      };
      const command = (name: string) =>
        name === 'pipeline' ? pipeline : (...args: unknown[]) => over(process, labelOf(name, args), () => effectOf(name, args));
      // Nobody may take it for a promise.
      return new Proxy({}, { get: (_, name) => (typeof name === 'symbol' || name === 'then' ? undefined : command(name)) }) as Redis;
    },
    subscriber(process) {
      const emitter = new EventEmitter();
      const subscribe = () => over(process, 'subscribe', async () => void subscribers.set(process, emitter));
      return Object.assign(emitter, { subscribe }) as unknown as Redis;
    },
    async dropLeases() {
      for (const key of leases()) {
        expiries.delete(key);
        await real.del(key);
      }
    },
    leases,
    async remember() {
      const lasting = (await real.keys('*')).filter((key) => !expiries.has(key));
      const held = await Promise.all(
        lasting.map(async (key) => ({ key, ttl: Math.max(0, await real.pttl(key)), value: await real.dumpBuffer(key) })),
      );
      return async () => {
        known.clear();
        const since = (await real.keys('*')).filter((key) => !lasting.includes(key));
        if (since.length > 0) await real.del(since);
        for (const key of since) expiries.delete(key);
        for (const { key, ttl, value } of held) if (value !== null) await real.restore(key, ttl, value, 'REPLACE');
      };
    },
  };
};

/** 'SAVE' for a script, 'set shown' for what is set. */
const labelOf = (name: string, [first]: readonly unknown[]): string => {
  if (name === 'eval') return NAMES.get(first) ?? 'a script';
  return name === 'set' ? `set ${String(first).split(':')[1] ?? ''}` : name;
};
