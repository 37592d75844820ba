import type { Scope } from './policy-scope.ts';
import { changeWithin, instantsOf, wallOf } from './wall-time.ts';

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

/** The first instant after now at which something of them may begin or end, and for which this holds. A day at a time: what is tomorrow here is today elsewhere. */
const firstBoundary = (freezes: readonly Freeze[], now: Date, days: number, holds: (at: Date) => boolean): Date | undefined => {
  for (let day = 0; day <= days; day += 1) {
    const [after, until] = [day, day + 1].map((past) => new Date(now.getTime() + past * DAY_MS)) as [Date, Date];
    const found = freezes
      .flatMap((freeze) => boundariesOf(freeze, after, until))
      .filter((at) => after < at && at <= until)
      .toSorted((a, b) => a.getTime() - b.getTime())
      .find(holds);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Where a clock is put forward or back, it may come into the hours of a freeze, or out of them, at no time that they name. */
const boundariesOf = ({ timeZone, hours }: Freeze, after: Date, until: Date): readonly Date[] => {
  // Where the clock is put forward, a day of the wall begins and ends within.
  const middle = new Date((after.getTime() + until.getTime()) / 2);
  const dates = new Set([after, middle, until].map((at) => wallOf(timeZone, at).date));
  const times = ['00:00', ...(hours === undefined ? [] : [hours.from, hours.to])];
  const change = changeWithin(timeZone, after, until);
  return [...[...dates].flatMap((date) => times.flatMap((time) => instantsOf(timeZone, date, time))), ...(change === undefined ? [] : [change])];
};
