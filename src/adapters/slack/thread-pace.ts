import { isTerminal, type Run } from '../../domain/run.ts';
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

/** Changes when something happened that people are told at once: another state, another failed step. */
export const urgencyOf = (run: Run): string => `${run.state}-${isTerminal(run.state) ? (run.endedAt ?? '') : howMany(shownSteps(run), 'broken')}`;
