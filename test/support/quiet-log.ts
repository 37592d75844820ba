import type { Log } from '../../src/ports/log.ts';

/** Drops what is logged. */
export const quietLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => quietLog };
