import type { ObjectRef } from '../../../src/kube-api/objects.ts';
import { keepRunning } from '../../control/background.ts';
import type { OperatorClient } from '../../control/kit.ts';

/** Plays the program of one workload: `run` is called with a signal that lasts while the workload has a ready pod, again after an error. */
export const whileReady = async (
  client: OperatorClient,
  { name, namespace = '', ...kind }: ObjectRef,
  { signal, run, onError }: { readonly signal: AbortSignal; run(active: AbortSignal): Promise<void>; onError(error: unknown): void },
): Promise<void> => {
  let running: AbortController | undefined;
  const stop = async (): Promise<void> => {
    running?.abort();
    running = undefined;
  };
  await client.control(
    { ...kind, namespace, fieldSelector: `metadata.name=${name}` },
    async ({ status }) => {
      const ready = Number(status?.readyReplicas ?? 0) > 0;
      if (!ready) return stop();
      if (running !== undefined) return;
      running = new AbortController();
      const active = AbortSignal.any([running.signal, signal]);
      void keepRunning(() => run(active), { signal: active, onError });
    },
    { signal, gone: stop, onError },
  );
};
