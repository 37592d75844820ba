import type { Place } from '../domain/alert.ts';
import { clusterNamed, type Fleet } from '../domain/fleet.ts';
import type { RunState } from '../domain/run.ts';
import type { WatchRules } from '../domain/watch-rules.ts';
import type { WatchedDatabase } from '../ports/watch-store.ts';
import type { WalkTools } from '../walk/tools.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** What a walk needs that belongs to no run. */
export const lookingTools = (deps: WorkerDeps, fleet: Fleet, signal: AbortSignal): WalkTools => ({
  fleet,
  installation: deps.installation,
  clock: deps.clock,
  random: deps.random,
  signal,
  cluster: (name, limits) => deps.cluster(clusterNamed(fleet, name), limits),
  licence: () => deps.licence(),
  toolVersion: (tool, ends) => deps[tool].version(ends),
});

/** States in which a deploy changes what a look would see. */
const UNDER_WAY: readonly RunState[] = ['applying', 'verifying', 'cancelling'];

/** Whether a deploy of the database is changing it now. */
export const isUnderWay = async ({ watches, store }: WorkerDeps, of: WatchedDatabase): Promise<boolean> => {
  const id = await watches.deploying(of);
  const run = id === undefined ? undefined : await store.get(id).catch(() => undefined);
  return run !== undefined && UNDER_WAY.includes(run.state);
};

/** The configured channel; else the thread of the last deploy, and should that be gone the first of all channels. */
export const placesOf = async ({ watches, store }: WorkerDeps, of: WatchedDatabase, { channel, fallback }: WatchRules): Promise<readonly Place[]> => {
  if (channel !== undefined) return [{ channel }];
  const id = await watches.lastDeploy(of);
  const shown = id === undefined ? undefined : await store.shown(id).catch(() => undefined);
  return [...(shown?.ts === undefined ? [] : [{ channel: shown.channel, threadTs: shown.ts }]), { channel: fallback }];
};
