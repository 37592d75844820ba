import type { VolumeSeen } from '../../domain/replication-report.ts';

/** A line of `df -Pk`, which POSIX keeps to one: filesystem, size, used, available (kB each), per cent, where it is mounted. */
const LINE = /^\S.{0,500}?\s(\d{1,15})\s+(\d{1,15})\s+(-?\d{1,15})\s+\d{1,3}%\s+(\/.{0,200})$/;
/** Data and WAL. */
const MOST_VOLUMES = 2;

/** What df told of the filesystems of data and WAL, in that order; the same one is told once. Lines that are none of df's are passed over. */
export const volumesIn = (lines: readonly string[]): readonly VolumeSeen[] => {
  const seen = lines
    .slice(0, MOST_VOLUMES + 1)
    .map((line) => LINE.exec(line.trim()))
    .filter((line) => line !== null)
    .map(([, , used, available, mount = '']) => ({
      mount,
      // What only root may use counts for neither.
      bytes: (Number(used) + Math.max(0, Number(available))) * 1024,
      freeBytes: Math.max(0, Number(available)) * 1024,
    }));
  return seen
    .filter(({ bytes }) => bytes > 0)
    .filter(({ mount }, index) => seen.findIndex((other) => other.mount === mount) === index)
    .map((volume, index) => ({ ...volume, holds: index === 0 ? 'data' : 'WAL' }));
};
