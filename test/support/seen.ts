import type { Mutable, OperatorClient } from '../../playground/control/kit.ts';
import type { Query } from '../../src/kube-api/objects.ts';
import { patienceMs } from './eventually.ts';

/** Resolves as soon as one of the objects is as `test` wants it, now or later; rejects when none ever is. */
export const seen = async (client: OperatorClient, query: Query, test: (object: Mutable) => boolean): Promise<void> => {
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(patienceMs())]);
  const met = Promise.withResolvers<void>();
  const watching = client.control(
    query,
    async (object) => {
      if (test(object)) met.resolve();
    },
    { signal },
  );
  try {
    await Promise.race([met.promise, watching.then(() => Promise.reject(new Error(`no ${query.kind} was ever as expected`)))]);
  } finally {
    ending.abort();
    await watching.catch(() => undefined);
  }
};

export const isHeld = ({ spec }: Mutable): boolean => spec.replicas === 0;
export const CONTROLLERS = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kubeslice-controller' } as const;
