import type { Alert, Mute } from '../../src/domain/alert.ts';
import { type LagSample, MOST_SAMPLES } from '../../src/domain/lag.ts';
import { UNSEEN, type Watched } from '../../src/domain/watched.ts';
import { StaleWatchError, type WatchedDatabase, type WatchStore } from '../../src/ports/watch-store.ts';

/** The watch in memory under the contract of the port; test/adapters/redis/watch-store.test.ts holds it to that beside Redis. */
export const memoryWatches = (): WatchStore => {
  const due = new Map<string, number>();
  const states = new Map<string, { readonly watched: Watched; readonly revision: number }>();
  const alerts = new Map<string, Alert>();
  const mutes = new Map<string, Mute>();
  const drifts = new Map<string, { readonly digest: string; readonly alert?: string }>();
  const lags = new Map<string, readonly LagSample[]>();
  const deploys = new Map<string, string>();
  const nameOf = ({ fleet, database }: WatchedDatabase): string => `${fleet}/${database}`;
  const ofName = (name: string): WatchedDatabase => {
    const [fleet = '', database = ''] = name.split('/');
    return { fleet, database };
  };
  return {
    async plan(databases, at) {
      for (const of of databases) if (!due.has(nameOf(of))) due.set(nameOf(of), at.getTime());
    },
    due: async (now) =>
      [...due]
        .flatMap(([name, at]) => (at <= now.getTime() ? [{ name, at }] : []))
        .toSorted((a, b) => a.at - b.at)
        .map(({ name }) => ofName(name)),
    async dueAt(of, at) {
      due.set(nameOf(of), at.getTime());
    },
    recall: async (of) => states.get(nameOf(of)) ?? { watched: UNSEEN, revision: 0 },
    async save(of, { watched, revision }, nextAt, changed) {
      if ((states.get(nameOf(of))?.revision ?? 0) !== revision)
        throw new StaleWatchError(`the watch of ${of.database} went on since revision ${revision}`);
      states.set(nameOf(of), { watched, revision: revision + 1 });
      if (nextAt === undefined) due.delete(nameOf(of));
      else due.set(nameOf(of), nextAt.getTime());
      for (const alert of changed) alerts.set(alert.id, alert);
    },
    alert: async (id) => alerts.get(id),
    async tellOnce(alert) {
      if (alerts.has(alert.id)) return false;
      alerts.set(alert.id, alert);
      return true;
    },
    async tell(alert) {
      if (alerts.has(alert.id)) alerts.set(alert.id, alert);
    },
    lastDrift: async (of) => drifts.get(nameOf(of)),
    async rememberDrift(of, drift) {
      if (drift === undefined) drifts.delete(nameOf(of));
      else drifts.set(nameOf(of), drift);
    },
    async mute(of, mute) {
      mutes.set(nameOf(of), mute);
    },
    async unmute(of) {
      const before = mutes.get(nameOf(of));
      mutes.delete(nameOf(of));
      return before;
    },
    muted: async (of) => mutes.get(nameOf(of)),
    lastDeploy: async (of) => deploys.get(nameOf(of)),
    async rememberDeploy(of, runId) {
      deploys.set(nameOf(of), runId);
    },
    async rememberLag(of, sample) {
      lags.set(nameOf(of), [...(lags.get(nameOf(of)) ?? []), sample].slice(-MOST_SAMPLES));
    },
    lag: async (of) => lags.get(nameOf(of)) ?? [],
    deploying: async () => undefined,
  };
};
