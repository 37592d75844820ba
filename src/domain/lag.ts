import { isUnknown, type ReplicationTable } from './replication.ts';

/** What one look of the watch saw of how far the standbys are behind. */
export interface LagSample {
  /** ISO instant. */
  readonly at: string;
  /** Milliseconds after which the next look was planned. */
  readonly nextMs: number;
  /** Bytes of WAL by pod of each standby; one of which nobody could say it is absent. */
  readonly behind: Readonly<Record<string, number>>;
}

/** What is kept, and shown: the last hour. */
export const LAG_KEPT_MS = 3_600_000;
/** A look each half a minute for an hour: more is not kept, whatever is watched how often. */
export const MOST_SAMPLES = 120;

/** What a look comes to. Without a table nobody could ask. */
export const lagSample = (table: ReplicationTable | undefined, at: string, nextMs: number): LagSample => ({
  at,
  nextMs,
  behind: Object.fromEntries(
    (table?.rows ?? []).flatMap((row) => (row.role !== 'standby' || isUnknown(row) || row.lagBytes === undefined ? [] : [[row.pod, row.lagBytes]])),
  ),
});

interface LagPoint {
  readonly atMs: number;
  readonly bytes: number;
}

/** One standby over the hour. */
export interface LagSeries {
  readonly pod: string;
  /** Runs of looks that each saw it, oldest first: between two of them nobody could say how far it was behind. */
  readonly pieces: readonly (readonly LagPoint[])[];
  readonly most: LagPoint;
}

/** A look that comes later than half an interval after its time, some seconds of the look itself aside, was not made in between. */
const LATE_MS = 30_000;

/** The hour before `now` (milliseconds), by pod in the order of their names. */
export const lagSeries = (samples: readonly LagSample[], pods: readonly string[], nowMs: number): readonly LagSeries[] => {
  const hour = samples
    .filter(({ at }) => Date.parse(at) > nowMs - LAG_KEPT_MS && Date.parse(at) <= nowMs)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return pods.flatMap((pod) => {
    const pieces: LagPoint[][] = [];
    let before: LagSample | undefined;
    for (const sample of hour) {
      const bytes = sample.behind[pod];
      const follows = before?.behind[pod] !== undefined && Date.parse(sample.at) - Date.parse(before.at) <= 1.5 * before.nextMs + LATE_MS;
      if (bytes !== undefined) {
        if (!follows) pieces.push([]);
        pieces.at(-1)?.push({ atMs: Date.parse(sample.at), bytes });
      }
      before = sample;
    }
    const [first, ...others] = pieces.flat();
    if (first === undefined) return [];
    return [{ pod, pieces, most: others.reduce((most, point) => (point.bytes > most.bytes ? point : most), first) }];
  });
};

/** Times between two looks that saw the standby of which nobody can say how far it was behind, milliseconds. */
export const lagGaps = ({ pieces }: LagSeries): readonly (readonly [fromMs: number, toMs: number])[] =>
  pieces.slice(1).map((piece, at) => [pieces[at]?.at(-1)?.atMs ?? 0, piece[0]?.atMs ?? 0]);
