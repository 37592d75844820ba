import { cut } from '../domain/cut.ts';
import type { Manifest } from '../kube-api/objects.ts';
import { ClusterRefusedError } from '../ports/cluster-errors.ts';
import type { ApplyContext } from './context.ts';
import { podSchema, type Pod } from './kube/pods.ts';
import { isImageTrouble, podState, troublesOf } from './kube/pod-trouble.ts';
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

interface ProbeResult {
  /** What it printed; empty when it did not start or end in time. */
  readonly log: string;
  /** Why it did not end well, in Kubernetes' words: undefined when it did. */
  readonly failure?: { readonly told: string; readonly image: boolean };
}

/** Runs the pod to its end, or to where it is plain that it never will. */
export const runProbePod = async (context: ApplyContext, probe: ProbePod): Promise<ProbeResult> => {
  const cluster = context.cluster(probe.cluster);
  // The same client makes and removes: a creation that a cancel cut off could still arrive after the removal.
  const lasting = context.afterCancel(probe.cluster);
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: PROBE_NAMESPACE, name: probe.name } as const;
  const query = { apiVersion: 'v1', kind: 'Pod', namespace: PROBE_NAMESPACE, fieldSelector: `metadata.name=${probe.name}` };
  await cluster.delete(ref);
  await until(context, cluster, query, (items) => items.length === 0, probe.timeoutMs);
  try {
    await lasting.create(probeManifest(probe));
    let last: Pod | undefined;
    let unpulled: string | undefined;
    await until(
      context,
      cluster,
      query,
      (items) => {
        [last] = items.map((item) => readAs(podSchema, item, probe.cluster));
        // A pod that is ended at its deadline does not say any more what it waited for.
        const trouble = last === undefined || hasEnded(last) ? unpulled : imageTroubleOf(last);
        unpulled = trouble;
        return last !== undefined && (hasEnded(last) || NEVER_PULLED.test(trouble ?? ''));
      },
      probe.timeoutMs,
    );
    if (last?.status.phase === 'Succeeded') return { log: await cluster.logs({ namespace: PROBE_NAMESPACE, pod: probe.name }) };
    if (unpulled !== undefined) return { log: '', failure: { told: unpulled, image: true } };
    return { log: '', failure: { told: endOf(probe, last), image: false } };
  } catch (error) {
    if (!(error instanceof ClusterRefusedError) || !FORBIDDEN_THERE.test(error.message)) throw error;
    return { log: '', failure: { told: `the probe pod was refused (${error.message})`, image: false } };
  } finally {
    await lasting.delete(ref).catch(() => undefined);
  }
};

/** A rule of the cluster about pods, not a right that is missing. */
const FORBIDDEN_THERE = /denied the request|violates PodSecurity|exceeded quota/;

const hasEnded = ({ status: { phase } }: Pod): boolean => phase === 'Succeeded' || phase === 'Failed';

/** 'ImagePullBackOff: Back-off pulling image "busybox"' */
const imageTroubleOf = (pod: Pod): string | undefined => {
  const trouble = troublesOf(pod).find(({ reason }) => isImageTrouble(reason));
  return trouble === undefined ? undefined : `${trouble.reason}${trouble.message === '' ? '' : `: ${cut(trouble.message, LONGEST_MESSAGE)}`}`;
};
/** No later attempt can end otherwise. */
const NEVER_PULLED = /^(?:InvalidImageName|ErrImageNeverPull)\b/;
const LONGEST_MESSAGE = 160;

const endOf = ({ name, timeoutMs }: ProbePod, pod: Pod | undefined): string =>
  `probe pod ${PROBE_NAMESPACE}/${name} did not end well within ${timeoutMs / 1000} s: it ${pod === undefined ? 'is gone' : `is ${podState(pod)}`}`;

/** To run one: its name depends on the node, so no name narrows them. */
export const probePodRights = (cluster: string): Right[] =>
  rightsTo(
    'run a probe pod',
    cluster,
    { verbs: 'list watch create delete', on: 'pods', namespace: PROBE_NAMESPACE },
    { verbs: 'get', on: 'pods/log', namespace: PROBE_NAMESPACE },
  );

/** What is created of it. */
export const probeManifest = ({ name, image, command, hostNetworkOf, timeoutMs }: ProbePod): Manifest => ({
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
