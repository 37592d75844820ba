import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Redis } from 'ioredis';
import { operatorClient } from '../../playground/control/kit.ts';
import { CHANNEL } from '../../playground/people.ts';
import { isTerminal } from '../../src/domain/run.ts';
import { isWithdrawn } from '../../src/domain/run-moves.ts';
import type { FaultLab } from './lab.ts';
import { markOf } from './marks.ts';
import { toolsOf } from './processes.ts';
import type { Scene } from './scene.ts';
import { until } from './until.ts';

/** Looks at everything that a scenario left, and returns a sentence for each thing that must not be. */
type Invariant = (scene: Scene) => Promise<readonly string[]> | readonly string[];

/** Each is checked after each scenario. A new one is an entry here. */
export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  async 'no accepted command is lost'(lab) {
    const runs = await lab.record.store.list(50);
    return runs.filter(({ state }) => !isTerminal(state)).map(({ id, state }) => `run ${id} is ${state} for ever`);
  },

  async 'what was told is true'({ record, sinceMs, told }) {
    const runs = (await record.store.list(50)).filter(({ requestedAt }) => Date.parse(requestedAt) >= sinceMs);
    const accepted = new Set(runs.filter((run) => !isWithdrawn(run)).map(({ id }) => id));
    const refused = told.filter((one) => /Nothing was accepted|was not queued/.test(one.told)).length;
    const promised = told.flatMap((one) => /(?:Planning|Verifying|Asking) .*run `(\w+)`/.exec(one.told)?.[1] ?? []);
    return [
      ...promised.filter((id) => !accepted.has(id)).map((id) => `run ${id} was told as accepted, and is not`),
      // Every command is either taken by one run, or refused, or not known.
      ...(accepted.size > told.filter(({ asked }) => /deploy|verify|status/.test(asked)).length - refused
        ? ['a run goes on whose asker was told that nothing was accepted']
        : []),
    ];
  },

  'each object is made once'({ audit }) {
    const written = new Set(audit.writes.filter(({ program }) => program.startsWith('pgdist')).map(({ cluster, path }) => `${cluster} ${path}`));
    return [...audit.made].flatMap(([key, times]) => {
      const [cluster = '', group = '', plural = '', namespace = '', name = ''] = key.split(/[ /]/);
      const isOurs = [...written].some(
        (path) => path.startsWith(`${cluster} `) && path.endsWith(`/${plural}/${name}`) && (namespace === '' || path.includes(`/${namespace}/`)),
      );
      // A half-made first release is uninstalled before it is installed again; and people delete what they made.
      const byHelm = audit.writes.filter(({ program, method }) => program.startsWith('Helm') && method === 'DELETE');
      const end = `${namespace === '' ? '' : `/${namespace}`}/${plural}/${name}`;
      const takenBack = [...byHelm, ...audit.deletions].filter((one) => one.cluster === cluster && one.path.endsWith(end)).length;
      return times > 1 + takenBack && isOurs && !MADE_ANEW.includes(plural)
        ? [`${plural}.${group} ${namespace}/${name} on ${cluster} was made ${times} times`]
        : [];
    });
  },

  async 'no two workers write'({ audit, workers }) {
    const begun = (await Promise.all(workers.map(async (worker) => (await worker.begun()).map((one) => ({ ...one, worker: worker.name }))))).flat();
    const holders = begun.toSorted((a, b) => a.atMs - b.atMs);
    // A write is seen later than it was sent where the clusters' process had no turn.
    const lateMs = audit.lagMs() + CLOCKS_MS;
    return audit.writes.flatMap(({ atMs, worker, program, method, path, cluster }) => {
      const holder = holders.findLast((one) => one.atMs <= atMs - lateMs);
      const next = holders.find((one) => one.atMs > atMs - lateMs);
      const isHeld = holder?.worker === worker || (next?.worker === worker && next.atMs <= atMs + CLOCKS_MS);
      return isHeld ? [] : [`${worker} (${program}) wrote ${method} ${path} on ${cluster} while ${holder?.worker ?? 'nobody'} held the run`];
    });
  },

  async 'nothing is held any more'(lab) {
    const redis = new Redis(lab.redisServer.url);
    try {
      // Leases of reports and of what just ended run out by themselves.
      return await until('nothing is held', GONE_WITHIN_MS, async () => {
        const keys = (await redis.keys(`${lab.prefix}:*`)).filter((key) => /:(lease|fleet|deploying|cancel):/.test(key));
        return keys.length === 0 ? [] : undefined;
      }).catch(async () =>
        (await redis.keys(`${lab.prefix}:*`)).filter((key) => /:(lease|fleet|deploying|cancel):/.test(key)).map((key) => `${key} is left in Redis`),
      );
    } finally {
      redis.disconnect();
    }
  },

  async 'every thread ends in one card without duplicates'(lab) {
    const { slack } = lab.playground;
    const runs = (await lab.record.store.list(50)).filter((run) => !isWithdrawn(run));
    // The reporter is after the run.
    const wrong = (): string[] =>
      runs.flatMap(({ id, kind, state, retries = 0 }) => {
        if (kind === 'status') return [];
        const cards = slack.messages(CHANNEL).filter(({ metadata }) => markOf(metadata)?.run === id && markOf(metadata)?.key === 'card');
        const [card] = cards;
        if (card === undefined || cards.length !== 1) return [`run ${id} has ${cards.length} cards`];
        const thread = slack.thread(CHANNEL, card.ts);
        const keys = thread.flatMap(({ metadata }) => markOf(metadata)?.key ?? []);
        const files = thread.flatMap(({ files: found }) => found.map(({ name }) => name));
        const twice = [...keys, ...files].filter((one, index, all) => all.indexOf(one) !== index);
        const ended = keys.filter((key) => key.startsWith('ended-')).length;
        return [
          ...twice.map((one) => `the thread of run ${id} has ${one} twice`),
          // Each retry may have had an end before it; a plan that is blocked is its own.
          ...(ended <= retries + 1 && (ended > 0 || state === 'blocked') ? [] : [`the thread of run ${id} tells ${ended} ends`]),
          ...(kind === 'verify' || slack.messageText(CHANNEL, card.ts).toLowerCase().includes(state)
            ? []
            : [`the card of run ${id} does not say ${state}`]),
        ];
      });
    return until('the threads have ended', lab.patienceMs / 4, () => (wrong().length === 0 ? [] : undefined)).catch(wrong);
  },

  async 'the record is what the clusters are'(lab) {
    const runs = await lab.record.store.list(50);
    const hub = operatorClient(lab.playground.fleet.connections[0]!, 'kubectl');
    const deployed = runs.filter(({ kind, state }) => kind === 'deploy' && state === 'succeeded').map(({ database }) => database.name);
    try {
      const wrong = async (): Promise<string[]> => {
        const all = await hub.list({ apiVersion: 'kubedb.com/v1', kind: 'Postgres' });
        const phaseOf = (name: string): string => String(all.find(({ metadata }) => metadata.name === name)?.status?.phase ?? 'missing');
        return deployed.filter((name) => phaseOf(name) !== 'Ready').map((name) => `the run succeeded, and ${name} is ${phaseOf(name)}`);
      };
      // The operator says so some time after the servers do.
      return await until('the operator sees it', lab.patienceMs / 4, async () => ((await wrong()).length === 0 ? [] : undefined)).catch(wrong);
    } finally {
      await hub.close();
    }
  },

  async 'no release is pending'(lab) {
    const found = await Promise.all(
      lab.playground.fleet.connections.map(async (connection) => {
        const client = operatorClient(connection, 'kubectl');
        const releases = await client.list({ apiVersion: 'v1', kind: 'Secret', labelSelector: 'owner=helm' });
        await client.close();
        return releases
          .filter(({ metadata }) => /^(pending|uninstalling)/.test(metadata.labels?.['status'] ?? ''))
          .map(({ metadata }) => `release ${metadata.name} on ${connection.name} is ${metadata.labels?.['status']}`);
      }),
    );
    return found.flat();
  },

  'no process and no folder is left': (lab) =>
    until('tools are gone', GONE_WITHIN_MS, () => (leftOf(lab).length === 0 ? [] : undefined)).catch(() => leftOf(lab)),
};

/** Made and removed by design. */
const MADE_ANEW: readonly string[] = ['pods', 'events', 'leases'];
/** Two processes of one machine write down the same instant. */
const CLOCKS_MS = 20;
const GONE_WITHIN_MS = 10_000;

/** Tools of this lab's fleet that run, and tool homes of workers that do not. */
const leftOf = (lab: FaultLab): string[] => {
  const living = new Set(lab.workers.map(({ process: worker }) => String(worker.pid)));
  const homes = readdirSync(tmpdir()).filter((name) => {
    const [, pid = ''] = /^pgdist-tool-(\d+)-/.exec(name) ?? [];
    return pid !== '' && !living.has(pid) && isOfLab(lab, name);
  });
  const tools = toolsOf(lab).map(({ command }) => `${command.slice(0, 60)} still runs`);
  return [...homes.map((name) => `${name} is left`), ...tools];
};

/** A home holds a kubeconfig that names this fleet's API servers. */
const isOfLab = ({ playground }: FaultLab, name: string): boolean => {
  try {
    const kubeconfig = readFileSync(`${tmpdir()}/${name}/kubeconfig`, 'utf8');
    return [...playground.fleet.apis.values()].some(({ url }) => kubeconfig.includes(url));
  } catch {
    return false;
  }
};
