import { cut } from './cut.ts';
import { bytesText, spanText } from './quantity.ts';
import { isUnknown, primaryText, type ReplicationRow, type ReplicationTable } from './replication.ts';

/** Columns that a code block shows on a phone-sized client without wrapping. */
const WIDTH = 78;

/**
 * The table as monospaced text of at most so many columns: a headline, one row per expected replica, notes, and what is known of missing ones. With room
 * enough, as in a file, nothing in it is cut.
 */
export const replicationText = (table: ReplicationTable, now: Date, width = WIDTH): string =>
  [headline(table, width), ...grid(table.rows, width), ...notes(table, now, width), ...table.rows.flatMap((row) => absence(row, width))].join('\n');

const headline = (table: ReplicationTable, width: number): string => {
  const facts = [
    `${table.namespace}/${table.database} ${table.version}`,
    table.phase,
    primaryText(table, '@'),
    ...(table.timeline === undefined ? [] : [`TL ${table.timeline}`]),
    ...(table.lsn === undefined ? [] : [table.lsn]),
  ];
  return wrap(facts, '  ', width).join('\n');
};

interface Column {
  readonly title: string;
  readonly minimum: number;
  /** Blanks before the column. */
  readonly gap: number;
  readonly right?: boolean;
  /** last: only when no other column can give room any more, as its words tell the rows apart. */
  readonly shrinks?: 'first' | 'last';
  cell(row: ReplicationRow): string;
}

const unknownOr = (row: ReplicationRow, value: string | undefined): string => value ?? (isUnknown(row) ? '?' : '-');

const COLUMNS: readonly Column[] = [
  { title: 'POD', minimum: 3, gap: 0, shrinks: 'last', cell: (row) => row.pod },
  { title: 'CLUSTER', minimum: 7, gap: 2, shrinks: 'first', cell: (row) => row.cluster },
  { title: 'ROLE', minimum: 7, gap: 2, cell: (row) => row.role },
  { title: 'STATE', minimum: 9, gap: 2, shrinks: 'first', cell: (row) => row.state },
  { title: 'TL', minimum: 2, gap: 1, right: true, cell: (row) => row.timeline?.toString() ?? '?' },
  { title: 'LAG', minimum: 5, gap: 2, cell: (row) => unknownOr(row, row.lagBytes === undefined ? undefined : bytesText(row.lagBytes)) },
  { title: 'DELAY', minimum: 5, gap: 2, cell: (row) => unknownOr(row, row.delayMs === undefined ? undefined : spanText(row.delayMs)) },
  { title: 'SYNC', minimum: 5, gap: 2, cell: (row) => row.sync ?? '-' },
  { title: 'VIA', minimum: 3, gap: 2, cell: (row) => row.via ?? '-' },
];

const grid = (rows: readonly ReplicationRow[], most: number): string[] => {
  const cells = rows.map((row) => COLUMNS.map((column) => column.cell(row)));
  const widths = fit(
    COLUMNS.map((column, at) => Math.max(column.minimum, column.title.length, ...cells.map((row) => row[at]?.length ?? 0))),
    most,
  );
  const tails = COLUMNS.map((_, at) => areAlike(new Set(cells.map((row) => row[at] ?? '')), widths[at] ?? 0));
  const line = (texts: readonly string[]): string =>
    COLUMNS.map((column, at) => {
      const width = widths[at] ?? 0;
      const text = tails[at] === true ? tailOf(texts[at] ?? '', width) : cut(texts[at] ?? '', width);
      return ' '.repeat(column.gap) + (column.right === true ? text.padStart(width) : text.padEnd(width));
    })
      .join('')
      .trimEnd();
  return [line(COLUMNS.map(({ title }) => title)), ...cells.map(line)];
};

/** Whether names that differ would read the same by their beginnings. */
const areAlike = (names: ReadonlySet<string>, width: number): boolean => new Set([...names].map((name) => cut(name, width))).size < names.size;

const tailOf = (name: string, width: number): string => (name.length <= width ? name : `…${name.slice(name.length - Math.max(0, width - 1))}`);

/** Takes the columns that are too many from the widest column that may shrink, again and again. */
const fit = (wanted: readonly number[], most: number): number[] => {
  const widths = [...wanted];
  const total = (): number => widths.reduce((sum, width, at) => sum + width + (COLUMNS[at]?.gap ?? 0), 0);
  const widestOf = (shrinks: 'first' | 'last'): { readonly at: number; readonly room: number } =>
    COLUMNS.map((column, at) => ({ at, room: column.shrinks === shrinks ? (widths[at] ?? 0) - column.minimum : 0 })).reduce((widest, next) =>
      next.room > widest.room ? next : widest,
    );
  while (total() > most) {
    const first = widestOf('first');
    const { at, room } = first.room > 0 ? first : widestOf('last');
    if (room <= 0) break;
    widths[at] = (widths[at] ?? 0) - 1;
  }
  return widths;
};

const notes = (table: ReplicationTable, now: Date, width: number): string[] => {
  const age = Math.max(0, now.getTime() - new Date(table.askedAt).getTime());
  return wrap([...table.notes, age < 1000 ? 'asked just now' : `asked ${spanText(age)} ago`], ' | ', width);
};

const absence = ({ pod, missingSince, lastStreaming, error }: ReplicationRow, width: number): string[] => {
  if (missingSince === undefined && lastStreaming === undefined && error === undefined) return [];
  const since =
    missingSince !== undefined
      ? [`gone since ${missingSince.at} (${missingSince.source})`]
      : lastStreaming === undefined
        ? []
        : [`last seen streaming ${lastStreaming}`];
  return wrap(`${pod}: ${[...since, ...(error === undefined ? [] : [error])].join(', ')}`.split(' '), ' ', width);
};

/** Joins the parts into as few lines of at most so many columns as they need; a longer part is cut. */
const wrap = (parts: readonly string[], separator: string, most: number): string[] => {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = last === undefined ? part : `${last}${separator}${part}`;
    if (last !== undefined && joined.length <= most) lines[lines.length - 1] = joined;
    else lines.push(cut(part, most));
  }
  return lines;
};
