import { homeId, visitorOf } from '../domain/home.ts';
import type { Homes, HomeTab, Preferences } from '../ports/homes.ts';
import type { JobEnd } from '../ports/job-handlers.ts';
import type { Shown } from '../ports/run-store.ts';
import { homeContent } from '../runs/home.ts';
import { rememberUnder, reported, type ReportDeps } from './report-run.ts';

/** What showing a Home tab needs. */
export type HomeDeps = Pick<ReportDeps, 'store' | 'schedule' | 'leases' | 'clock' | 'log'> &
  Parameters<typeof homeContent>[0] & { readonly homes: Homes; readonly homeTab: HomeTab; readonly preferences: Preferences };

/** Makes the Home tab of a person tell what is so now, if they opened it lately. */
export const reportHome = (deps: HomeDeps, id: string, stop: AbortSignal): Promise<JobEnd> =>
  reported(deps, id, stop, async (lease) => {
    const { store, homes, homeTab } = deps;
    const visitor = await homes.visitor(visitorOf(id));
    if (visitor === undefined) return undefined;
    const shown: Shown = (await store.shown(id)) ?? { channel: '', replies: {} };
    const result = await homeTab.show(visitor, await homeContent(deps, visitor), shown);
    await rememberUnder(store, id, lease)(result.shown);
    return result.againMs;
  });

/** The tab of whoever opened it just now, or did something in it. */
export const showHome = (deps: HomeDeps, userId: string, stop: AbortSignal): Promise<JobEnd> => reportHome(deps, homeId(userId), stop);

/** Something that Home tabs tell has changed; never rejects, since nothing depends on it. */
export const homesChanged = async ({ homes, log }: Pick<HomeDeps, 'homes' | 'log'>): Promise<void> => {
  try {
    await homes.changed();
  } catch (error) {
    log.warn({ reason: String(error) }, 'Home tabs are not told of a change');
  }
};
