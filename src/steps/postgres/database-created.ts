import { says } from '../../domain/by-hand.ts';
import { type Database, placementPolicyName } from '../../domain/database.ts';
import { blocked, type Finding, healthy, inPlace, type Verdict } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { byTyping, NotYetError, ProblemError } from '../../domain/problem.ts';
import { bytesOf } from '../../domain/quantity.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { KubeObject } from '../../kube-api/objects.ts';
import type { Step, StepContext } from '../context.ts';
import { readAs } from '../kube/read-as.ts';
import { placementPolicyRef } from '../kubedb/placement-policy-manifest.ts';
import { refusalProblem } from '../kubedb/refusal.ts';
import { presentSoFar } from '../foresee.ts';
import { manifestStep } from '../manifest-step.ts';
import { isOurs, postgresManifest, postgresManifestLike, postgresRef, postgresSchema, type PostgresSeen, storageOf } from './postgres-manifest.ts';
import { claimRights, classDrift } from './claims-class.ts';
import { settingsDrift, settingsProblem } from './settings-drift.ts';
import { applying, reading, rightsTo, watching } from '../rights.ts';
import { present } from '../kube/read.ts';
import { kubedbPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** The Postgres object is on the hub and KubeDB has taken it up. Replicas, version and storage of one that exists are never changed. */
export const databaseCreated = (fleet: Fleet, database: Database): Step => restingOnPods(kubedbPods(fleet), bareStep(fleet, database));

const bareStep = (fleet: Fleet, database: Database): Step => {
  const object = `Postgres ${database.namespace}/${database.name}`;
  const step = manifestStep({
    id: 'postgres/database-created',
    title: `Postgres ${database.name} is declared`,
    stage: 'Postgres',
    cluster: fleet.hub,
    verifyTimeoutMs: 60_000,
    rights: [
      ...rightsTo(
        'declare the database',
        fleet.hub,
        watching(postgresRef(database)),
        applying(postgresManifest(database)),
        reading(placementPolicyRef(database)),
      ),
      ...claimRights(fleet, database),
    ],
    impact: told`KubeDB may restart the database pods one after the other`,
    async manifest(context) {
      const now = await presentSoFar(() => current(context, database));
      if (now === undefined) return postgresManifest(database);
      const seen = readAs(postgresSchema, now, fleet.hub);
      return postgresManifestLike(asItIs(database, seen), seen);
    },
    verify: (context) => takenUp(context, database, object),
  });
  return {
    ...step,
    async check(context): Promise<Finding> {
      const now = await current(context, database);
      const seen = now === undefined ? undefined : readAs(postgresSchema, now, fleet.hub);
      if (seen?.spec.distributed === false) return blocked(notDistributed(fleet, object));
      const warnings = seen === undefined ? [] : differences(database, seen);
      const drifts = seen === undefined ? [] : [...settingsDrift(database, seen), ...(await classDrift(context, database))];
      if (now !== undefined && !isOurs(now))
        return inPlace(`${object} was made by others and is left as it is`, [
          ...warnings,
          ...drifts.map(({ sentence }) => `${sentence}; it is left so`),
        ]);
      const problem = settingsProblem(fleet.hub, database, drifts);
      if (problem !== undefined) return blocked(problem);
      // KubeDB's webhook refuses it without its policy, the one that exists too: that is made again by an earlier step.
      if ((await present(context.cluster(fleet.hub), placementPolicyRef(database))) === undefined)
        throw new NotYetError(`PlacementPolicy ${placementPolicyName(database)} on ${fleet.hub}`);
      return withWarnings(await refusable(object, () => step.check(context)), warnings);
    },
    async byHand(context) {
      const now = await presentSoFar(() => current(context, database));
      if (now === undefined || isOurs(now)) return step.byHand?.(context) ?? { does: [], awaits: [] };
      return { does: [says(`${object} was made by others and is left as it is`)], awaits: [] };
    },
    async apply(context) {
      const now = await current(context, database);
      if (now !== undefined && isOurs(now)) {
        const problem = settingsProblem(fleet.hub, database, settingsDrift(database, readAs(postgresSchema, now, fleet.hub)));
        if (problem !== undefined) throw new ProblemError(problem);
      }
      if (now === undefined || isOurs(now)) await step.apply(context);
    },
  };
};

const current = (context: StepContext, database: Database): Promise<KubeObject | undefined> =>
  present(context.cluster(context.fleet.hub), postgresRef(database));

/** What only an operation of KubeDB's may change stays as the object has it. */
const asItIs = (database: Database, seen: PostgresSeen): Database => ({
  ...database,
  replicas: seen.spec.replicas,
  version: seen.spec.version,
  storage: storageOf(seen) ?? database.storage,
});

const differences = (database: Database, seen: PostgresSeen): string[] => {
  const { replicas, version, podTemplate } = seen.spec;
  const storage = storageOf(seen);
  const policy = podTemplate.spec.podPlacementPolicy.name;
  const by = (operation: string): string => `it is left so: a PostgresOpsRequest of type ${operation} changes it`;
  return [
    ...(replicas === database.replicas ? [] : [`replicas is ${replicas}, configured is ${database.replicas}; ${by('HorizontalScaling')}`]),
    ...(version === database.version ? [] : [`version is ${version}, configured is ${database.version}; ${by('UpdateVersion')}`]),
    ...(storage === undefined || bytesOf(storage) === bytesOf(database.storage)
      ? []
      : [`storage is ${storage}, configured is ${database.storage}; ${by('VolumeExpansion')}`]),
    ...(policy === undefined || policy === placementPolicyName(database) ? [] : [`it is placed by PlacementPolicy ${policy}, not by pgdist's`]),
  ];
};

const notDistributed = (fleet: Fleet, object: string) => ({
  code: 'PGD-047' as const,
  what: told`${object} exists on ${fleet.hub} and is not distributed`,
  evidence: ['spec.distributed is not true: its pods run on the hub alone'],
  remedy: told`Choose another name for the distributed database; KubeDB cannot turn one into the other.`,
});

const refusable = async (object: string, check: () => Promise<Finding>): Promise<Finding> => {
  try {
    return await check();
  } catch (error) {
    const problem = refusalProblem(error, 'PGD-047', object);
    if (problem === undefined) throw error;
    return blocked(problem);
  }
};

const withWarnings = (finding: Finding, warnings: readonly string[]): Finding =>
  warnings.length === 0 || finding.kind === 'blocked' || finding.kind === 'later'
    ? finding
    : { ...finding, warnings: [...(finding.warnings ?? []), ...warnings] };

const takenUp = async (context: StepContext, database: Database, object: string): Promise<Verdict> => {
  const now = await current(context, database);
  const seen = now === undefined ? undefined : readAs(postgresSchema, now, context.fleet.hub);
  if (seen !== undefined && seen.spec.replicas < database.replicas) return fewer(database, seen, object);
  const started = seen?.status.conditions.find(({ type }) => type === 'ProvisioningStarted');
  if (seen !== undefined && started?.status === 'True')
    return healthy(`KubeDB provisions it (phase ${seen.status.phase ?? 'unknown'})`, differences(database, seen));
  const state = seen === undefined ? 'does not exist' : 'was not taken up by KubeDB yet';
  return {
    healthy: false,
    waitingFor: `${object} ${state}`,
    problem: {
      code: 'PGD-047',
      what: told`${object} ${state}`,
      evidence: toldOf(seen, context.fleet.hub),
      ...byTyping(
        told`Look at the log of KubeDB's provisioner: it provisions databases:`,
        kubectlIn(context.fleet.hub, context.fleet.kubedb.namespace, 'logs kubedb-kubedb-provisioner-0 --tail=100'),
      ),
    },
  };
};

/** A replica that the object does not want never comes: waiting for its pod is in vain. */
const fewer = (database: Database, seen: PostgresSeen, object: string): Verdict => ({
  healthy: false,
  waitingFor: `${object} has ${seen.spec.replicas} replicas, configured are ${database.replicas}`,
  problem: {
    code: 'PGD-047',
    what: told`${object} wants fewer replicas than pgdist.yaml`,
    evidence: differences(database, seen),
    remedy: told`Set replicas in pgdist.yaml to what is wanted, or have KubeDB add the others: a PostgresOpsRequest with spec.type HorizontalScaling, databaseRef.name ${database.name} and horizontalScaling.replicas ${database.replicas}.`,
  },
  final: true,
});

const toldOf = (seen: PostgresSeen | undefined, hub: string): string[] => {
  if (seen === undefined) return [`${hub} has no such object`];
  const told = seen.status.conditions.map(({ type, status, reason, message }) => `${type} is ${status}: ${reason} ${message}`.trim());
  return told.length > 0 ? told : ['it has no condition yet: no operator has written to it'];
};
