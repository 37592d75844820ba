import type { ObjectRef } from '../../../src/kube-api/objects.ts';
import { keepRunning } from '../../control/background.ts';
import type { Mutable, OperatorClient } from '../../control/kit.ts';

/**
 * Plays a program that runs in a Deployment: `run` is called while the Deployment has an available replica and `claims` holds,
 * with a signal that ends when it no longer does. A change of the pod template starts the program again, and so does an error.
 */
export const runsIn = async (
  client: OperatorClient,
  { name, namespace, ...kind }: ObjectRef,
  options: {
    readonly signal: AbortSignal;
    claims?(deployment: Mutable): boolean;
    run(deployment: Mutable, signal: AbortSignal): Promise<void>;
    /** The Deployment is gone. */
    removed?(): Promise<void>;
    onError(error: unknown): void;
  },
): Promise<void> => {
  let running: { readonly template: string; readonly controller: AbortController } | undefined;
  const stop = (): void => {
    running?.controller.abort();
    running = undefined;
  };
  await client.control(
    { ...kind, ...(namespace === undefined ? {} : { namespace }), fieldSelector: `metadata.name=${name}` },
    async (deployment) => {
      const available = Number(deployment.status?.availableReplicas ?? 0) > 0 && Number(deployment.spec?.replicas ?? 1) > 0;
      const wanted = available && options.claims?.(deployment) !== false;
      const template = JSON.stringify(deployment.spec?.template);
      if (!wanted || running?.template !== template) stop();
      if (!wanted || running !== undefined) return;
      const controller = new AbortController();
      running = { template, controller };
      const active = AbortSignal.any([controller.signal, options.signal]);
      void keepRunning(() => options.run(deployment, active), { signal: active, onError: options.onError });
    },
    {
      signal: options.signal,
      gone: async () => {
        stop();
        await options.removed?.();
      },
      onError: options.onError,
    },
  );
};
