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

/** What nobody caught is a bug: it is logged, and the process ends so that a fresh one starts. */
export const endOnBugs = (log: Log): void => {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.error({ error }, 'process ended by a bug');
      process.exit(1);
    });
  }
};
