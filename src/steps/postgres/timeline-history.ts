import type { TimelineEnd } from '../../domain/replication-report.ts';

/** As written by PostgreSQL (its documentation, "Timelines"): the timeline, the position at which the next one left it, why. */
const LINE = /^\s*(\d{1,10})\s+([0-9A-F]{1,8}\/[0-9A-F]{1,8})(?:\s|$)/i;
const MOST_TIMELINES = 20;

/** Ends of the timelines before the present one, oldest first; lines that are none are passed over. */
export const timelineHistory = (file: string): readonly TimelineEnd[] =>
  file
    .split('\n')
    .map((line) => LINE.exec(line))
    .filter((line) => line !== null)
    .map(([, timeline, endedAt = '']) => ({ timeline: Number(timeline), endedAt }))
    .slice(-MOST_TIMELINES);
