import { isTerminal, type Run } from '../../domain/run.ts';
import type { Absence } from '../../domain/workers.ts';
import { howMany, shownSteps } from './render/run-steps.ts';
import { workStart } from './render/card-lines.ts';
import { between } from './render/time.ts';

const SHORTEST_MS = 3_000;
const LONGEST_MS = 30_000;
/** chat.update is Tier 3, 50 a minute for all runs together. */
const PER_LIVE_RUN_MS = 1_200;

/** How far apart edits for mere progress are: closer at the start, where people watch, and never more than Slack lets all runs have together. */
export const editIntervalMs = (run: Run, now: string, liveRuns: number): number =>
  Math.max(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, between(workStart(run), now) / 8)), PER_LIVE_RUN_MS * liveRuns);

/** A card tells how long something has been waited for: it grows old while nothing else changes. */
const REFRESH_MS = 60_000;
const GROWS_OLD: readonly Run['state'][] = ['applying', 'verifying', 'cancelling'];

/** Milliseconds until the card of `editedAt` is to be made new although nothing happened; undefined: it stays true. */
export const refreshAfterMs = (run: Run, editedAt: string | undefined, now: string): number | undefined =>
  editedAt === undefined || !GROWS_OLD.includes(run.state) ? undefined : Math.max(0, Date.parse(editedAt) + REFRESH_MS - Date.parse(now));

/** Changes when something happened that people are told at once: another state, another failed step, nobody there to work on it. */
export const urgencyOf = (run: Run, absence?: Absence): string =>
  `${absence === undefined ? '' : `alone-${absence.since ?? ''}-`}${run.state}-${isTerminal(run.state) ? (run.endedAt ?? '') : howMany(shownSteps(run), 'broken')}${approvalsThere(run)}`;

/** Whoever may approve waits for whoever did. */
const approvalsThere = ({ approvals = [] }: Run): string => (approvals.length === 0 ? '' : `-${approvals.length}`);
