import type { Scope } from './policy-scope.ts';
import { instantOf, wallOf } from './wall-time.ts';

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
type Weekday = (typeof WEEKDAYS)[number];

/** A time in which nothing of its scope may begin. */
export interface Freeze extends Scope {
  /** As people call it: 'Year end'. */
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  /** First and last day, YYYY-MM-DD, both included; absent: every day. */
  readonly dates?: { readonly from: string; readonly to: string };
  /** Absent: all seven. */
  readonly weekdays?: readonly Weekday[];
  /** HH:MM, `to` not included; `from` later than `to` goes over midnight and belongs to the day on which it begins. Absent: whole days. */
  readonly hours?: { readonly from: string; readonly to: string };
}

/** When something is frozen, and by what. */
export interface Frozen {
  readonly name: string;
  /** ISO instant at which it begins; in the past for one that lasts. */
  readonly from: string;
  /** ISO instant at which nothing of it lasts any more; absent: not within a year. */
  readonly until?: string;
}

const DAY_MS = 86_400_000;
/** So far ahead an end is looked for. */
const MOST_DAYS = 370;

/** Exported for tests. */
export const isFrozen = (freeze: Freeze, now: Date): boolean => {
  const { hours, timeZone } = freeze;
  const wall = wallOf(timeZone, now);
  if (hours === undefined) return countsOn(freeze, wall.date);
  const { from, to } = hours;
  if (from < to) return countsOn(freeze, wall.date) && from <= wall.time && wall.time < to;
  return (countsOn(freeze, wall.date) && from <= wall.time) || (countsOn(freeze, dayAfter(wall.date, -1)) && wall.time < to);
};

/** What keeps things from beginning now; where several do, one after the other without a gap, until the end of the last. */
export const frozenNow = (freezes: readonly Freeze[], now: Date): Frozen | undefined => {
  const first = freezes.find((freeze) => isFrozen(freeze, now));
  if (first === undefined) return undefined;
  const until = firstBoundary(freezes, now, MOST_DAYS, (at) => !freezes.some((freeze) => isFrozen(freeze, at)));
  return { name: first.name, from: now.toISOString(), ...(until === undefined ? {} : { until: until.toISOString() }) };
};

/** The same, or what begins before this instant. */
export const frozenBefore = (freezes: readonly Freeze[], now: Date, before: Date): Frozen | undefined => {
  const lasting = frozenNow(freezes, now);
  if (lasting !== undefined) return lasting;
  const days = Math.ceil((before.getTime() - now.getTime()) / DAY_MS) + 1;
  const from = firstBoundary(freezes, now, days, (at) => freezes.some((freeze) => isFrozen(freeze, at)));
  return from === undefined || from >= before ? undefined : frozenNow(freezes, from);
};

const countsOn = ({ dates, weekdays }: Freeze, date: string): boolean =>
  (dates === undefined || (dates.from <= date && date <= dates.to)) && (weekdays === undefined || weekdays.includes(weekdayOf(date)));

const weekdayOf = (date: string): Weekday => WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]!;

const dayAfter = (date: string, days: number): string => new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The first instant after now at which something of them may begin or end, and for which this holds. */
const firstBoundary = (freezes: readonly Freeze[], now: Date, days: number, holds: (at: Date) => boolean): Date | undefined => {
  for (let day = 0; day <= days; day += 1) {
    const times = freezes.flatMap(({ timeZone, hours }) => {
      const date = dayAfter(wallOf(timeZone, now).date, day);
      return ['00:00', ...(hours === undefined ? [] : [hours.from, hours.to])].map((time) => instantOf(timeZone, date, time));
    });
    const found = times.toSorted((a, b) => a.getTime() - b.getTime()).find((at) => at > now && holds(at));
    if (found !== undefined) return found;
  }
  return undefined;
};
