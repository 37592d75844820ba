import type { Alert } from '../domain/alert.ts';
import type { Shown } from './run-store.ts';

/** Makes Slack show an alert: posts it once, or edits it. Repeating it with the same alert sends nothing. */
export interface Alerts {
  /**
   * Returns what is shown afterwards; `again` in milliseconds where Slack did not take it. Calls `remember` after every message that was posted, so that a
   * crash in between posts nothing twice.
   */
  show(
    alert: Alert,
    shown: Shown,
    remember: (shown: Shown) => Promise<void>,
    signal: AbortSignal,
  ): Promise<{ readonly shown: Shown; readonly againMs?: number }>;
}
