import type { Run } from '../../domain/run.ts';
import type { Shown } from '../../ports/run-store.ts';

/** Where a run is shown, as the reporter knows it; `asked` is where it was asked for. */
export const threadOf = ({ channel, ts, permalink, refusal }: Shown, asked: Run['thread']): Run['thread'] => ({
  ...(ts === undefined ? asked : { channel, ts, ...(permalink === undefined ? {} : { permalink }) }),
  ...(refusal === undefined
    ? {}
    : {
        refusal: {
          error: refusal.error,
          ...(refusal.needed === undefined ? {} : { needed: refusal.needed }),
          ...(refusal.provided === undefined ? {} : { provided: refusal.provided }),
        },
      }),
});
