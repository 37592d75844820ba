import type { Alert, Mute } from '../domain/alert.ts';
import type { LagSample } from '../domain/lag.ts';
import type { Watched } from '../domain/watched.ts';

/** The stored state changed since it was read: another worker looked. Nothing was written. */
export class StaleWatchError extends Error {
  override readonly name = 'StaleWatchError';
}

/** A database of the watch. */
export interface WatchedDatabase {
  readonly fleet: string;
  readonly database: string;
}

/** What is remembered of a database, and the revision that a write compares with. */
interface Remembered {
  readonly watched: Watched;
  readonly revision: number;
}

/** What differed at the last look ahead from what was approved, and the alert that told of it. */
interface LastDrift {
  readonly digest: string;
  readonly alert?: string;
}

/** Durable state of the watch. Instants are stored, so that the clock can be passed in. */
export interface WatchStore {
  /** Plans a look at this instant at each database that has none planned. */
  plan(databases: readonly WatchedDatabase[], at: Date): Promise<void>;
  /** Whose look is due. */
  due(now: Date): Promise<readonly WatchedDatabase[]>;
  /** The next look is due at this instant, whatever was planned. */
  dueAt(of: WatchedDatabase, at: Date): Promise<void>;
  /** What cannot be read counts as nothing: the watch begins anew. */
  recall(of: WatchedDatabase): Promise<Remembered>;
  /** Writes state, alerts and the next look (undefined: none) in one step, and wakes the reporter for the alerts. Throws StaleWatchError. */
  save(of: WatchedDatabase, next: Remembered, nextAt: Date | undefined, alerts: readonly Alert[]): Promise<void>;
  alert(id: string): Promise<Alert | undefined>;
  /** Stores an alert that is not stored yet, and wakes the reporter for it; false: it is, and was told before. */
  tellOnce(alert: Alert): Promise<boolean>;
  /** Stores the alert as it now is, and wakes the reporter for it. */
  tell(alert: Alert): Promise<void>;
  lastDrift(of: WatchedDatabase): Promise<LastDrift | undefined>;
  rememberDrift(of: WatchedDatabase, drift: LastDrift | undefined): Promise<void>;
  /** Replaces a mute that is there. */
  mute(of: WatchedDatabase, mute: Mute): Promise<void>;
  /** The mute that was there. */
  unmute(of: WatchedDatabase): Promise<Mute | undefined>;
  /** Also one whose time is over. */
  muted(of: WatchedDatabase): Promise<Mute | undefined>;
  /** Id of the last deploy that changed or verified the database. */
  lastDeploy(of: WatchedDatabase): Promise<string | undefined>;
  rememberDeploy(of: WatchedDatabase, runId: string): Promise<void>;
  /** Keeps what a look saw for an hour after the last one, the newest MOST_SAMPLES of them. */
  rememberLag(of: WatchedDatabase, sample: LagSample): Promise<void>;
  /** Oldest first; what cannot be read is left out. */
  lag(of: WatchedDatabase): Promise<readonly LagSample[]>;
  /** Id of the run that deploys the database, from its command to its end. */
  deploying(of: WatchedDatabase): Promise<string | undefined>;
}
