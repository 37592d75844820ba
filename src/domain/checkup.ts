/** well: as it should be. warning: works, and somebody should look. fault: a person must act. unknown: could not be told. left-out: does not apply here. */
type Standing = 'well' | 'warning' | 'fault' | 'unknown' | 'left-out';

/** What a checkup looks at, in the order in which it is told. */
export const AREAS = ['configuration', 'slack', 'redis', 'queue', 'workers', 'clusters', 'tools', 'disk'] as const;
export type Area = (typeof AREAS)[number];

/** One line of a checkup: what was seen, and what to do about it. */
export interface CheckupRow {
  readonly area: Area;
  /** Of several fleets the one that it is about. */
  readonly fleet?: string;
  readonly standing: Standing;
  readonly says: string;
  readonly remedy?: string;
}

/** 0: all is well, warnings apart. 1: something has to be mended. 3: nothing is known to be wrong, and something could not be told. */
export const exitCodeOf = (rows: readonly CheckupRow[]): 0 | 1 | 3 => {
  if (rows.some(({ standing }) => standing === 'fault')) return 1;
  return rows.some(({ standing }) => standing === 'unknown') ? 3 : 0;
};

/** For who builds rows of one area. */
export const rowsOf = (area: Area) => {
  const row = (standing: Standing, says: string, remedy?: string): CheckupRow => ({
    area,
    standing,
    says,
    ...(remedy === undefined ? {} : { remedy }),
  });
  return {
    well: (says: string) => row('well', says),
    warning: (says: string, remedy?: string) => row('warning', says, remedy),
    fault: (says: string, remedy?: string) => row('fault', says, remedy),
    unknown: (says: string, remedy?: string) => row('unknown', says, remedy),
    leftOut: (says: string) => row('left-out', says),
  };
};
