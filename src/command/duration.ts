import { UserError } from '../domain/problem.ts';
import { code, told } from '../domain/text.ts';
import { quoted } from '../domain/words.ts';

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
/** Longer than that nobody remembers it. */
const MOST_MS = 7 * 86_400_000;
const WHOLE = /^(?:\d{1,5}(?:min|m|h|d))+$/;

/** Milliseconds of 30m, 2h, 1h30m or 1d; throws UserError for what is no time, and for less than a minute or more than 7 days. */
export const durationOf = (typed: string): number => {
  const parts = WHOLE.test(typed) ? [...typed.matchAll(/(\d{1,5})(min|m|h|d)/g)] : [];
  const ms = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0);
  if (ms > 0 && ms <= MOST_MS) return ms;
  throw new UserError(
    told`${quoted(typed)} is no time from 1 minute to 7 days. Write it as ${code('30m')}, ${code('2h')}, ${code('1h30m')} or ${code('1d')}.`,
  );
};
