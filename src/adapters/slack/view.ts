import type { Fleet } from '../../domain/fleet.ts';
import type { Run } from '../../domain/run.ts';
import type { Absence } from '../../domain/workers.ts';
import type { Log } from '../../ports/log.ts';
import type { MessageApi } from './message-api.ts';
import type { Approvers } from './render/plan-reply.ts';
import type { ProblemDocs } from './render/problem.ts';
import type { Waiting } from './render/waiting.ts';
import type { Memory } from './thread-memory.ts';

/** The part of pgdist.yaml that threads follow. */
export interface ThreadConfig {
  readonly fleet: Fleet;
  readonly slack: Approvers & ProblemDocs;
}

/** Of several fleets each has its own. */
export type OfFleets<T> = T | readonly [T, ...T[]];

export const configsIn = <T>(config: OfFleets<T>): readonly T[] => (isList(config) ? config : [config]);

/** What threads of that fleet follow; of one that is not configured the first of all. */
export const configOf = <T extends { readonly fleet: Pick<Fleet, 'name'> }>(config: OfFleets<T>, fleet: string | undefined): T => {
  if (!isList(config)) return config;
  return config.find((one) => one.fleet.name === fleet) ?? config[0];
};

const isList = <T>(config: OfFleets<T>): config is readonly [T, ...T[]] => Array.isArray(config);

/** One look at a run that is to be shown, and what it is shown with. */
export interface View {
  readonly run: Run;
  readonly waiting: Waiting;
  /** Present where the run needs a worker and none is alive. */
  readonly absence?: Absence;
  readonly memory: Memory;
  readonly api: MessageApi;
  /** ISO instant. */
  readonly now: string;
  readonly liveRuns: number;
  /** The file that is kept for the run; undefined: not any more. */
  readonly keptFile: () => Promise<Uint8Array | undefined>;
  readonly who: ThreadConfig['slack'];
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** What is posted, found again and edited once: a run, or what else has an id and an instant before which it stood nowhere. */
export interface Posting extends Pick<View, 'memory' | 'api' | 'signal' | 'log'> {
  readonly run: Pick<Run, 'id' | 'requestedAt'>;
}

/** ISO instant so many milliseconds after now. */
export const later = ({ now }: Pick<View, 'now'>, ms: number): string => new Date(Date.parse(now) + ms).toISOString();

/** Of several waits in milliseconds the shortest; undefined where there is none. */
export const soonest = (...waits: readonly (number | undefined)[]): number | undefined => {
  const known = waits.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};
