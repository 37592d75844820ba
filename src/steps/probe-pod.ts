import type { KubeObject, Manifest } from '../kube-api/objects.ts';
import type { ApplyContext } from './context.ts';
import { podSchema } from './kube/pods.ts';
import { readAs } from './kube/read-as.ts';
import type { Right } from '../domain/right.ts';
import { rightsTo } from './rights.ts';
import { until } from './until.ts';

/** A short pod of ours that looks at something from inside a cluster. Made by apply only, declared in the plan, always removed. */
export interface ProbePod {
  readonly cluster: string;
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  /** Pins the pod to this node and gives it the node's network. */
  readonly hostNetworkOf?: string;
  /** The pod's own deadline, milliseconds; waiting for it takes a little longer at most. */
  readonly timeoutMs: number;
}

/** kube-system: the one namespace that Pod Security leaves open to host networking by default. */
export const PROBE_NAMESPACE = 'kube-system';

/** Runs the pod to its end; `log` is what it printed, `ended` false when it did not start or end in time. */
export const runProbePod = async (
  context: ApplyContext,
  probe: ProbePod,
): Promise<{ readonly ended: boolean; readonly succeeded: boolean; readonly log: string }> => {
  const cluster = context.cluster(probe.cluster);
  // The same client makes and removes: a creation that a cancel cut off could still arrive after the removal.
  const lasting = context.afterCancel(probe.cluster);
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: PROBE_NAMESPACE, name: probe.name } as const;
  const query = { apiVersion: 'v1', kind: 'Pod', namespace: PROBE_NAMESPACE, fieldSelector: `metadata.name=${probe.name}` };
  await cluster.delete(ref);
  await until(context, cluster, query, (items) => items.length === 0, probe.timeoutMs);
  try {
    await lasting.create(manifestOf(probe));
    const phase = (items: readonly KubeObject[]): string | undefined => items.map((item) => readAs(podSchema, item, probe.cluster).status.phase)[0];
    let last: string | undefined;
    const ended = await until(
      context,
      cluster,
      query,
      (items) => {
        last = phase(items);
        return last === 'Succeeded' || last === 'Failed';
      },
      probe.timeoutMs,
    );
    const log = ended ? await cluster.logs({ namespace: PROBE_NAMESPACE, pod: probe.name }) : '';
    return { ended, succeeded: last === 'Succeeded', log };
  } finally {
    await lasting.delete(ref).catch(() => undefined);
  }
};

/** To run one: its name depends on the node, so no name narrows them. */
export const probePodRights = (cluster: string): Right[] =>
  rightsTo(
    'run a probe pod',
    cluster,
    { verbs: 'list watch create delete', on: 'pods', namespace: PROBE_NAMESPACE },
    { verbs: 'get', on: 'pods/log', namespace: PROBE_NAMESPACE },
  );

const manifestOf = ({ name, image, command, hostNetworkOf, timeoutMs }: ProbePod): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: PROBE_NAMESPACE, labels: { 'app.kubernetes.io/managed-by': 'pgdist' } },
  spec: {
    restartPolicy: 'Never',
    activeDeadlineSeconds: Math.ceil(timeoutMs / 1000),
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    ...(hostNetworkOf === undefined ? {} : { hostNetwork: true, nodeName: hostNetworkOf, tolerations: [{ operator: 'Exists' }] }),
    containers: [{ name: 'probe', image, command: [...command], resources: { limits: { cpu: '100m', memory: '32Mi' } } }],
  },
});
