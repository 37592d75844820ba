import { keepRunning } from '../../control/background.ts';
import { DEPLOYMENT, type ControllerContext } from '../../control/objects.ts';
import type { Mutable } from '../../control/kit.ts';

interface Session<T> {
  /** Makes the session run for this input: equal input goes on, other input ends the old run first, undefined only ends it. */
  set(input: T | undefined): void;
}

/** One run at a time, which lives as long as its input is wanted. A run that throws starts again. */
export const session = <T>(
  run: (input: T, signal: AbortSignal) => Promise<void>,
  { signal: outer, onError }: Pick<ControllerContext, 'signal' | 'onError'>,
): Session<T> => {
  let key: string | undefined;
  let current: AbortController | undefined;
  let last: Promise<void> = Promise.resolve();
  return {
    set(input) {
      const next = input === undefined ? undefined : JSON.stringify(input);
      if (next === key) return;
      key = next;
      current?.abort();
      if (input === undefined) return;
      const own = new AbortController();
      current = own;
      const before = last;
      const signal = AbortSignal.any([outer, own.signal]);
      last = before.then(() => keepRunning(() => run(input, signal), { signal, onError }));
    },
  };
};

/** Arguments of a Deployment's first container as they are live: undefined while none of its newest pods is available. */
const liveArguments = (deployment: Mutable | undefined): readonly string[] | undefined => {
  const { spec, status, metadata } = deployment ?? { metadata: {} };
  const rolledOut =
    status?.observedGeneration === (metadata as { generation?: number }).generation && (status?.updatedReplicas ?? 0) === (status?.replicas ?? 0);
  return rolledOut && (status?.availableReplicas ?? 0) >= 1 ? (spec.template.spec.containers[0].args ?? []) : undefined;
};

/** Calls back with the live arguments of a Deployment, and which roll-out they came with, whenever they change. While one is under way nothing is called. */
export const followDeployment = (
  { observe }: Pick<ControllerContext, 'observe'>,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  listener: (args: readonly string[] | undefined, generation: number) => void,
): void => {
  observe({ ...DEPLOYMENT, namespace }).subscribe((deployment, gone) => {
    if (deployment.metadata.name !== name) return;
    const args = gone ? undefined : liveArguments(deployment);
    const rolling = !gone && (deployment.spec.replicas ?? 1) > 0 && (deployment.status?.availableReplicas ?? 0) > 0 && args === undefined;
    if (!rolling) listener(args, deployment.metadata.generation ?? 0);
  });
};

/** Resolves when the signal ends. */
export const until = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
