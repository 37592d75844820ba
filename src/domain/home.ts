import type { DatabaseNow } from './database-now.ts';
import type { Fleet } from './fleet.ts';
import type { Run } from './run.ts';

/** Somebody who opened the Home tab, as it was decided then what they may see. */
export interface Visitor {
  readonly userId: string;
  /** ISO instant. */
  readonly openedAt: string;
  /** Of the configured channels those that they are in, whose runs they see; of others only their own. */
  readonly channels: readonly string[];
}

/** What the Home tab of one person tells. */
export interface HomeContent {
  /** Those that the person sees. */
  readonly fleets: readonly Fleet[];
  readonly databases: readonly DatabaseNow[];
  readonly channels: readonly string[];
  /** That this person may approve, the one that expires first first. */
  readonly waiting: readonly Run[];
  /** Groups by which something may wait for this person, and of which Slack does not say who is in them; absent: none. */
  readonly silent?: readonly string[];
  /** The newest first, without those above. */
  readonly recent: readonly Run[];
  /** Direct messages are wanted. */
  readonly notified: boolean;
}

const PREFIX = 'home-';

/** Under which the Home tab of a person is due for the reporter, as runs are by their ids. */
export const homeId = (userId: string): string => `${PREFIX}${userId}`;
/** True for such an id: no run has one like it. */
export const isHomeId = (id: string): boolean => id.startsWith(PREFIX);
export const visitorOf = (id: string): string => id.slice(PREFIX.length);
