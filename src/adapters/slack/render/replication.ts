import type { Database } from '../../../domain/database.ts';
import { bytesText, spanText } from '../../../domain/quantity.ts';
import { replicationText } from '../../../domain/replication-text.ts';
import { isUnknown, primaryText, type ReplicationRow, type ReplicationTable } from '../../../domain/replication.ts';
import { cut } from '../limits.ts';
import type { Part } from './message.ts';

/** primary postgres-0 on tokyo, 2 of 2 standbys streaming */
export const replicationSummary = (table: ReplicationTable, database: Database): string =>
  `${primaryText(table)}, ${streaming(table)} of ${standbys(database)} standbys streaming`;

export const standbys = (database: Database): number => Math.max(0, database.replicas - 1);

const streaming = ({ rows }: ReplicationTable): number => rows.filter(({ role, state }) => role === 'standby' && state === 'streaming').length;

/** True for a row that does not do its part. */
export const isAmiss = ({ role, state }: ReplicationRow): boolean =>
  !(role === 'primary' ? state === 'running' : role === 'standby' && state === 'streaming');

/** Slack's native table, without columns that would say the same usual thing in every row; its text is the 78-column table for clients and notifications that have none. */
export const replicationBlock = (table: ReplicationTable, now: string): Part => {
  const columns = COLUMNS.filter(({ isTold = () => true }) => isTold(table.rows));
  const head = columns.map(({ title }) => title);
  const rows = [head, ...table.rows.map((row) => columns.map(({ cell }) => cell(row)))];
  return {
    kind: 'block',
    text: table.rows.length > ROWS_OF_TEXT ? excerpt(table, now) : replicationText(table, new Date(now)),
    pre: true,
    block: {
      type: 'table',
      column_settings: columns.map(({ align }) => ({ align: align ?? 'left', is_wrapped: false })),
      rows: rows.map((cells) => cells.map((text) => ({ type: 'raw_text' as const, text: text === '' ? ' ' : cut(text, 80) }))),
    },
  };
};

/** Rows that a text of a message has room for beside everything else that it says. */
const ROWS_OF_TEXT = 15;

/** For a message in which the table has no room: the rows that a reader looks for first. */
export const replicationExcerpt = (table: ReplicationTable, now: string): Part => ({ kind: 'pre', text: excerpt(table, now) });

/** What is amiss first, then in the order of the pods. */
const excerpt = (table: ReplicationTable, now: string): string => {
  const rows = [...table.rows.filter(isAmiss), ...table.rows.filter((row) => !isAmiss(row))];
  const [shown, left] = [rows.slice(0, ROWS_OF_TEXT), rows.slice(ROWS_OF_TEXT)];
  const amiss = left.filter(isAmiss).length;
  const more = left.length === 0 ? '' : `\nand ${left.length} pods more, ${amiss === 0 ? 'none' : amiss} of them amiss`;
  return `${replicationText({ ...table, rows: shown }, new Date(now))}${more}`;
};

interface Column {
  readonly title: string;
  readonly cell: (row: ReplicationRow) => string;
  readonly align?: 'right';
  /** Absent: always. */
  readonly isTold?: (rows: readonly ReplicationRow[]) => boolean;
}

/** What a reader looks for first stands first: a narrow client cuts at the right. */
const COLUMNS: readonly Column[] = [
  { title: 'Pod', cell: ({ pod }) => pod },
  { title: 'Cluster', cell: ({ cluster }) => cluster },
  { title: 'Role', cell: ({ role }) => (role === 'unknown' ? '?' : role) },
  { title: 'State', cell: ({ state }) => state },
  { title: 'Lag', cell: (row) => (row.lagBytes === undefined ? (isUnknown(row) ? '?' : '–') : bytesText(row.lagBytes)), align: 'right' },
  { title: 'Delay', cell: (row) => (row.delayMs === undefined ? (isUnknown(row) ? '?' : '–') : spanText(row.delayMs)), align: 'right' },
  { title: 'Via', cell: ({ via }) => via ?? '–' },
  {
    title: 'Timeline',
    cell: ({ timeline }) => timeline?.toString() ?? '?',
    align: 'right',
    isTold: (rows) => new Set(rows.flatMap(({ timeline }) => timeline ?? [])).size > 1,
  },
  { title: 'Sync', cell: ({ sync }) => sync ?? '–', isTold: (rows) => rows.some(({ sync }) => sync !== undefined && sync !== 'async') },
];
