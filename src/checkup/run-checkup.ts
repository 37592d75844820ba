import { AREAS, rowsOf, type Area, type CheckupRow } from '../domain/checkup.ts';
import type { Clock } from '../ports/clock.ts';

/** Looks at one thing and never changes it; what it throws becomes a row that says so. */
export interface Check {
  readonly area: Area;
  /** That its rows are about, where there are several. */
  readonly fleet?: string;
  look(signal: AbortSignal): Promise<readonly CheckupRow[]>;
}

/** Milliseconds for one check: three calls of a cluster that does not answer. */
const CHECK_TIMEOUT_MS = 30_000;

/** All checks side by side, their rows in the order of areas. A check that does not end in time is told as not known. */
export const runCheckup = async (checks: readonly Check[], clock: Clock, timeoutMs: number = CHECK_TIMEOUT_MS): Promise<CheckupRow[]> => {
  const rows = (await Promise.all(checks.map(async (check) => withFleet(check, await inTime(check, clock, timeoutMs))))).flat();
  return AREAS.flatMap((area) => rows.filter((row) => row.area === area));
};

const withFleet = ({ fleet }: Check, rows: readonly CheckupRow[]): readonly CheckupRow[] =>
  fleet === undefined ? rows : rows.map((row) => ({ fleet, ...row }));

const inTime = async ({ area, look }: Check, clock: Clock, timeoutMs: number): Promise<readonly CheckupRow[]> => {
  const { unknown } = rowsOf(area);
  const over = new AbortController();
  const done = new AbortController();
  const late = clock.sleep(timeoutMs, done.signal).then(
    () => {
      over.abort(new Error(`no answer within ${timeoutMs / 1000} s`));
      return [unknown(`nothing is known of it: no answer within ${timeoutMs / 1000} s`)];
    },
    () => [],
  );
  try {
    return await Promise.race([look(over.signal), late]);
  } catch (error) {
    return [unknown(`nothing is known of it: ${error instanceof Error ? error.message : String(error)}`)];
  } finally {
    done.abort(DONE);
  }
};

/** Made once: an abort without a reason makes an exception with a stack each time. */
const DONE = new Error('the check is done');
