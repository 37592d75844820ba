import { AsyncLocalStorage } from 'node:async_hooks';

/** The span that is under way where this is asked. */
interface Current {
  readonly spanId: string;
  readonly startedAt: Date;
  /** Runs for which something was queued in it. */
  readonly runs: Set<string>;
}

const storage = new AsyncLocalStorage<Current>();

export const current = (): Current | undefined => storage.getStore();

export const during = <T>(span: Current, work: () => Promise<T>): Promise<T> => storage.run(span, work);
