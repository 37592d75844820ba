import type { Run } from '../domain/run.ts';
import type { JobEnd } from '../ports/job-handlers.ts';
import type { Shown } from '../ports/run-store.ts';
import { isDirectId } from '../domain/direct.ts';
import { isHomeId } from '../domain/home.ts';
import { directsDue, newsOf, reportDirect, type DirectDeps } from './report-direct.ts';
import { homesChanged, reportHome, type HomeDeps } from './report-home.ts';

export type PeopleDeps = DirectDeps & HomeDeps;

/**
 * Whom else a run concerns, beside its thread: people who are written to directly are looked for once for each state that is news, and Home tabs that
 * are open learn of it. Returns what is shown of the run afterwards.
 */
export const tellPeople =
  (deps: PeopleDeps) =>
  async (run: Run, shown: Shown): Promise<Shown> => {
    await homesChanged(deps);
    const news = newsOf(run, shown);
    if (news === undefined) return shown;
    const byGroups = await directsDue(deps, run, shown.directed);
    return { ...shown, directs: news, ...(byGroups.length === 0 ? {} : { directed: byGroups }) };
  };

/** What is shown to one person alone; undefined: the id is of something else. */
export const reportToPerson = (deps: PeopleDeps, id: string, stop: AbortSignal): Promise<JobEnd> | undefined => {
  if (isHomeId(id)) return reportHome(deps, id, stop);
  return isDirectId(id) ? reportDirect(deps, id, stop) : undefined;
};
