import { stringify } from 'yaml';
import { visible } from '../domain/visible.ts';

const FORMATS = ['table', 'json', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];
export const isFormat = (word: string): word is Format => (FORMATS as readonly string[]).includes(word);

/** Rows of cells under a head, the last column as wide as it is. Whatever cells hold, each row is one line that moves no cursor. */
export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const shown = [head, ...rows.map((row) => row.map(oneLine))];
  const widths = head.map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${shown.map(line).join('\n')}\n`;
};

const oneLine = (cell: string): string => visible(cell).replaceAll(/\s+/g, ' ').trim();

/** The same data in each format; a table is made by `table`. */
export const outputOf = (format: Format, data: unknown, table: () => string): string => {
  switch (format) {
    case 'table':
      return table();
    case 'json':
      return `${JSON.stringify(data, undefined, 2)}\n`;
    case 'yaml':
      return stringify(data, { lineWidth: 0 });
  }
};
