import { z } from 'zod';
import type { KubeObject } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';

/** Of one cluster. */
const MOST_LOGS = 40;
const LINES = 400;
/** At once: a bundle takes the places of nobody's deploy. */
const AT_ONCE = 3;

/** As far as it is told; what has another form is a pod without containers. */
const podSchema = z.object({
  spec: z.object({ containers: z.array(z.object({ name: z.string() })).max(100) }),
  status: z
    .object({
      containerStatuses: z.array(z.object({ name: z.string(), ready: z.boolean().catch(false), restartCount: z.number().catch(0) })).catch([]),
    })
    .prefault({ containerStatuses: [] }),
});

interface Log {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

/** Nodes, then events of the namespaces, and the logs of the containers in them, those that are not well first. What does not answer is written down by the client. */
export const eventsAndLogs = async (cluster: ClusterReader, namespaces: readonly string[], signal: AbortSignal): Promise<void> => {
  const logs: { readonly log: Log; readonly isWell: boolean }[] = [];
  await quietly(signal, () => cluster.list({ apiVersion: 'v1', kind: 'Node' }));
  for (const namespace of namespaces) {
    const [pods] = await Promise.all([
      quietly(signal, () => cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace })),
      quietly(signal, () => cluster.list({ apiVersion: 'v1', kind: 'Event', namespace })),
    ]);
    logs.push(...(pods?.items ?? []).flatMap((pod) => logsOf(namespace, pod)));
  }
  const wanted = [...logs.filter(({ isWell }) => !isWell), ...logs.filter(({ isWell }) => isWell)].slice(0, MOST_LOGS).map(({ log }) => log);
  const next = async (): Promise<void> => {
    for (let log = wanted.shift(); log !== undefined; log = wanted.shift()) {
      const { previous, ...target } = log;
      await quietly(signal, () => cluster.logs(target, { tailLines: LINES, previous }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
};

const logsOf = (namespace: string, pod: KubeObject): { readonly log: Log; readonly isWell: boolean }[] => {
  const { success, data } = podSchema.safeParse(pod);
  if (!success) return [];
  return data.spec.containers.flatMap(({ name }) => {
    const state = data.status.containerStatuses.find((status) => status.name === name);
    const isWell = state?.ready === true && state.restartCount === 0;
    const log = { namespace, pod: pod.metadata.name, container: name, previous: false };
    return [{ log, isWell }, ...((state?.restartCount ?? 0) > 0 ? [{ log: { ...log, previous: true }, isWell }] : [])];
  });
};

const quietly = async <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T | undefined> => {
  signal.throwIfAborted();
  try {
    return await call();
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
};
