const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/** Bytes of a Kubernetes quantity such as 2Gi; undefined when it is none. */
export const bytesOf = (quantity: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)([kMGTPE]i?|Ki)?$/.exec(quantity);
  const factor = match === null ? undefined : FACTORS[match[2] ?? ''];
  return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
};

/** Whether two Kubernetes quantities say the same: 500m and 0.5, 1Gi and 1024Mi. */
export const sameQuantity = (a: string, b: string): boolean => a === b || (numberOf(a) !== undefined && numberOf(a) === numberOf(b));

/** A quantity as a number; of CPU also in thousandths. Undefined when it is none. */
export const numberOf = (quantity: string): number | undefined => {
  const thousandths = /^(\d{1,15})m$/.exec(quantity)?.[1];
  return thousandths === undefined ? bytesOf(quantity) : Number(thousandths) / 1000;
};

/** '512 B', '1.2 MB': in PostgreSQL's units (powers of 1024, pg_size_pretty), with at most four characters before the unit. */
export const bytesText = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 10 ? Math.round(value).toString() : value.toFixed(1).replace(/\.0$/, '');
  return `${bytes < 0 ? '-' : ''}${digits} ${units[unit]}`;
};

/** '45 s', '12 min', '4.6 h', '3.2 d' */
export const spanText = (ms: number): string => {
  const seconds = ms / 1000;
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  const hours = seconds / 3600;
  return hours < 48 ? `${trimmed(hours)} h` : `${trimmed(hours / 24)} d`;
};

const trimmed = (value: number): string => value.toFixed(1).replace(/\.0$/, '');
