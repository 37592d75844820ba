/** 0.4 s, 48 s, 2 min 10 s, 1 h 5 min */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (ms < 950) return `${Math.max(0, Math.round(ms / 100) / 10)} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
};

/** An estimate: whole minutes, or seconds below one. */
export const roughly = (ms: number): string => (ms < 60_000 ? duration(Math.ceil(ms / 5_000) * 5_000) : duration(Math.round(ms / 60_000) * 60_000));

/** Milliseconds from one instant to another; 0 if the clock was set back. */
export const between = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));

/** 1 step, 2 steps */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
