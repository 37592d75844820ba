import { WORKS } from './manifest-work.ts';
import { postgresRef } from './postgres-manifest.ts';
import { type Database, expectedReplicas } from '../../domain/database.ts';
import { healthy } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { stepId } from '../../domain/step.ts';
import { plainText } from '../../domain/text.ts';
import { awaitedStep } from '../awaited-step.ts';
import type { Step } from '../context.ts';
import { podState } from '../kube/pod-trouble.ts';
import { allContainersReady, type Pod } from '../kube/pods.ts';
import { absentPod, eventsOf } from './absent-pod.ts';
import { podsByHand } from './database-by-hand.ts';
import { databaseMissing } from './database-missing.ts';
import { databasePods } from './pod.ts';
import { reading, rightsTo, watching } from '../rights.ts';
import { doomedWorks } from './doomed-works.ts';
import { exportRights, unexported } from './exported-pods.ts';
import { agentPods, kubedbPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** Each index waits for the one before, and the hub hears of a ready pod 60 to 114 s late: several such periods. */
const VERIFY_TIMEOUT_MS = 15 * 60_000;

/** Every pod of the database that belongs on the cluster runs there with all its containers ready, as that cluster says itself, and the others know its name. */
export const podsRunning = (fleet: Fleet, database: Database, cluster: string): Step =>
  restingOnPods([...kubedbPods(fleet), ...agentPods(cluster)], bareStep(fleet, database, cluster));

const bareStep = (fleet: Fleet, database: Database, cluster: string): Step => {
  const expected = expectedReplicas(database).filter((replica) => replica.cluster === cluster);
  return awaitedStep({
    id: stepId('postgres/pods-running', cluster),
    title: `${expected.length} of ${database.replicas} database pods run on ${cluster}`,
    stage: 'Postgres',
    cluster,
    verifyTimeoutMs: VERIFY_TIMEOUT_MS,
    rights: [
      ...rightsTo('see why pods do not run', fleet.hub, reading(postgresRef(database)), watching(WORKS), watching(eventsOf(database))),
      ...rightsTo(
        'see the pods of the database',
        cluster,
        watching({ apiVersion: 'v1', kind: 'Pod', namespace: database.namespace }),
        watching({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: database.namespace, name: '' }),
        watching(eventsOf(database)),
      ),
      ...rightsTo('see why a pod does not answer', cluster, watching({ apiVersion: 'v1', kind: 'Node' })),
      ...exportRights(fleet, database, cluster),
    ],
    byHand: async () => podsByHand(fleet, database, cluster, VERIFY_TIMEOUT_MS),
    missing: (context) => databaseMissing(context, database),
    async verify(context) {
      const spoke = context.cluster(cluster);
      const pods = await databasePods(spoke, database);
      const waiting = expected.filter(({ pod }) => {
        const seen = pods.get(pod);
        return seen === undefined || !allContainersReady(seen);
      });
      const [first] = waiting;
      if (first === undefined) {
        const [unknown, doomed] = await Promise.all([
          unexported(context, fleet, database, cluster),
          doomedWorks(
            context.cluster(fleet.hub),
            database,
            cluster,
            expected.map(({ pod }) => pod),
          ),
        ]);
        return unknown === undefined
          ? healthy(expected.map(({ pod }) => `${pod} ${stateOf(pods.get(pod))}`).join('; '), doomed)
          : { healthy: false, waitingFor: plainText(unknown.what), problem: unknown, ...(doomed.length === 0 ? {} : { warnings: doomed }) };
      }
      const problem = await absentPod({ hub: context.cluster(fleet.hub), spoke }, database, first, pods.get(first.pod));
      return {
        healthy: false,
        waitingFor: waiting.map(({ pod }) => `${pod}: ${stateOf(pods.get(pod))}`).join('; '),
        problem: {
          ...problem,
          evidence: [...problem.evidence, ...waiting.slice(1).map(({ pod }) => `${pod} on ${cluster}: ${stateOf(pods.get(pod))}`)],
        },
      };
    },
  });
};

const stateOf = (pod: Pod | undefined): string => (pod === undefined ? 'does not exist' : podState(pod));
