import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedTime } from '../control/simulated-time.ts';
import { freePort } from '../control/free-port.ts';
import { loopbackOf } from './addresses.ts';
import type { PostgresBinaries } from './binaries.ts';
import type { DataFolders } from './data-folder.ts';
import { chooseLeader } from './election.ts';
import { changing, memberOf, memberState, type MemberState } from './member-state.ts';
import type { MemberOptions, ReplicatedDatabase, Role, SliceNetwork } from './member.ts';
import { startRelay, type Route } from './relay.ts';
import { startServer } from './server.ts';
import { promote, receivedPosition, setPassword } from './sql.ts';

interface Surroundings {
  readonly binaries: PostgresBinaries;
  readonly folders: DataFolders;
  readonly root: string;
  readonly network: SliceNetwork;
  readonly time: SimulatedTime;
  readonly socketFolder: () => string;
}

/** How often links and leadership are looked at. */
const TICK_MS = 500;
/**
 * Looks at which a majority did not see the leader, one after the other, before it elects another: raft elects after 2 to 10 s as a rule. Looks that
 * were answered are counted, not time: at a high speed a clock outruns a busy machine, on which servers start and looks are answered more slowly.
 */
const LOOKS_BEFORE_ELECTION = 10;

/** One database over several clusters: which pod leads, and a real server for each pod that runs. */
export const replicatedDatabase = ({ binaries, folders, root, network, time, socketFolder }: Surroundings): ReplicatedDatabase => {
  const members = new Map<string, MemberState>();
  /** What each volume holds: data of a former primary cannot follow another one. */
  const volumes = new Map<string, Role>();
  let leader: string | undefined;
  let looksWithoutLeader = 0;
  const closing = new AbortController();

  /** The container ends with its server: who runs it starts it again. */
  const fail = (state: MemberState, error: unknown): void => {
    if (state.abort.signal.aborted) return;
    state.options.log(`FATAL:  ${error instanceof Error ? error.message : String(error)}`);
    state.ended.resolve(1);
  };

  const setRole = (state: MemberState, role: Role): void => {
    state.role = role;
    for (const listener of state.listeners) listener(role);
  };

  const routeOf = async (state: MemberState): Promise<Route | undefined> => {
    const primary = leader === undefined ? undefined : members.get(leader);
    if (primary?.server === undefined || !primary.serving || primary === state) return undefined;
    const { cluster, namespace, pod, podAddress } = state.options;
    const to = { address: primary.server.address, port: primary.server.port };
    if (cluster === primary.options.cluster) return { ...to, from: loopbackOf(podAddress) };
    if (!(await network.link(cluster, primary.options.cluster))) return undefined;
    state.sliceAddress = await network.sliceAddress(cluster, namespace, pod);
    return state.sliceAddress === undefined ? undefined : { ...to, from: loopbackOf(state.sliceAddress) };
  };

  const until = async (holds: () => Promise<boolean> | boolean, signal: AbortSignal): Promise<void> => {
    while (!(await holds())) await delay(TICK_MS / Math.max(1, time.speed), undefined, { signal });
  };

  const serve = async (state: MemberState): Promise<void> => {
    const { options, abort } = state;
    const data = join(root, options.volume);
    const address = loopbackOf(options.podAddress);
    if (leader === undefined && options.index !== 0 && volumes.get(options.volume) !== 'primary') {
      options.log('waiting for the role to be decided ...');
      await until(() => leader !== undefined, abort.signal);
    }
    leader ??= options.pod;
    if (leader === options.pod && volumes.size > 0 && !volumes.has(options.volume)) {
      options.log('waiting for the role to be decided ...');
      await until(() => leader !== options.pod, abort.signal);
    }
    if (leader === options.pod) {
      await changing(state, async () => {
        if (!volumes.has(options.volume)) await folders.createPrimary(data);
        volumes.set(options.volume, 'primary');
        abort.signal.throwIfAborted();
        await run(state, 'primary', data, address);
      });
    } else {
      state.relay ??= await startRelay(() => routeOf(state));
      const conninfo = `host=127.0.0.1 port=${state.relay.port} user=postgres application_name=${options.pod} sslmode=disable`;
      if (volumes.get(options.volume) === 'standby') await folders.repoint(data, conninfo);
      else {
        options.log('Attempting pg_isready on primary');
        await until(async () => (await routeOf(state)) !== undefined, abort.signal);
        options.log('take base basebackup...');
        await folders.createStandby(data, conninfo);
        volumes.set(options.volume, 'standby');
      }
      abort.signal.throwIfAborted();
      await run(state, 'standby', data, address);
    }
  };

  const run = async (state: MemberState, role: Role, data: string, address: string): Promise<void> => {
    const { options, abort } = state;
    await folders.configure(data, `${options.configuration ?? ''}\n${synchronousLines(options)}`);
    const server = await startServer({ binaries, data, socketFolder: socketFolder(), address, port: await freePort(address), log: options.log });
    state.server = server;
    void server.ended.then((code) => {
      if (state.server !== server || abort.signal.aborted) return;
      state.serving = false;
      state.ended.resolve(code);
    });
    // A standby without its primary may never be ready, and still has to be stopped.
    const began = await Promise.race([server.ready.then(() => true), server.ended.then(() => false), aborted(abort.signal).then(() => false)]);
    if (!began) return;
    if (role === 'primary') await setPassword(server, options.password);
    // Another one may have been elected while this one started.
    if (role === 'primary' && leader !== options.pod) return stepDown(state);
    state.serving = true;
    setRole(state, role);
  };

  const haltNow = (state: MemberState, mode: 'fast' | 'immediate'): Promise<void> =>
    changing(state, async () => {
      state.serving = false;
      const { server, relay } = state;
      state.server = undefined;
      state.relay = undefined;
      await server?.stop(mode);
      await relay?.close();
    });

  /** Asked twice, both wait until the server is gone: its folder may be removed then. */
  const halt = (state: MemberState, mode: 'fast' | 'immediate'): Promise<void> => (state.halted = state.halted.then(() => haltNow(state, mode)));

  /** A pod that comes back under its name waits until the server before it has left the volume. */
  const replace = async (former: MemberState): Promise<void> => {
    former.abort.abort();
    await former.started;
    await halt(former, 'fast');
  };

  /** The old leader, if it still runs, goes on as a standby that has to copy the data anew. */
  const stepDown = async (state: MemberState): Promise<void> => {
    state.options.log('demoting: another pod is the leader');
    const { server } = state;
    state.serving = false;
    state.server = undefined;
    await server?.stop('fast');
    await serve(state);
  };

  const tick = async (): Promise<void> => {
    for (const state of members.values()) await state.relay?.refresh();
    if (leader === undefined) return;
    const running = [...members.values()].filter(({ serving }) => serving);
    const elected = await chooseLeader({
      leader,
      voters: Math.max(...[...members.values()].map(({ options }) => options.voters), 1),
      running: running.map(({ options }) => ({ pod: options.pod, cluster: options.cluster })),
      link: network.link,
      position: async (pod) => {
        const server = members.get(pod)?.server;
        return server === undefined ? 0n : receivedPosition(server);
      },
    });
    if (elected === undefined) {
      looksWithoutLeader = 0;
      return;
    }
    if (members.get(leader)?.changing === true) return;
    looksWithoutLeader += 1;
    if (looksWithoutLeader < LOOKS_BEFORE_ELECTION) return;
    const [next, former] = [members.get(elected), members.get(leader)];
    if (next?.server === undefined) return;
    next.options.log('Postgres promotion trigger_file found');
    await promote(next.server);
    leader = elected;
    looksWithoutLeader = 0;
    volumes.set(next.options.volume, 'primary');
    setRole(next, 'primary');
    for (const state of members.values()) await state.relay?.refresh();
    if (former?.serving === true) former.started = stepDown(former).catch((error: unknown) => fail(former, error));
  };

  const watch = (async () => {
    while (!closing.signal.aborted) {
      await tick().catch(() => undefined);
      await delay(TICK_MS / Math.max(1, time.speed / 4), undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();

  return {
    start(options) {
      const state = memberState(options);
      const former = members.get(options.pod);
      members.set(options.pod, state);
      state.started = (former === undefined ? serve(state) : replace(former).then(() => serve(state))).catch((error: unknown) => fail(state, error));
      return memberOf(state, members, async (mode = 'fast') => {
        state.abort.abort();
        await state.started;
        await halt(state, mode);
        if (members.get(options.pod) === state) members.delete(options.pod);
      });
    },
    async discard(volume) {
      volumes.delete(volume);
      if (volumes.size === 0) leader = undefined;
      await rm(join(root, volume), { recursive: true, force: true });
    },
    async close() {
      closing.abort();
      await watch;
      for (const state of members.values()) {
        state.abort.abort();
        await state.started;
        await halt(state, 'immediate');
      }
      members.clear();
    },
  };
};

/** As KubeDB's init scripts write them: any one of the other voters. */
const synchronousLines = ({ synchronous = false, pod, index, voters }: MemberOptions): string => {
  if (!synchronous) return '';
  const base = pod.slice(0, -String(index).length);
  const others = Array.from({ length: voters }, (_, at) => `"${base}${at}"`).filter((name) => name !== `"${pod}"`);
  return `synchronous_commit = remote_write\nsynchronous_standby_names = 'ANY 1 (${others.join(',')})'\n`;
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
