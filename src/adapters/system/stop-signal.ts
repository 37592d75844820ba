import type { Log } from '../../ports/log.ts';

/** Aborts on SIGTERM or SIGINT; a second one ends the process at once, and so does `withinMs` without its end: nobody waits for what never answers. */
export const stopSignal = (log: Log, { withinMs }: { readonly withinMs: number }): AbortSignal => {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(1);
      log.info({ signal: name }, 'stopping');
      stop.abort(new Error(`stopped by ${name}`));
      setTimeout(() => {
        log.error({ withinMs }, 'did not stop in time');
        process.exit(1);
      }, withinMs).unref();
    });
  }
  return stop.signal;
};

interface BugPolicy {
  /**
   * end: somebody waited for what will never come, so a fresh process is better. log: requests stand apart from one another, and all that is kept is
   * in a store that was written atomically; ending would take every other request along.
   */
  readonly onUnhandledRejection: 'end' | 'log';
}

/** What nobody caught is a bug, and it is logged. After an uncaught exception the process is in no known state: it ends with 1, so that a fresh one starts. */
export const watchForBugs = (log: Log, { onUnhandledRejection }: BugPolicy): void => {
  process.on('uncaughtException', (error: unknown) => {
    log.error({ error }, 'process ended by a bug');
    process.exit(1);
  });
  process.on('unhandledRejection', (error: unknown) => {
    log.error({ error }, onUnhandledRejection === 'end' ? 'process ended by a bug' : 'nobody handled a failure');
    if (onUnhandledRejection === 'end') process.exit(1);
  });
};
