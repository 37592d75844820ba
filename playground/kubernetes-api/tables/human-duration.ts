const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const YEAR = 365 * DAY;

/** Time since then in at most two units, as k8s.io/apimachinery's duration.HumanDuration writes it; '<unknown>' of what is no time. */
export const humanAge = (time: unknown): string => {
  const since = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(since) ? '<unknown>' : humanDuration((Date.now() - since) / 1000);
};

/** So many seconds in at most two units. */
export const humanDuration = (given: number): string => {
  const seconds = Math.trunc(given);
  if (seconds < -1) return '<invalid>';
  if (seconds < 2 * MINUTE) return `${Math.max(0, seconds)}s`;
  if (seconds < 10 * MINUTE) return two(seconds, [MINUTE, 'm'], [1, 's']);
  if (seconds < 3 * HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return two(seconds, [HOUR, 'h'], [MINUTE, 'm']);
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return two(seconds, [DAY, 'd'], [HOUR, 'h']);
  if (seconds < 2 * YEAR) return `${Math.floor(seconds / DAY)}d`;
  if (seconds < 8 * YEAR) return two(seconds, [YEAR, 'y'], [DAY, 'd']);
  return `${Math.floor(seconds / YEAR)}y`;
};

type Unit = readonly [seconds: number, letter: string];

const two = (seconds: number, [large, first]: Unit, [small, second]: Unit): string => {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${first}${rest === 0 ? '' : `${rest}${second}`}`;
};
