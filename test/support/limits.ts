/**
 * How long the runner lets one test and one hook take, milliseconds. They end what hangs and say nothing of what is slow: a machine may be busy with
 * other things. The only limits of time that tests have; what waits in a test waits with `eventually` or is given `patienceMs()`.
 */
export const PARTS = { testTimeout: 300_000, hookTimeout: 300_000 } as const;

/** Whole playgrounds with processes of their own; and whatever waits for clusters or a browser. */
export const END_TO_END = { testTimeout: 600_000, hookTimeout: 300_000 } as const;

/** Fleets of many clusters, all of them in one process. */
export const LARGE = { testTimeout: 1_800_000, hookTimeout: 1_800_000 } as const;
