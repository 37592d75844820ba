import type { Run } from '../domain/run.ts';
import type { Shown } from './run-store.ts';

/** What one person is to be told about a run. */
interface Direct {
  readonly userId: string;
  readonly run: Run;
  /** False: nothing new is written to this person; what was is still kept true. */
  readonly wanted: boolean;
  /** The run waits for this person's approval; undefined: Slack does not say whether they are in a group on which it hangs. */
  readonly waits: boolean | undefined;
  /** It ended, and this person asked for it. */
  readonly ended: boolean;
}

/** Writes to one person directly: once for each thing, edited when it is settled. Repeating it with the same run sends nothing. */
export interface Directs {
  /** Returns what is shown afterwards; `againMs` where Slack did not take it. Calls `remember` after every message that was posted. */
  show(
    direct: Direct,
    shown: Shown,
    remember: (shown: Shown) => Promise<void>,
    signal: AbortSignal,
  ): Promise<{ readonly shown: Shown; readonly againMs?: number }>;
}
