import { canonicalJson } from '../domain/digest.ts';
import type { Dependency } from './clients/recording-client.ts';

/** Watches of what a step reads while it waits, kept from one look to the next: each costs the API server a connection. */
export interface WatchSet {
  /** Before a look: what changes from now on counts. */
  mark(): void;
  /** After it: watches what was read, and lets go of everything else. */
  follow(dependencies: readonly Dependency[]): void;
  /** Resolves at the first change since the mark, which may have come already, or when nothing is watched (any more). */
  next(): Promise<'changed' | 'unwatched'>;
  close(): void;
}

interface Kept {
  changed: boolean;
  /** It ended for good: no right to watch, or the kind is gone. The next look, which reads the same, tells. */
  broken: boolean;
  readonly end: AbortController;
}

export const watchSet = (signal: AbortSignal): WatchSet => {
  const kept = new Map<string, Kept>();
  let notify = (): void => undefined;
  const drop = (key: string): void => {
    kept.get(key)?.end.abort(new Error('no longer waited for'));
    kept.delete(key);
  };
  return {
    mark() {
      for (const watch of kept.values()) watch.changed = false;
    },
    follow(dependencies) {
      // What was read twice is watched from its first reading on: the verdict may rest on that, and the change have come in between.
      const wanted = new Map(dependencies.toReversed().map((dependency) => [keyOf(dependency), dependency]));
      for (const [key, { broken }] of kept) if (broken || !wanted.has(key)) drop(key);
      for (const [key, dependency] of wanted)
        if (!kept.has(key))
          kept.set(
            key,
            watching(dependency, signal, () => notify()),
          );
    },
    next: () =>
      new Promise((resolve) => {
        notify = () => {
          const watches = [...kept.values()];
          if (watches.some(({ changed }) => changed)) resolve('changed');
          else if (watches.every(({ broken }) => broken)) resolve('unwatched');
        };
        notify();
      }),
    close() {
      notify = () => undefined;
      for (const key of kept.keys()) drop(key);
    },
  };
};

const keyOf = ({ cluster, query }: Dependency): string => `${cluster.name} ${canonicalJson(query)}`;

const watching = ({ cluster, query, resourceVersion }: Dependency, signal: AbortSignal, notify: () => void): Kept => {
  const watch: Kept = { changed: false, broken: false, end: new AbortController() };
  const follow = async (): Promise<void> => {
    try {
      for await (const _ of cluster.watch(query, { resourceVersion, signal: AbortSignal.any([signal, watch.end.signal]) })) {
        watch.changed = true;
        notify();
      }
    } catch {
      // The next look meets the same fault and tells it.
    }
    watch.broken = true;
    notify();
  };
  void follow();
  return watch;
};
