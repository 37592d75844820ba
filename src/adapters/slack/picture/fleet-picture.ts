import { clockTime } from '../../../domain/clock-time.ts';
import type { Database } from '../../../domain/database.ts';
import type { Fleet } from '../../../domain/fleet.ts';
import { bytesText, spanText } from '../../../domain/quantity.ts';
import { isUnknown, type ReplicationRow, type ReplicationTable } from '../../../domain/replication.ts';
import { cut, LIMITS } from '../limits.ts';
import { isAmiss, replicationSummary } from '../render/replication.ts';
import { badge, box, fitting, INK, path, sheet, words } from './svg.ts';

/** A drawing, with the same in words for who does not see it. */
export interface Picture {
  readonly svg: string;
  readonly alt: string;
}

/** Cards that are drawn, and replicas in each: what is left out is counted. */
const MOST_CARDS = 16;
const MOST_ROWS = 8;
const COLUMNS = 4;

const CARD = { width: 320, head: 34, row: 24, gap: 28 };
const MARGIN = 24;
const TOP = 90;
const LEGEND = 44;

interface Card {
  readonly cluster: string;
  readonly isHub: boolean;
  /** What is amiss first where not all have room. */
  readonly rows: readonly ReplicationRow[];
  readonly left: number;
}

/** Where the replicas of a database are, which of them is the primary, and how the others stream from it. The same table gives the same picture, byte for byte. */
export const fleetPicture = (table: ReplicationTable, database: Database, fleet: Fleet): Picture => {
  const all = cardsOf(table, fleet);
  const cards = all.slice(0, MOST_CARDS);
  const [first, ...others] = cards;
  const columns = Math.max(1, Math.min(COLUMNS, others.length));
  const width = MARGIN * 2 + Math.max(2, columns) * (CARD.width + CARD.gap) - CARD.gap + CARD.gap;
  const parts = [...heading(table, database, fleet, width)];
  if (first !== undefined) parts.push(cardNode(first, MARGIN + CARD.gap, TOP));
  let y = TOP + (first === undefined ? 0 : heightOf(first)) + CARD.gap;
  const trunk = y - CARD.gap / 2;
  const bottoms = new Map<number, number>();
  for (let at = 0; at < others.length; at += columns) {
    const line = others.slice(at, at + columns);
    for (const [column, card] of line.entries()) {
      const x = MARGIN + CARD.gap + column * (CARD.width + CARD.gap);
      const middle = y + CARD.head / 2;
      const look = STREAM[worstOf(card.rows)];
      if (table.primary !== undefined && card.rows.length > 0) parts.push(...branch(x, middle, bottoms.get(column) ?? trunk, look));
      bottoms.set(column, middle);
      parts.push(cardNode(card, x, y));
    }
    y += Math.max(...line.map(heightOf)) + CARD.gap;
  }
  const reached = [...bottoms.keys()];
  if (table.primary !== undefined && first !== undefined && reached.length > 0) {
    const from = MARGIN + CARD.gap + 40;
    const ends = [from, ...reached.map((column) => MARGIN + CARD.gap / 2 + column * (CARD.width + CARD.gap))];
    parts.push(
      path(
        [
          [from, TOP + heightOf(first)],
          [from, trunk],
        ],
        { stroke: INK.muted },
      ),
      path(
        [
          [Math.min(...ends), trunk],
          [Math.max(...ends), trunk],
        ],
        { stroke: INK.muted },
      ),
    );
  }
  parts.push(...legend(y, all.length - cards.length));
  return { svg: sheet(width, y + LEGEND, parts), alt: altOf(table, database, all) };
};

/** The primary's cluster, then the others in the order of the fleet; one that the fleet does not name comes last. */
const cardsOf = ({ rows, primary }: ReplicationTable, { clusters, hub }: Fleet): Card[] => {
  const names = new Set([
    ...(primary === undefined ? [hub] : [primary.cluster]),
    ...clusters.map(({ name }) => name),
    ...rows.map(({ cluster }) => cluster),
  ]);
  return [...names].map((cluster) => {
    const here = rows.filter((row) => row.cluster === cluster);
    const most = here.length > MOST_ROWS ? MOST_ROWS - 1 : MOST_ROWS;
    const ordered = here.length > MOST_ROWS ? [...here.filter(isAmiss), ...here.filter((row) => !isAmiss(row))] : here;
    return { cluster, isHub: cluster === hub, rows: ordered.slice(0, most), left: Math.max(0, here.length - most) };
  });
};

const heightOf = ({ rows, left }: Card): number => CARD.head + Math.max(1, rows.length + (left > 0 ? 1 : 0)) * CARD.row + 8;

type Standing = 'primary' | 'streaming' | 'amiss' | 'unknown';

const standingOf = (row: ReplicationRow): Standing =>
  row.state === 'unheard' ? 'unknown' : isAmiss(row) ? 'amiss' : row.role === 'primary' ? 'primary' : 'streaming';

const BADGE: Readonly<Record<Standing, readonly [letter: string, colour: string, means: string]>> = {
  primary: ['P', INK.accent, 'primary'],
  streaming: ['S', INK.good, 'standby that streams'],
  amiss: ['!', INK.bad, 'does not do its part'],
  unknown: ['?', INK.unknown, 'not known'],
};

const STREAM: Readonly<Record<Standing, { readonly stroke: string; readonly dashes?: string }>> = {
  primary: { stroke: INK.good },
  streaming: { stroke: INK.good },
  amiss: { stroke: INK.bad, dashes: '6 4' },
  unknown: { stroke: INK.unknown, dashes: '2 4' },
};

const worstOf = (rows: readonly ReplicationRow[]): Standing =>
  (['amiss', 'unknown', 'streaming'] as const).find((standing) => rows.some((row) => standingOf(row) === standing)) ?? 'primary';

/** Down beside the column, and to the card. */
const branch = (x: number, middle: number, from: number, look: { readonly stroke: string; readonly dashes?: string }): string[] => {
  const gutter = x - CARD.gap / 2;
  return [
    path(
      [
        [gutter, from],
        [gutter, middle],
      ],
      { stroke: INK.muted },
    ),
    path(
      [
        [gutter, middle],
        [x - 6, middle],
      ],
      look,
    ),
    `<path d="M${x - 7} ${middle - 4.5}L${x} ${middle}L${x - 7} ${middle + 4.5}Z" fill="${look.stroke}"/>`,
  ];
};

const heading = (table: ReplicationTable, database: Database, fleet: Fleet, width: number): string[] => {
  const line = (y: number, text: string, size: number, style: { readonly bold?: boolean; readonly colour?: string }): string =>
    words(MARGIN, y, fitting(text, size, width - MARGIN * 2), { size, ...style });
  return [
    line(34, `${table.database} on ${fleet.name}`, 17, { bold: true }),
    line(54, replicationSummary(table, database), 13, {}),
    line(72, `PostgreSQL ${table.version} · ${syncText(table)} · asked ${clockTime(table.askedAt, { seconds: true, day: true })}`, 12, {
      colour: INK.muted,
    }),
  ];
};

/** Whether commits wait for a standby, as the primary counts its standbys. */
const syncText = ({ rows }: ReplicationTable): string => {
  const seen = rows.flatMap(({ sync }) => sync ?? []);
  if (seen.length === 0) return 'sync or async not known';
  return seen.some((sync) => sync !== 'async') ? 'commits wait for a standby (sync)' : 'commits wait for no standby (async)';
};

const cardNode = (card: Card, x: number, y: number): string => {
  const height = heightOf(card);
  const rows = card.rows.map((row, index) => rowNode(row, x, y + CARD.head + index * CARD.row));
  const note = card.rows.length === 0 ? 'no replica' : card.left > 0 ? `and ${card.left} more, none of them amiss` : undefined;
  return [
    box(x, y, CARD.width, height, { fill: '#ffffff', stroke: INK.line, radius: 6 }),
    box(x + 1, y + 1, CARD.width - 2, CARD.head - 8, { fill: INK.soft, radius: 5 }),
    words(x + 12, y + 19, fitting(card.cluster, 13, CARD.width - (card.isHub ? 70 : 24)), { bold: true }),
    ...(card.isHub ? [words(x + CARD.width - 12, y + 19, 'hub', { size: 12, colour: INK.muted, anchor: 'end' })] : []),
    ...rows,
    ...(note === undefined
      ? []
      : [words(x + 12, y + CARD.head + card.rows.length * CARD.row + 16, leftText(card, note), { size: 12, colour: INK.muted })]),
  ].join('\n');
};

/** Where what is left out may be amiss too, nothing is said of it. */
const leftText = ({ rows, left }: Card, note: string): string => (left > 0 && rows.every(isAmiss) ? `and ${left} more` : note);

const rowNode = (row: ReplicationRow, x: number, y: number): string => {
  const [letter, colour] = BADGE[standingOf(row)];
  const right = row.role === 'primary' && !isAmiss(row) ? 'primary' : streamText(row);
  const room = CARD.width - 42 - (right.length + 2) * 7.3;
  return [
    badge(x + 18, y + 11, letter, colour),
    words(x + 34, y + 15, fitting(row.pod, 12, room), { size: 12 }),
    words(x + CARD.width - 12, y + 15, fitting(right, 12, 210), { size: 12, colour: isAmiss(row) ? colour : INK.muted, anchor: 'end' }),
  ].join('\n');
};

/** 12 MB 1 ms async, as its badge says that it streams; what nobody says is left out. */
const streamText = (row: ReplicationRow): string =>
  [
    row.state === 'streaming' ? '' : row.state,
    row.lagBytes === undefined ? '' : bytesText(row.lagBytes),
    row.delayMs === undefined || isUnknown(row) ? '' : spanText(row.delayMs),
    isUnknown(row) ? '' : (row.sync ?? ''),
  ]
    .filter((part) => part !== '')
    .join(' ');

const legend = (y: number, left: number): string[] => {
  const entries = Object.values(BADGE);
  let x = MARGIN + 8;
  const parts = entries.map(([letter, colour, means]) => {
    const node = badge(x, y + 8, letter, colour) + words(x + 14, y + 12, means, { size: 12, colour: INK.muted });
    x += 34 + means.length * 7.3;
    return node;
  });
  return left === 0 ? parts : [...parts, words(MARGIN, y + 34, `and ${left} clusters more`, { size: 12, colour: INK.muted })];
};

const altOf = (table: ReplicationTable, database: Database, cards: readonly Card[]): string => {
  const told = cards
    .filter(({ rows }) => rows.length > 0)
    .map(
      ({ cluster, rows, left }) =>
        `${cluster}: ${rows.map((row) => `${row.pod} ${row.role === 'primary' && !isAmiss(row) ? 'primary' : `${row.state === 'streaming' ? 'streaming ' : ''}${streamText(row)}`}`).join(', ')}${left > 0 ? ` and ${left} more` : ''}`,
    );
  return cut(`Picture of ${table.database}: ${replicationSummary(table, database)}. ${told.join('; ')}.`, LIMITS.altText);
};
