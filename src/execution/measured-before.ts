import { type Measured, measuredIn, NOTHING_MEASURED } from '../domain/measured.ts';
import type { Run } from '../domain/run.ts';
import type { Log } from '../ports/log.ts';
import type { RunStore } from '../ports/run-store.ts';

/** So many of the newest runs are read for it. */
const MOST_RUNS = 30;

/** What earlier runs of the fleet took. While the store does not answer a plan stands without an estimate. */
export const measuredBefore = async (
  { store, log }: { readonly store: Pick<RunStore, 'list'>; readonly log: Pick<Log, 'warn'> },
  { fleet }: Pick<Run, 'fleet'>,
): Promise<Measured> => {
  try {
    return measuredIn(await store.list(MOST_RUNS), fleet.name);
  } catch (error) {
    log.warn({ reason: String(error) }, 'earlier runs not read, the plan has no estimate');
    return NOTHING_MEASURED;
  }
};
