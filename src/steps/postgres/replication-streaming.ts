import { type Database, expectedReplicas } from '../../domain/database.ts';
import type { Verdict } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import type { PodReport } from '../../domain/replication-report.ts';
import { replicationFaults } from '../../domain/replication-faults.ts';
import { ROLE_LABEL } from '../../domain/role-labels.ts';
import { replicationTable } from '../../domain/replication-table.ts';
import { isUnknown, primaryText, type ReplicationRow, type ReplicationTable } from '../../domain/replication.ts';
import { awaitedStep } from '../awaited-step.ts';
import type { Step, StepContext } from '../context.ts';
import { podState } from '../kube/pod-trouble.ts';
import { allContainersReady } from '../kube/pods.ts';
import { readAs } from '../kube/read-as.ts';
import { unlessSilent, unlessUntold } from '../unless-silent.ts';
import { askPod } from './ask-pod.ts';
import { streamingByHand } from './database-by-hand.ts';
import { databaseMissing } from './database-missing.ts';
import { databaseWork, WORKS } from './manifest-work.ts';
import { missingSince } from './missing-since.ts';
import { databasePods, serverRuns } from './pod.ts';
import { postgresRef, postgresSchema } from './postgres-manifest.ts';
import { rightsTo, watching } from '../rights.ts';
import { present } from '../kube/read.ts';

/** SQL cannot be watched. */
const RECHECK_MS = 1_000;
/** It is waited for beside the pods, which come one index after the other (pods-running.ts), and some minutes more. */
const VERIFY_TIMEOUT_MS = 20 * 60_000;

/** One primary takes writes and every standby streams from it: asked of each server itself, by SQL. */
export const replicationStreaming = (fleet: Fleet, database: Database): Step =>
  awaitedStep({
    id: 'postgres/replication-streaming',
    title: `every standby of ${database.name} streams`,
    stage: 'Postgres',
    cluster: fleet.hub,
    verifyTimeoutMs: VERIFY_TIMEOUT_MS,
    rights: [
      ...rightsTo('see what replicas are missing', fleet.hub, watching(postgresRef(database)), watching(WORKS)),
      ...expectedReplicas(database).flatMap(({ pod, cluster }) =>
        rightsTo(
          'ask each server about replication',
          cluster,
          { verbs: 'get create', on: 'pods/exec', namespace: database.namespace, name: pod },
          watching({ apiVersion: 'v1', kind: 'Pod', namespace: database.namespace }),
        ),
      ),
    ],
    byHand: async () => streamingByHand(fleet, database, VERIFY_TIMEOUT_MS),
    missing: (context) => databaseMissing(context, database),
    verify: (context) => streaming(context, database),
  });

const streaming = async (context: StepContext, database: Database): Promise<Verdict> => {
  const askedAt = context.clock.now().toISOString();
  const expected = expectedReplicas(database);
  const [asked, phase, roles] = await Promise.all([
    Promise.all(expected.map(({ pod, cluster }) => askPod(context.cluster(cluster), { namespace: database.namespace, pod }, context))),
    phaseOf(context, database),
    rolesOf(context, database),
  ]);
  const pods = asked.map((one) => {
    const role = roles.get(one.pod);
    return role === undefined ? one : { ...one, role };
  });
  const seen = { database, sliceSubnet: context.fleet.kubeslice.slice.subnet, phase, pods, askedAt };
  const first = replicationTable({ ...seen, missingSince: {} });
  const gone = await absences(context, database, first.rows);
  const told = pods.map((pod) => {
    const seen = gone.seen[pod.pod];
    if (pod.answer !== undefined || seen === undefined) return pod;
    return { ...pod, error: seen.state, ...(seen.runs ? {} : { down: true as const }) };
  });
  const table = replicationTable({ ...seen, pods: told, missingSince: gone.since });
  return verdictOf(table, told, database, context.fleet.hub);
};

const verdictOf = (replication: ReplicationTable, pods: readonly PodReport[], database: Database, hub: string): Verdict => {
  const { problems, warnings } = replicationFaults(replication, pods, hub);
  const streams = replication.rows.filter(({ role, state }) => role === 'standby' && state === 'streaming').length;
  const summary = `${primaryText(replication)}, ${streams} of ${database.replicas - 1} standbys streaming`;
  const [problem, ...others] = problems;
  if (problem === undefined) {
    return { healthy: true, evidence: summary, replication, ...(warnings.length > 0 ? { warnings } : {}) };
  }
  return {
    healthy: false,
    waitingFor: summary,
    problem,
    ...(others.length > 0 ? { besides: others } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    recheckEveryMs: RECHECK_MS,
    replication,
  };
};

/** What the labels of its pods say. */
const rolesOf = async (context: StepContext, database: Database): Promise<ReadonlyMap<string, string>> => {
  const clusters = [...new Set(expectedReplicas(database).map(({ cluster }) => cluster))];
  const pods = await Promise.all(clusters.map((name) => unlessUntold(undefined, () => databasePods(context.cluster(name), database))));
  return new Map(
    pods.flatMap((of) =>
      [...(of ?? [])].flatMap(([pod, { metadata }]): [string, string][] => {
        const role = metadata.labels[ROLE_LABEL];
        return role === undefined ? [] : [[pod, role]];
      }),
    ),
  );
};

/** KubeDB's word for the database, 'unknown' where the hub cannot be asked. */
const phaseOf = (context: StepContext, database: Database): Promise<string> =>
  unlessUntold('unknown', async () => {
    const object = await present(context.cluster(context.fleet.hub), postgresRef(database));
    return object === undefined ? 'not declared' : (readAs(postgresSchema, object, context.fleet.hub).status.phase ?? 'without a phase');
  });

interface Absences {
  readonly since: Readonly<Record<string, NonNullable<ReplicationRow['missingSince']>>>;
  /** What the spoke says of a pod that does not answer, in a few words. */
  readonly seen: Readonly<Record<string, { readonly state: string; readonly runs: boolean }>>;
}

const absences = async (context: StepContext, database: Database, rows: readonly ReplicationRow[]): Promise<Absences> => {
  const gone = rows.filter(isUnknown);
  const known = await Promise.all(
    gone.map(async ({ pod: name, cluster }) => {
      const [work, pods] = await Promise.all([
        unlessSilent(undefined, () => databaseWork(context.cluster(context.fleet.hub), cluster, name)),
        unlessUntold(undefined, () => databasePods(context.cluster(cluster), database)),
      ]);
      const pod = pods?.get(name);
      const seen =
        pods === undefined || (pod !== undefined && allContainersReady(pod))
          ? undefined
          : pod === undefined
            ? { state: 'its pod does not exist', runs: false }
            : { state: `its pod is ${podState(pod)}`, runs: serverRuns(pod) };
      return { name, since: missingSince(work, pod, cluster), seen };
    }),
  );
  return {
    since: Object.fromEntries(known.flatMap(({ name, since }) => (since === undefined ? [] : [[name, since]]))),
    seen: Object.fromEntries(known.flatMap(({ name, seen }) => (seen === undefined ? [] : [[name, seen]]))),
  };
};
