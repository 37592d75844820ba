/** Off-duty hours in which nothing but dangers is told; `from` later than `to` goes over midnight. */
export interface QuietHours {
  /** IANA name of a time zone: Europe/Vienna. */
  readonly timeZone: string;
  /** Wall time in that zone, HH:MM, `to` not included. */
  readonly from: string;
  readonly to: string;
  /** True: Saturdays and Sundays as a whole, too. */
  readonly weekends: boolean;
}

export const isQuiet = (hours: QuietHours | undefined, now: Date): boolean => {
  if (hours === undefined) return false;
  const { timeZone, from, to, weekends } = hours;
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(
    now,
  );
  const partOf = (wanted: string): string => parts.find(({ type }) => type === wanted)?.value ?? '';
  if (weekends && ['Sat', 'Sun'].includes(partOf('weekday'))) return true;
  const time = `${partOf('hour')}:${partOf('minute')}`;
  return from <= to ? from <= time && time < to : from <= time || time < to;
};

export const isTimeZone = (name: string): boolean => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
