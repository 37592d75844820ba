import type { Run } from '../../src/domain/run.ts';
import type { FaultLab } from './lab.ts';

/** What a person asked and was told. */
export interface Told {
  readonly asked: string;
  readonly told: string;
}

/** A lab while one scenario is played in it: scenarios that share a lab have a database each. */
export interface Scene extends FaultLab {
  readonly database: string;
  readonly sinceMs: number;
  /** What people asked and were told in this scenario. */
  readonly told: Told[];
}

/** A course of events with its name; the invariants are looked at after it. */
export interface Scenario {
  readonly name: string;
  /** untouched: it needs clusters on which nothing is installed. stands: those that a deploy of another database left. */
  readonly fleet: 'untouched' | 'stands';
  /** After so many minutes a plan expires that nobody decided; default: more than any scenario takes. */
  readonly approvalMinutes?: number;
  /** True: `npm run test:long` plays it. */
  readonly quick?: true;
  /** Rejects with what hung or ended otherwise than it has to. */
  play(scene: Scene): Promise<void>;
}

/** Runs of this scenario, newest first; one that was withdrawn was told as not accepted. */
export const runsOf = async ({ record, database, sinceMs }: Scene): Promise<readonly Run[]> =>
  (await record.store.list(50).catch(() => [])).filter(
    (run) => run.database.name === database && run.acceptBy === undefined && Date.parse(run.requestedAt) >= sinceMs,
  );

export const newestOf = async (scene: Scene): Promise<Run | undefined> => (await runsOf(scene))[0];
