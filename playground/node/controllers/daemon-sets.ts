import { fromKey, keyOf } from '../../control/observed.ts';
import {
  controllerOf,
  DAEMON_SET,
  isActive,
  isFinished,
  isReady,
  NODE,
  POD,
  randomSuffix,
  shortHash,
  type ControllerContext,
} from '../../control/objects.ts';
import { unfitReason } from '../../control/scheduling.ts';
import { inBackground } from '../../control/background.ts';
import { workQueue } from '../../control/work-queue.ts';
import { createPod, deletePods, deletePodsOf, podFrom, podsOf } from './pods-of.ts';

const REVISION = 'controller-revision-hash';

/** Keeps one pod of each DaemonSet on every node that it may run on. */
export const startDaemonSets = (context: ControllerContext): void => {
  const { client, observe, signal, random, onError } = context;
  const nodes = observe(NODE);
  const queue = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const ref = { ...DAEMON_SET, namespace, name };
      const set = observe(DAEMON_SET).get(namespace, name);
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
      const revision = shortHash(set.spec.template);
      const all = await podsOf(client, set);
      await deletePods(client, all.filter(isFinished));
      const pods = all.filter(isActive);
      const wanted = nodes.all().filter((node) => unfitReason(set.spec.template.spec, node) === undefined);
      const targetOf = (pod: any): string | undefined =>
        pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values?.[0];
      for (const node of wanted) {
        if (all.some((pod) => targetOf(pod) === node.metadata.name)) continue;
        const spec = { affinity: onlyNode(set.spec.template.spec.affinity, node.metadata.name), tolerations: tolerations(set.spec.template.spec) };
        await createPod(
          context,
          set,
          podFrom(set, set.spec.template, { name: `${set.metadata.name}-${randomSuffix(random)}`, labels: { [REVISION]: revision }, spec }),
        );
      }
      const misplaced = pods.filter((pod) => !wanted.some((node) => node.metadata.name === targetOf(pod)));
      await deletePods(client, misplaced);
      const kept = pods.filter((pod) => !misplaced.includes(pod));
      const outdated = kept.filter(({ metadata }) => metadata.labels?.[REVISION] !== revision);
      const ready = kept.filter(isReady).length;
      if (set.spec.updateStrategy?.type !== 'OnDelete' && (ready === kept.length || outdated.some((pod) => !isReady(pod))))
        await deletePods(client, outdated.slice(0, 1));
      await client.setStatus(ref, (status, { metadata }) => {
        status.observedGeneration = metadata.generation;
        status.desiredNumberScheduled = wanted.length;
        status.currentNumberScheduled = kept.length;
        status.updatedNumberScheduled = kept.length - outdated.length;
        status.numberMisscheduled = misplaced.length;
        status.numberReady = ready;
        status.numberAvailable = ready;
        status.numberUnavailable = wanted.length - ready;
      });
    },
    { signal, onError },
  );
  observe(DAEMON_SET).subscribe((set, gone) => {
    if (gone) inBackground(deletePodsOf(client, set), onError);
    else queue.add(keyOf(set));
  });
  observe(POD).subscribe((pod) => {
    const owner = controllerOf(pod);
    if (owner?.kind === 'DaemonSet') queue.add(`${pod.metadata.namespace}/${owner.name}`);
  });
  nodes.subscribe(() => {
    for (const set of observe(DAEMON_SET).all()) queue.add(keyOf(set));
  });
};

const onlyNode = (affinity: any, node: string) => ({
  ...affinity,
  nodeAffinity: {
    ...affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
    },
  },
});

/** Daemons stay on nodes that others have to leave. */
const tolerations = (spec: any) => [
  ...(spec.tolerations ?? []),
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
