import type { Fleet } from '../../domain/fleet.ts';
import type { Problem } from '../../domain/problem.ts';
import { NotYetError } from '../../domain/problem.ts';
import type { Step, StepContext } from '../context.ts';
import { gate } from '../gate.ts';
import { told } from '../../domain/text.ts';
import { reading, rightsTo } from '../rights.ts';

/** No two names of the fleet lead to one cluster: its kube-system UID is what every tool here knows a cluster by. */
export const clustersDistinct = (fleet: Fleet): Step =>
  gate({
    id: 'preflight/clusters-distinct',
    title: 'every context leads to a cluster of its own',
    stage: 'Preflight',
    cluster: fleet.hub,
    rights: fleet.clusters.flatMap(({ name }) => rightsTo('tell clusters apart by the UID of kube-system', name, reading(KUBE_SYSTEM))),
    async examine(context) {
      const found = await Promise.all(fleet.clusters.map(async ({ name, context: at }) => ({ name, at, uid: await uidOf(context, name) })));
      const byUid = Map.groupBy(found, ({ uid }) => uid);
      const problems = [...byUid].filter(([, same]) => same.length > 1).map(([uid, same]) => sameCluster(uid, same));
      return { problems, evidence: `${byUid.size} clusters, ${byUid.size} kube-system UIDs` };
    },
  });

const KUBE_SYSTEM = { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' } as const;

const uidOf = async (context: StepContext, name: string): Promise<string> => {
  const namespace = await context.cluster(name).read(KUBE_SYSTEM);
  if (namespace?.metadata.uid === undefined) throw new NotYetError(`namespace kube-system on ${name}`);
  return namespace.metadata.uid;
};

const sameCluster = (uid: string, same: readonly { readonly name: string; readonly at: string }[]): Problem => ({
  code: 'PGD-003',
  what: told`${same.map(({ name }) => name).join(' and ')} are one cluster`,
  evidence: [`kube-system has UID ${uid} behind the contexts ${same.map(({ at }) => at).join(', ')}`],
  remedy: told`Give each cluster of pgdist.yaml the context that leads to it, then plan again.`,
});
