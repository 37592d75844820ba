import type { HomeContent, Visitor } from '../domain/home.ts';
import type { Shown } from './run-store.ts';

/** Who opened the Home tab lately: only theirs are kept fresh. */
export interface Homes {
  /** Keeps the visitor for an hour, and makes the tab due now. */
  opened(visitor: Visitor): Promise<void>;
  /** undefined: not opened within the last hour. */
  visitor(userId: string): Promise<Visitor | undefined>;
  forget(userId: string): Promise<void>;
  /** Something that the tabs tell has changed: those that are kept fresh become due in a moment, one after the other, unless they are due earlier. */
  changed(): Promise<void>;
}

/** Which people want no direct messages. */
export interface Preferences {
  /** True unless the person turned them off. */
  notified(userId: string): Promise<boolean>;
  setNotified(userId: string, notified: boolean): Promise<void>;
}

/** Slack's side of the Home tab. */
export interface HomeTab {
  /** Publishes what the tab does not show yet, or not since it was opened. Returns what is shown afterwards; `againMs` where Slack did not take it. */
  show(visitor: Visitor, content: HomeContent, shown: Shown): Promise<{ readonly shown: Shown; readonly againMs?: number }>;
}
