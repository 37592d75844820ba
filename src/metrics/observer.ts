import type { EndsObserver, Observer } from '../ports/observer.ts';
import type { Instruments } from './instruments.ts';

/** Keeps the last verdict about each database, and how far its standbys were behind. */
export const observer = ({ healthy, lookedAt, lagBytes }: Pick<Instruments, 'healthy' | 'lookedAt' | 'lagBytes'>): Observer => {
  const told = new Map<string, Record<string, string>[]>();
  return ({ fleet, database, healthy: well, at, replication }) => {
    const of = { fleet, database };
    healthy.set(of, well ? 1 : 0);
    lookedAt.set(of, Date.parse(at) / 1000);
    // A pod that nobody can ask has no lag that is known.
    for (const labels of told.get(`${fleet} ${database}`) ?? []) lagBytes.remove(labels);
    const rows = (replication?.rows ?? []).filter(({ lagBytes: lag }) => lag !== undefined);
    for (const { cluster, pod, lagBytes: lag = 0 } of rows) lagBytes.set({ ...of, cluster, pod }, lag);
    told.set(
      `${fleet} ${database}`,
      rows.map(({ cluster, pod }) => ({ ...of, cluster, pod })),
    );
  };
};

/** Keeps when what ends by itself does, as it was at the last look: what was not found then is not known any more. */
export const endsObserver = ({ endsAt, endsLookedAt }: Pick<Instruments, 'endsAt' | 'endsLookedAt'>): EndsObserver => {
  const told = new Map<string, Record<string, string>[]>();
  return (fleet, ends, at) => {
    for (const labels of told.get(fleet) ?? []) endsAt.remove(labels);
    for (const { key: what, cluster, notAfter } of ends) endsAt.set({ fleet, cluster, what }, notAfter.getTime() / 1000);
    endsLookedAt.set({ fleet }, at.getTime() / 1000);
    told.set(
      fleet,
      ends.map(({ key: what, cluster }) => ({ fleet, cluster, what })),
    );
  };
};
