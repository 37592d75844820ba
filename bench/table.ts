import type { Row } from './row.ts';

const HEADER = ['', 'aim', 'measured', ''] as const;

/** The rows as a table of text, and below it the notes that rows refer to by number. */
export const tableOf = (rows: readonly Row[]): string => {
  const notes: string[] = [];
  const noteOf = ({ note }: Row): string => (note === undefined ? '' : ` [${notes.push(note)}]`);
  const cells = [HEADER, ...rows.map((row) => [row.what, row.aim, row.measured, `${verdictOf(row)}${noteOf(row)}`] as const)];
  const widths = HEADER.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1), ...(notes.length > 0 ? [''] : []), ...notes.map((note, index) => `[${index + 1}] ${note}`)].join('\n');
};

const verdictOf = ({ met }: Row): string => (met === undefined ? '–' : met ? 'met' : 'MISSED');
