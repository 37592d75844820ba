import type { Alert, Place } from './alert.ts';
import type { Problem } from './problem.ts';

/** Id of the alert of a notice. */
export const noticeId = (id: string): string => `alert-${id}`;

/** What people should know in time, and no verdict about a database: `id` names what is told, so that the same is never told twice. */
export const notice = (
  id: string,
  of: { readonly fleet: string; readonly database: string },
  problem: Problem,
  cluster: string,
  at: string,
  places: readonly Place[],
): Alert => ({
  id: noticeId(id),
  ...of,
  severity: 'notice',
  lead: { problem, cluster },
  others: 0,
  began: { at, reported: false },
  openedAt: at,
  seenAt: at,
  places,
});
