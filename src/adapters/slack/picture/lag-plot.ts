import { clockTime } from '../../../domain/clock-time.ts';
import { LAG_KEPT_MS, lagGaps, type LagSample, lagSeries, type LagSeries } from '../../../domain/lag.ts';
import { bytesText } from '../../../domain/quantity.ts';
import type { Run } from '../../../domain/run.ts';
import { cut, LIMITS } from '../limits.ts';
import { namesUpTo } from '../render/database-words.ts';
import type { Picture } from './fleet-picture.ts';
import { fitting, INK, path, sheet, words } from './svg.ts';

/** Lines that are drawn: those that were behind the most. The others are counted. */
const MOST_LINES = 8;
/** Two lines are told apart by colour, by dashes and by the name at their end. */
const LOOKS = [
  { stroke: INK.accent },
  { stroke: INK.good },
  { stroke: INK.bad },
  { stroke: INK.unknown },
  { stroke: INK.accent, dashes: '7 4' },
  { stroke: INK.good, dashes: '7 4' },
  { stroke: INK.bad, dashes: '7 4' },
  { stroke: INK.unknown, dashes: '7 4' },
] as const;

const PLOT = { left: 90, top: 76, width: 560, height: 190 };
const LABELS = 260;
/** Of a line that ends before this, its end is said: it is not how far the standby is behind now. */
const RECENT_MS = 10 * 60_000;
const LABEL_ROW = 18;
const TICK_MS = 15 * 60_000;

/** How far the standbys were behind in the hour before `now` (ISO), as the watch saw it. undefined: no look of it saw any of them. */
export const lagPlot = (
  samples: readonly LagSample[],
  { database, fleet, replication }: Pick<Run, 'database' | 'fleet' | 'replication'>,
  now: string,
): Picture | undefined => {
  const nowMs = Date.parse(now);
  const pods = [...new Set(samples.flatMap(({ behind }) => Object.keys(behind)))].toSorted(byNumber);
  const all = lagSeries(samples, pods, nowMs);
  if (all.length === 0) return undefined;
  const shown = all
    .toSorted((a, b) => b.most.bytes - a.most.bytes)
    .slice(0, MOST_LINES)
    .toSorted((a, b) => byNumber(a.pod, b.pod));
  const seen = new Set(all.map(({ pod }) => pod));
  const unseen = (replication?.rows ?? []).filter(({ pod, role }) => role !== 'primary' && !seen.has(pod)).map(({ pod }) => pod);
  const most = Math.max(1, ...all.map((series) => series.most.bytes));
  const x = (atMs: number): number => PLOT.left + (PLOT.width * (atMs - (nowMs - LAG_KEPT_MS))) / LAG_KEPT_MS;
  const y = (bytes: number): number => PLOT.top + PLOT.height * (1 - bytes / most);
  const svg = sheet(PLOT.left + PLOT.width + LABELS, PLOT.top + PLOT.height + 64, [
    words(24, 34, fitting(`${database.name} on ${fleet.name}: how far the standbys are behind`, 17, 780), { size: 17, bold: true }),
    words(24, 54, `WAL not replayed yet, as the watch saw it in the hour before ${clockTime(now, { day: true })}`, { size: 12, colour: INK.muted }),
    ...axes(nowMs, most, x),
    ...shown.flatMap((series, at) => lineOf(series, LOOKS[at % LOOKS.length]!, x, y)),
    ...labels(shown, all.length - shown.length, nowMs),
    words(24, PLOT.top + PLOT.height + 48, 'A line is broken where nobody could ask.', { size: 12, colour: INK.muted }),
  ]);
  return { svg, alt: cut(altOf(all, unseen, database.name, nowMs), LIMITS.altText) };
};

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const axes = (nowMs: number, most: number, x: (atMs: number) => number): string[] => {
  const bottom = PLOT.top + PLOT.height;
  const ticks = Array.from({ length: LAG_KEPT_MS / TICK_MS + 1 }, (_, at) => nowMs - at * TICK_MS);
  return [
    ...[0, 0.5, 1].flatMap((part) => {
      const at = bottom - PLOT.height * part;
      return [
        path(
          [
            [PLOT.left, at],
            [PLOT.left + PLOT.width, at],
          ],
          { stroke: INK.line, width: 1 },
        ),
        words(PLOT.left - 8, at + 4, bytesText(most === 1 ? 0 : most * part), { size: 12, colour: INK.muted, anchor: 'end' }),
      ];
    }),
    ...ticks.map((atMs) => words(x(atMs), bottom + 20, clockTime(new Date(atMs).toISOString()), { size: 12, colour: INK.muted, anchor: 'middle' })),
  ];
};

const lineOf = (
  { pieces }: LagSeries,
  look: { readonly stroke: string; readonly dashes?: string },
  x: (atMs: number) => number,
  y: (bytes: number) => number,
): string[] =>
  pieces.flatMap((piece) => [
    ...(piece.length > 1
      ? [
          path(
            piece.map(({ atMs, bytes }) => [x(atMs), y(bytes)] as const),
            look,
          ),
        ]
      : []),
    // One look between two gaps is a point, and not nothing.
    ...piece.map(
      ({ atMs, bytes }) =>
        `<circle cx="${x(atMs).toFixed(1)}" cy="${y(bytes).toFixed(1)}" r="${piece.length === 1 ? 3.5 : 1.5}" fill="${look.stroke}"/>`,
    ),
  ]);

/** Below each other, as lines that end close together would have their names on one another. */
const labels = (shown: readonly LagSeries[], left: number, nowMs: number): string[] => {
  const from = PLOT.left + PLOT.width + 16;
  return [
    ...shown.flatMap(({ pod, pieces }, at) => {
      const row = PLOT.top + 6 + at * LABEL_ROW;
      const last = pieces.at(-1)?.at(-1);
      return [
        path(
          [
            [from, row],
            [from + 22, row],
          ],
          LOOKS[at % LOOKS.length]!,
        ),
        words(from + 28, row + 4, fitting(`${pod} ${last === undefined ? '' : lastText(last, nowMs)}`, 12, LABELS - 50), { size: 12 }),
      ];
    }),
    ...(left === 0 ? [] : [words(from, PLOT.top + 10 + shown.length * LABEL_ROW, `and ${left} behind less`, { size: 12, colour: INK.muted })]),
  ];
};

const lastText = ({ atMs, bytes }: LagSeries['most'], nowMs: number): string =>
  nowMs - atMs > RECENT_MS ? `${bytesText(bytes)} at ${clock(atMs)}` : bytesText(bytes);

/** What the picture shows, for who does not see it: the worst first. */
const MOST_NEVER = 200;

const altOf = (all: readonly LagSeries[], unseen: readonly string[], database: string, nowMs: number): string => {
  const worst = all.toSorted((a, b) => b.most.bytes - a.most.bytes);
  const told = worst.slice(0, MOST_LINES).map(seriesWords);
  const left = worst.length - told.length;
  const more = left <= 0 ? [] : [`and ${left} more that were behind less`];
  const never = unseen.length === 0 ? [] : [`nobody could ask ${namesUpTo(unseen, MOST_NEVER)} in this hour`];
  return `Plot of how far the standbys of ${database} were behind in the hour before ${clock(nowMs)}: ${[...told, ...more, ...never].join('; ')}.`;
};

const seriesWords = (series: LagSeries): string => {
  const { pod, pieces, most } = series;
  const [first, last] = [pieces[0]?.[0], pieces.at(-1)?.at(-1)];
  const gaps = lagGaps(series).map(([from, to]) => `${clock(from)} to ${clock(to)}`);
  const seen =
    first === undefined || last === undefined ? '' : `, seen from ${clock(first.atMs)} to ${clock(last.atMs)}, then ${bytesText(last.bytes)}`;
  const worst = most.bytes === 0 ? 'never behind' : `at most ${bytesText(most.bytes)} at ${clock(most.atMs)}`;
  return `${pod} ${worst}${seen}${gaps.length === 0 ? '' : `, nobody could ask ${gaps.join(' and ')}`}`;
};

const clock = (atMs: number): string => clockTime(new Date(atMs).toISOString());
