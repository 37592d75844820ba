import { chained, createChainCheck, GENESIS, headOf, type ChainedEntry } from '../../src/domain/audit-chain.ts';
import { threadOf } from '../../src/adapters/redis/thread-of.ts';
import type { Lock } from '../../src/domain/lock.ts';
import { isTerminal, type Actor, type Run } from '../../src/domain/run.ts';
import { lookAtMs, waitsForDatabase } from '../../src/domain/run-moves.ts';
import { LeaseLostError } from '../../src/ports/lease.ts';
import { StaleRevisionError, type RunStore, type Shown } from '../../src/ports/run-store.ts';

export interface MemoryStore extends RunStore {
  /** Stores a run as it is, whatever was stored before. */
  put(run: Run): void;
  /** The audit stream, oldest first. */
  readonly entries: Readonly<Record<string, string>>[];
}

/** Runs in memory under the contract of the port; test/adapters/redis/run-store.test.ts holds it to that beside Redis. */
export const memoryStore = (): MemoryStore => {
  const runs = new Map<string, Run>();
  const seen = new Map<string, string>();
  const shown = new Map<string, Shown>();
  const shownEpochs = new Map<string, number>();
  const cancels = new Map<string, Actor>();
  const waiting = new Map<string, Readonly<Record<string, string>>>();
  const bundles = new Map<string, Buffer>();
  const streaming = new Map<string, Record<string, string>>();
  const locks = new Map<string, Lock>();
  const holders = new Map<string, string>();
  const entries: Readonly<Record<string, string>>[] = [];
  const chain: ChainedEntry[] = [];
  const auditHead = () => ({ ...(chain.length === 0 ? GENESIS : headOf(chain.at(-1)!)), kept: chain.length });
  const withThread = (run: Run): Run => {
    const found = shown.get(run.id);
    return found === undefined ? run : { ...run, thread: threadOf(found, run.thread) };
  };
  const get = (id: string): Run | undefined => {
    const run = runs.get(id);
    return run === undefined ? undefined : withThread(run);
  };
  const write = (run: Run): Run => {
    if (runs.get(run.id)?.revision !== run.revision) throw new StaleRevisionError(`run ${run.id} changed since revision ${run.revision}`);
    const next = { ...run, revision: run.revision + 1 };
    runs.set(run.id, next);
    if (isTerminal(run.state) && holders.get(run.fleet.name) === run.id) holders.delete(run.fleet.name);
    return next;
  };
  const live = (): Run[] => [...runs.values()].filter(({ state }) => !isTerminal(state)).map(withThread);
  const deployerOf = (run: Run): Run | undefined =>
    live().find(
      (other) =>
        run.kind === 'deploy' &&
        other.kind === 'deploy' &&
        waitsForDatabase(run) === waitsForDatabase(other) &&
        other.id !== run.id &&
        other.fleet.name === run.fleet.name &&
        other.database.name === run.database.name,
    );
  const holderOf = (run: Run): Run | undefined => {
    const holder = get(holders.get(run.fleet.name) ?? '');
    return holder === undefined || holder.id === run.id || isTerminal(holder.state) ? undefined : holder;
  };
  return {
    entries,
    put: (run) => void runs.set(run.id, run),
    async create(run, key) {
      if (seen.has(key)) return { kind: seen.get(key) === run.id ? 'created' : 'seen' };
      const holder = deployerOf(run);
      if (holder !== undefined) return { kind: 'database-held', holder };
      seen.set(key, run.id);
      runs.set(run.id, { ...run, revision: 0 });
      return { kind: 'created' };
    },
    startedBy: async (key) => seen.get(key),
    get: async (id) => get(id),
    save: async (run) => write(run),
    async reopen(run, cancel) {
      if (runs.get(run.id)?.revision !== run.revision || JSON.stringify(cancels.get(run.id)) !== JSON.stringify(cancel))
        throw new StaleRevisionError(`run ${run.id} or its cancel changed`);
      const holder = deployerOf(run);
      if (holder !== undefined) return { kind: 'database-held', holder };
      cancels.delete(run.id);
      return { kind: 'reopened', run: write(run) };
    },
    async restore(run, what) {
      if (runs.has(run.id)) return false;
      runs.set(run.id, run);
      shown.set(run.id, what);
      return true;
    },
    keepInstallation: async () => ({ wasMissing: false, life: { id: 'only', start: 1 }, areForgottenEnded: true }),
    endedForgotten: async () => undefined,
    list: async (limit) =>
      [...runs.values()]
        .map(withThread)
        .toSorted((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1))
        .slice(0, limit),
    live: async () => live(),
    toLookAt: async (now) => live().filter((run) => lookAtMs(run) <= now.getTime() || cancels.has(run.id)),
    lookLater: async () => undefined,
    async approve(run) {
      const holder = holderOf(run);
      if (runs.get(run.id)?.revision === run.revision && holder !== undefined) return { kind: 'fleet-held', holder };
      const approved = write(run);
      holders.set(run.fleet.name, run.id);
      return { kind: 'approved', run: approved };
    },
    async takeFleet(run) {
      const holder = holderOf(run);
      if (holder === undefined) holders.set(run.fleet.name, run.id);
      return holder;
    },
    async releaseFleet(run) {
      if (holders.get(run.fleet.name) === run.id) holders.delete(run.fleet.name);
    },
    async lock(fleet, database, lock) {
      const before = locks.get(`${fleet}/${database}`);
      if (before === undefined) locks.set(`${fleet}/${database}`, lock);
      return before;
    },
    async unlock(fleet, database) {
      const before = locks.get(`${fleet}/${database}`);
      locks.delete(`${fleet}/${database}`);
      return before;
    },
    locked: async (fleet, database) => locks.get(`${fleet}/${database}`),
    async requestCancel(id, by) {
      cancels.set(id, by);
    },
    cancelRequested: async (id) => cancels.get(id),
    leaseLeftMs: async () => 0,
    async setWaiting(id, texts) {
      waiting.set(id, texts);
    },
    waiting: async (id) => waiting.get(id) ?? {},
    lastStreaming: async (fleet, database) => streaming.get(`${fleet}/${database}`) ?? {},
    async rememberStreaming(fleet, database, pods, at) {
      const before = streaming.get(`${fleet}/${database}`) ?? {};
      streaming.set(`${fleet}/${database}`, { ...before, ...Object.fromEntries(pods.map((pod) => [pod, at])) });
    },
    shown: async (id) => shown.get(id),
    shownSoFar: async (id, { channel }) => shown.get(id) ?? { channel, replies: {} },
    ofThread: async (channel, ts) => [...shown].find(([, found]) => found.channel === channel && found.ts === ts)?.[0],
    async setShown(id, next, epoch = 0) {
      if ((shownEpochs.get(id) ?? 0) > epoch) throw new LeaseLostError(`run ${id} is shown by a later holder of its lease`);
      shownEpochs.set(id, epoch);
      shown.set(id, next);
    },
    async keepBundle(id, bytes) {
      bundles.set(id, Buffer.from(bytes));
    },
    bundle: async (id) => bundles.get(id),
    async audit(entry) {
      entries.push(entry);
      chain.push(chained(auditHead(), entry));
      return auditHead();
    },
    auditHead: async () => auditHead(),
    async auditOf(id, limit) {
      const check = createChainCheck();
      const [fault] = chain.map((entry) => check.next(entry)).filter((found) => found !== undefined);
      const about = chain.filter(({ run, started }) => run === id || started === id);
      const newest = about.slice(-limit);
      return { entries: newest, earlier: about.length - newest.length, gone: 0, ...(fault === undefined ? {} : { fault }) };
    },
  };
};
