import type { Row } from './row.ts';
import { openLab, type Lab } from './lab.ts';
import { deploy, type Deploy } from './deploy.ts';

/** What a row is measured with: labs are opened at the first use and shared by the rows that can share them. */
export interface Bench {
  readonly redisUrl: string;
  /** How much faster than real the stand-ins are while something is timed. */
  readonly speed: number;
  /** Of the clicks: how many, and the seed by which they are chosen. */
  readonly count: number;
  readonly seed: number;
  /** The lab of two clusters, as it stands. */
  pair(): Promise<Lab>;
  /** The deploy of the lab of two clusters, made at the first call. */
  deployed(): Promise<Deploy>;
  /** Ends the lab of two clusters; deployed() goes on to tell what was measured. */
  closePair(): Promise<void>;
}

/** Measures one or several lines of the table. */
export type Measure = (bench: Bench) => Promise<readonly Row[]>;

export const createBench = ({ redisUrl, speed, count, seed }: Pick<Bench, 'redisUrl' | 'speed' | 'count' | 'seed'>): Bench => {
  let lab: Promise<Lab> | undefined;
  let made: Promise<Deploy> | undefined;
  const pair = (): Promise<Lab> => (lab ??= openLab({ clusters: 2, speed, redisUrl }));
  return {
    redisUrl,
    speed,
    count,
    seed,
    pair,
    deployed: () => (made ??= pair().then(deploy)),
    async closePair() {
      const open = lab;
      lab = undefined;
      await (await open?.catch(() => undefined))?.close();
    },
  };
};
