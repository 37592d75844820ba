/** What a clock on the wall of a time zone shows. */
interface Wall {
  /** YYYY-MM-DD */
  readonly date: string;
  /** HH:MM */
  readonly time: string;
}

/** `timeZone`: an IANA name. Throws RangeError for one that there is not. */
export const wallOf = (timeZone: string, at: Date): Wall => {
  const parts = formatOf(timeZone).formatToParts(at);
  const partOf = (wanted: string): string => parts.find(({ type }) => type === wanted)?.value ?? '';
  return { date: `${partOf('year')}-${partOf('month')}-${partOf('day')}`, time: `${partOf('hour')}:${partOf('minute')}` };
};

/** When the clock shows that for the first time. What it skips when summer time begins comes so much later as it skips. */
export const instantOf = (timeZone: string, date: string, time: string): Date => {
  const wantedMs = Date.parse(`${date}T${time}:00Z`);
  const before = wantedMs - aheadMs(timeZone, wantedMs - DAY_MS);
  const after = wantedMs - aheadMs(timeZone, wantedMs + DAY_MS);
  return new Date([before, after].toSorted((a, b) => a - b).find((ms) => ms + aheadMs(timeZone, ms) === wantedMs) ?? before);
};

const DAY_MS = 86_400_000;

/** Milliseconds that the wall is ahead of UTC. */
const aheadMs = (timeZone: string, ms: number): number => {
  const minuteMs = Math.floor(ms / 60_000) * 60_000;
  const { date, time } = wallOf(timeZone, new Date(minuteMs));
  return Date.parse(`${date}T${time}:00Z`) - minuteMs;
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once: it is slow. */
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const made = formats.get(timeZone);
  if (made !== undefined) return made;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, format);
  return format;
};
