import type { JobEnd } from '../ports/job-handlers.ts';
import { rememberUnder, reported } from './report-run.ts';
import type { WorkerDeps } from './worker-deps.ts';

type AlertDeps = Pick<WorkerDeps, 'store' | 'watches' | 'schedule' | 'leases' | 'alerts' | 'clock' | 'log'>;

/** Makes Slack show the newest state of an alert, as reportRun does of a run. */
export const reportAlert = (deps: AlertDeps, id: string, stop: AbortSignal): Promise<JobEnd> =>
  reported(deps, id, stop, async (lease, signal) => {
    const { watches, store, alerts } = deps;
    const alert = await watches.alert(id);
    if (alert === undefined) return undefined;
    const shown = await store.shownSoFar(id, { channel: alert.places[0]?.channel ?? '' });
    const remember = rememberUnder(store, id, lease);
    const result = await alerts.show(alert, shown, remember, signal);
    await remember(result.shown);
    return result.againMs;
  });
