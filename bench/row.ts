/** One line of the table: what was aimed at, and what was measured. */
export interface Row {
  readonly what: string;
  readonly aim: string;
  readonly measured: string;
  /** Undefined for a number that has no aim. */
  readonly met?: boolean;
  /** What a reader must know to judge the number. */
  readonly note?: string;
}

/** A row of a number that should not exceed a limit. */
export const atMost = (row: {
  readonly what: string;
  readonly aim: string;
  readonly value: number;
  readonly limit: number;
  readonly show: (value: number) => string;
  readonly note?: string | undefined;
}): Row => ({
  what: row.what,
  aim: row.aim,
  measured: row.show(row.value),
  met: row.value <= row.limit,
  ...(row.note === undefined ? {} : { note: row.note }),
});
