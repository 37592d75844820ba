import type { QuietHours } from './quiet-hours.ts';

/** How one database is watched, as the configuration has it. */
export interface WatchRules {
  /** Milliseconds between two looks while nothing is wrong. */
  readonly everyMs: number;
  /** Where alerts are told; absent: in the thread of the last deploy, or in `fallback`. */
  readonly channel?: string;
  readonly fallback: string;
  readonly quietHours?: QuietHours;
}
