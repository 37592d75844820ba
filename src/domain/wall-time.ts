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

/** When the clock shows that: never where it is skipped as summer time begins, twice where it comes again as that ends. */
export const instantsOf = (timeZone: string, date: string, time: string): readonly Date[] => {
  const wantedMs = Date.parse(`${date}T${time}:00Z`);
  const shifts = new Set([wantedMs - DAY_MS, wantedMs + DAY_MS].map((ms) => aheadMs(timeZone, ms)));
  return [...shifts].map((shiftMs) => wantedMs - shiftMs).flatMap((ms) => (ms + aheadMs(timeZone, ms) === wantedMs ? [new Date(ms)] : []));
};

/** The minute at which the clock is put forward or back after the first instant and until the second, which are a day apart at most. */
export const changeWithin = (timeZone: string, after: Date, until: Date): Date | undefined => {
  let [before, from] = [after, until].map((at) => Math.floor(at.getTime() / MINUTE_MS)) as [number, number];
  const ahead = (minutes: number): number => aheadMs(timeZone, minutes * MINUTE_MS);
  const was = ahead(before);
  if (ahead(from) === was) return undefined;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (ahead(middle) === was) before = middle;
    else from = middle;
  }
  return new Date(from * MINUTE_MS);
};

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Milliseconds that the wall is ahead of UTC. */
const aheadMs = (timeZone: string, ms: number): number => {
  const minuteMs = Math.floor(ms / MINUTE_MS) * MINUTE_MS;
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
