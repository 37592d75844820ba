import type { Run } from '../domain/run.ts';
import type { Absence } from '../domain/workers.ts';
import type { Shown } from './run-store.ts';

/** Makes the thread show the run: posts or edits the card, appends replies that are missing. Repeating it with the same run sends nothing. */
export interface Thread {
  /**
   * Returns what is shown afterwards; `again` in milliseconds when an edit was held back to save the message budget.
   * Calls `remember` after every message that was posted, so that a crash in between posts nothing twice.
   */
  show(
    run: Run,
    waiting: Readonly<Record<string, string>>,
    shown: Shown,
    remember: (shown: Shown) => Promise<void>,
    signal: AbortSignal,
    /** Told where the run needs a worker; without it, what was told of it before is taken back. */
    absence?: Absence,
  ): Promise<{ readonly shown: Shown; readonly againMs?: number }>;
}
