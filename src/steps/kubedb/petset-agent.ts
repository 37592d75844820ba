import type { Database } from '../../domain/database.ts';
import { healthy, type Verdict } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { byTyping, byWords } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { kubectlOn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import { awaitedStep } from '../awaited-step.ts';
import { awaited } from '../by-hand/lines.ts';
import type { Step, StepContext } from '../context.ts';
import { present, readObject } from '../kube/read.ts';
import { manifestWorkReplicaSetSchema } from '../ocm/objects.ts';
import { spreadTold, spreadWorkRef } from '../ocm/spread.ts';
import { anywhere, rightsTo, watching } from '../rights.ts';
import { agentPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

const REPLICA_SET = { apiVersion: 'work.open-cluster-management.io/v1alpha1', kind: 'ManifestWorkReplicaSet', name: 'petset-agent' } as const;
const ROLE = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'open-cluster-management:klusterlet-work:petset' } as const;

/** The spoke's work agent may write ServiceExports: KubeDB's chart brings the role, through ManifestWorkReplicaSet petset-agent. */
export const petsetAgent = (fleet: Fleet, database: Database, cluster: string): Step =>
  restingOnPods(agentPods(cluster), bareStep(fleet, database, cluster));

const VERIFY_MS = 300_000;

const bareStep = (fleet: Fleet, _database: Database, cluster: string): Step =>
  awaitedStep({
    id: stepId('kubedb/petset-agent', cluster),
    title: `petset agent has its role on ${cluster}`,
    stage: 'KubeDB',
    cluster,
    // A work agent that was restarted waits up to 163 s for its lock.
    verifyTimeoutMs: VERIFY_MS,
    byHand: async () => ({
      does: [],
      awaits: [awaited('create', { fleet, cluster, object: `clusterrole/${ROLE.name}`, timeoutMs: VERIFY_MS })],
    }),
    rights: [
      ...rightsTo(
        'see the petset agent',
        fleet.hub,
        watching({ ...REPLICA_SET, namespace: fleet.kubedb.namespace }),
        watching(anywhere(spreadWorkRef(cluster, REPLICA_SET.name))),
      ),
      ...rightsTo('see the role of the petset agent', cluster, watching(ROLE)),
    ],
    missing: async (context) =>
      (await replicaSet(context)) === undefined ? `ManifestWorkReplicaSet ${fleet.kubedb.namespace}/${REPLICA_SET.name} on ${fleet.hub}` : undefined,
    async verify(context) {
      const role = await present(context.cluster(cluster), ROLE);
      if (role !== undefined) return healthy(`ClusterRole ${ROLE.name} is on ${cluster}`);
      const seen = await replicaSet(context);
      if (seen === undefined) return withoutSet(fleet);
      const work = await spreadTold(context.cluster(fleet.hub), cluster, REPLICA_SET.name);
      return {
        healthy: false,
        waitingFor: `ClusterRole ${ROLE.name} on ${cluster}`,
        problem: {
          code: 'PGD-044',
          what: told`petset agent has no role on ${cluster}`,
          evidence: [
            `ClusterRole ${ROLE.name} is missing on ${cluster}`,
            work,
            ...seen.status.conditions
              .filter(({ status }) => status !== 'True')
              .map(({ type, reason, message }) => `${type}: ${reason} ${message}`.trim()),
          ],
          ...(seen === undefined
            ? byWords(told`Upgrade the kubedb release with petset.features.ocm.enabled=true.`)
            : byTyping(
                told`Check that ${cluster} is Available in OCM and that the hub runs with the feature gate ManifestWorkReplicaSet:`,
                kubectlOn(fleet.hub, `get managedcluster ${cluster}`),
                kubectlOn(fleet.hub, 'get clustermanager cluster-manager -o yaml'),
              )),
        },
      };
    },
  });

/** One thing that is gone on the hub, however many spokes miss what it spreads. */
const withoutSet = (fleet: Fleet): Verdict => {
  const waitingFor = `ManifestWorkReplicaSet ${fleet.kubedb.namespace}/${REPLICA_SET.name} does not exist on ${fleet.hub}`;
  return {
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-044',
      cluster: fleet.hub,
      what: told`nothing on ${fleet.hub} gives petset agents their role`,
      evidence: [waitingFor, `ClusterRole ${ROLE.name} comes by it`],
      remedy: told`Upgrade the kubedb release with petset.features.ocm.enabled=true; if it has that, find out who deleted the set and install the release again.`,
    },
  };
};

const replicaSet = (context: StepContext) =>
  readObject(context.cluster(context.fleet.hub), { ...REPLICA_SET, namespace: context.fleet.kubedb.namespace }, manifestWorkReplicaSetSchema);
