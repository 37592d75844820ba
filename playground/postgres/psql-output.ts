import type { QueryArrayResult } from 'pg';
import type { PsqlCall } from './psql-arguments.ts';

/** What psql prints for one result: rows as -A and -t ask for them, or the command's tag unless -q. */
export const psqlOutput = (result: QueryArrayResult, call: PsqlCall): string => {
  if (result.fields.length === 0) return call.quiet || !result.command ? '' : `${tagOf(result)}\n`;
  const header = result.fields.map(({ name }) => name);
  const rows = result.rows.map((row) => row.map((value) => (value === null ? '' : String(value))));
  return call.unaligned ? unaligned(header, rows, call) : aligned(header, rows, result, call);
};

/** 'INSERT 0 1', 'UPDATE 3', 'CREATE TABLE': pg keeps the first word and the count apart, and only the first word of DDL. */
const tagOf = ({ command, rowCount }: QueryArrayResult): string => {
  if (command === 'INSERT') return `INSERT 0 ${rowCount ?? 0}`;
  return ['UPDATE', 'DELETE', 'COPY', 'MERGE'].includes(command) ? `${command} ${rowCount ?? 0}` : command;
};

const unaligned = (header: readonly string[], rows: readonly (readonly string[])[], { tuplesOnly, separator }: PsqlCall): string => {
  const lines = rows.map((row) => row.join(separator));
  if (tuplesOnly) return lines.map((line) => `${line}\n`).join('');
  return [header.join(separator), ...lines, footer(rows.length), ''].join('\n');
};

/** Numbers are right-aligned: OIDs of int8, int2, int4, oid, float4, float8, numeric. */
const RIGHT = new Set([20, 21, 23, 26, 700, 701, 1700]);

const aligned = (header: readonly string[], rows: readonly (readonly string[])[], { fields }: QueryArrayResult, { tuplesOnly }: PsqlCall): string => {
  const widths = header.map((name, at) => Math.max(tuplesOnly ? 0 : name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[], pad: (cell: string, at: number) => string): string => ` ${cells.map(pad).join(' | ')}`.trimEnd();
  const body = rows.map((row) =>
    line(row, (cell, at) => (RIGHT.has(fields[at]?.dataTypeID ?? 0) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))),
  );
  if (tuplesOnly) return [...body, '', ''].join('\n');
  const centred = line(header, (name, at) => {
    const room = (widths[at] ?? 0) - name.length;
    return ' '.repeat(Math.floor(room / 2)) + name + ' '.repeat(Math.ceil(room / 2));
  });
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  return [centred, rule, ...body, footer(rows.length), '', ''].join('\n');
};

const footer = (rows: number): string => `(${rows} row${rows === 1 ? '' : 's'})`;
