import type { Query } from '../../src/kube-api/objects.ts';
import type { Mutable, OperatorClient } from './kit.ts';

/** The newest known objects of one kind, kept by a watch. */
interface Observed {
  get(namespace: string | undefined, name: string): Mutable | undefined;
  all(): Mutable[];
  /** Called for every object now, and after each change; `gone` with the last known object. Returns the way to end that. */
  subscribe(listener: (object: Mutable, gone: boolean) => void): () => void;
}

export type Observe = (query: Query) => Observed;

/** Watches each kind at most once per client, however many ask for it. */
export const observer = (client: OperatorClient, signal: AbortSignal): Observe => {
  const kinds = new Map<string, Observed>();
  return (query) => {
    const key = [query.apiVersion, query.kind, query.namespace, query.labelSelector, query.fieldSelector].join(' ');
    const known = kinds.get(key) ?? watched(client, query, signal);
    kinds.set(key, known);
    return known;
  };
};

const watched = (client: OperatorClient, query: Query, signal: AbortSignal): Observed => {
  const objects = new Map<string, Mutable>();
  const listeners = new Set<(object: Mutable, gone: boolean) => void>();
  const tell = (object: Mutable, gone: boolean): void => {
    for (const listener of listeners) listener(object, gone);
  };
  void client.control(
    query,
    async (object) => {
      objects.set(keyOf(object), object);
      tell(object, false);
    },
    {
      signal,
      gone: async (object) => {
        objects.delete(keyOf(object));
        tell(object, true);
      },
    },
  );
  return {
    get: (namespace, name) => objects.get(`${namespace ?? ''}/${name}`),
    all: () => [...objects.values()],
    subscribe(listener) {
      listeners.add(listener);
      for (const object of objects.values()) listener(object, false);
      return () => listeners.delete(listener);
    },
  };
};

/** 'namespace/name', the key of work queues. */
export const keyOf = ({ metadata }: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string =>
  `${metadata.namespace ?? ''}/${metadata.name}`;

/** Namespace and name of a key. */
export const fromKey = (key: string): { readonly namespace: string; readonly name: string } => {
  const at = key.indexOf('/');
  return { namespace: key.slice(0, at), name: key.slice(at + 1) };
};

/** Waits until the observed objects satisfy `holds`; false when the signal ended first. */
export const untilObserved = (observed: Observed, holds: () => boolean, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    let end: (() => void) | undefined;
    const settle = (value: boolean): void => {
      end?.();
      signal.removeEventListener('abort', aborted);
      resolve(value);
    };
    const aborted = (): void => settle(false);
    if (signal.aborted) return settle(false);
    if (holds()) return settle(true);
    signal.addEventListener('abort', aborted, { once: true });
    end = observed.subscribe(() => {
      if (holds()) settle(true);
    });
  });
