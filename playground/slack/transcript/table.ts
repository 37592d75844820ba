import type { ShownTable } from '../shown/model.ts';
import { partLines } from './inline.ts';

/** Columns padded to the widest cell; a rule under the header. */
export const tableLines = ({ rows, align, caption }: ShownTable): string[] => {
  const cells = rows.map((row) => row.map((cell) => partLines(cell).join(' ').trim()));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, column) => pad(cell, widths[column] ?? 0, align[column])).join(' | ');
  const [header = [], ...others] = cells;
  const lines = [line(header), widths.map((width) => '-'.repeat(width)).join('-|-'), ...others.map(line)];
  return [...(caption ? [caption] : []), ...lines.map((text) => text.trimEnd())];
};

const pad = (text: string, width: number, align: 'left' | 'center' | 'right' = 'left'): string => {
  if (align === 'right') return text.padStart(width);
  if (align === 'center') return text.padStart(text.length + Math.trunc((width - text.length) / 2)).padEnd(width);
  return text.padEnd(width);
};
