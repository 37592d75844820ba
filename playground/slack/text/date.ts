import type { Names } from './parts.ts';

/** Slack's date tokens (docs.slack.dev/messaging/formatting-message-text, "Date formatting"), with a 24-hour clock. */
export const formatDate = (unixSeconds: number, format: string, names: Pick<Names, 'now' | 'timeZone'>): string => {
  const at = new Date(unixSeconds * 1000);
  const show = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en-US', { timeZone: names.timeZone, ...options }).format(at);
  const pretty = (otherwise: string): string => relativeDay(at, names) ?? otherwise;
  const long = (): string => show({ month: 'long', day: 'numeric', year: 'numeric' });
  const short = (): string => show({ month: 'short', day: 'numeric', year: 'numeric' });
  const full = (): string => show({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
  const tokens: Readonly<Record<string, () => string>> = {
    date_num: () => dayOf(at, names.timeZone),
    date: long,
    date_pretty: () => pretty(long()),
    date_short: short,
    date_short_pretty: () => pretty(short()),
    date_long: full,
    date_long_pretty: () => pretty(full()),
    time: () => show({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    time_secs: () => show({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
  };
  return format.replace(/\{(\w+)\}/gu, (all, token: string) => tokens[token]?.() ?? all);
};

const dayOf = (at: Date, timeZone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at);

const dayMs = 24 * 3600 * 1000;

const relativeDay = (at: Date, { now, timeZone }: Pick<Names, 'now' | 'timeZone'>): string | undefined => {
  const day = dayOf(at, timeZone);
  if (day === dayOf(now, timeZone)) return 'today';
  if (day === dayOf(new Date(now.getTime() - dayMs), timeZone)) return 'yesterday';
  if (day === dayOf(new Date(now.getTime() + dayMs), timeZone)) return 'tomorrow';
  return undefined;
};
