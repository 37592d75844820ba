import type { Database } from '../../domain/database.ts';
import { endingWarning } from '../../domain/expiry.ts';
import { blocked, change, type Finding, healthy, inPlace, type Verdict } from '../../domain/finding.ts';
import { type Fleet, projectNamespace } from '../../domain/fleet.ts';
import { byDeploy, byTyping, NotYetError, type Problem, ProblemError, type Remedy } from '../../domain/problem.ts';
import { ClusterRefusedError } from '../../ports/cluster-errors.ts';
import type { Step, StepContext } from '../context.ts';
import { foreseenApply, presentSoFar } from '../foresee.ts';
import { present, readIfServed, readObject } from '../kube/read.ts';
import { objectName } from '../object-name.ts';
import { certificateTroubles } from './certificate-jobs.ts';
import {
  clusterRef,
  clusterSchema,
  CONTROLLER_NAMESPACE,
  type SliceConfig,
  sliceConfigRef,
  sliceConfigSchema,
  sliceRef,
  STAGE,
  WORKER_NAMESPACE,
} from './objects.ts';
import { endedKeys, keyRotationRef, sliceKeys } from './slice-keys.ts';
import { sliceByHand } from './slice-by-hand.ts';
import { onboarded, sliceManifest } from './slice-manifest.ts';
import { mergeSlice } from './slice-merge.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { plainText, type Text, told } from '../../domain/text.ts';
import { applying, merging, rightsTo, watching, anywhere } from '../rights.ts';
import { controllerPods, workerPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** The slice spans every cluster of the fleet, and the namespaces of the database and its operator are on it, as the clusters themselves tell. */
export const sliceConfigured = (fleet: Fleet, database: Database): Step =>
  restingOnPods([...controllerPods(fleet), ...fleet.clusters.flatMap(({ name }) => workerPods(name))], bareStep(fleet, database));

const VERIFY_MS = 180_000;

const bareStep = (fleet: Fleet, database: Database): Step => {
  const object = objectName({ kind: 'SliceConfig', metadata: { name: fleet.kubeslice.slice.name, namespace: projectNamespace(fleet) } });
  return {
    id: 'kubeslice/slice-configured',
    title: `slice ${fleet.kubeslice.slice.name} spans the fleet`,
    stage: STAGE,
    cluster: fleet.hub,
    verifyTimeoutMs: VERIFY_MS,
    rights: [
      ...rightsTo(
        'configure the slice',
        fleet.hub,
        watching(anywhere(sliceConfigRef(fleet))),
        applying(anywhere(sliceConfigRef(fleet))),
        merging(anywhere(sliceConfigRef(fleet))),
        watching(anywhere(clusterRef(fleet, ''))),
      ),
      ...rightsTo(
        'see when the keys of the slice end',
        fleet.hub,
        watching(anywhere(keyRotationRef(fleet))),
        watching({ apiVersion: 'batch/v1', kind: 'Job', namespace: CONTROLLER_NAMESPACE }),
      ),
      ...fleet.clusters.flatMap(({ name }) =>
        rightsTo(
          'see the slice arrive',
          name,
          watching(sliceRef(fleet)),
          watching({ apiVersion: 'v1', kind: 'Namespace', name: database.namespace }),
        ),
      ),
    ],
    async check(context): Promise<Finding> {
      const existing = await readSlice(context, fleet);
      if (existing !== undefined) {
        const { changes, patch, immovable } = mergeSlice(existing, fleet, database);
        if (immovable.length > 0) return blocked(unchangeable(fleet, immovable));
        if (changes.length === 0) return inPlace(`${object} has all clusters and namespaces`);
        await context
          .cluster(fleet.hub)
          .rehearse(sliceConfigRef(fleet), patch)
          .catch((error: unknown) => {
            throw refusal(error, fleet);
          });
        return change([
          {
            cluster: fleet.hub,
            action: 'change',
            object,
            fields: changes,
            impact: told`onboarded namespaces need KubeSlice to start pods from then on${othersOn(existing, fleet, database)}`,
          },
        ]);
      }
      await demandHealthyClusters(context, fleet);
      try {
        const { changes } = await context.cluster(fleet.hub).diff(sliceManifest(fleet, database));
        return change([{ cluster: fleet.hub, action: 'create', object, fields: changes }]);
      } catch (error) {
        throw refusal(error, fleet);
      }
    },
    foresee: async (context) => ({ changes: await foreseenApply(context.cluster(fleet.hub), sliceManifest(fleet, database)) }),
    async byHand(context) {
      const existing = await presentSoFar(() => readSlice(context, fleet));
      if (existing === undefined) return sliceByHand(fleet, database, undefined, VERIFY_MS);
      const { patch, immovable } = mergeSlice(existing, fleet, database);
      if (immovable.length > 0) throw new ProblemError(unchangeable(fleet, immovable));
      return sliceByHand(fleet, database, patch, VERIFY_MS);
    },
    async apply(context) {
      const existing = await readSlice(context, fleet);
      const hub = context.cluster(fleet.hub);
      try {
        if (existing === undefined) {
          await hub.apply(sliceManifest(fleet, database));
          return;
        }
        const { changes, patch, immovable } = mergeSlice(existing, fleet, database);
        if (immovable.length > 0) throw new ProblemError(unchangeable(fleet, immovable));
        if (changes.length > 0) await hub.merge(sliceConfigRef(fleet), patch, { resourceVersion: existing.metadata.resourceVersion });
      } catch (error) {
        throw refusal(error, fleet);
      }
    },
    verify: (context) => sliceVerdict(context, fleet, database),
  };
};

/** Who else feels what is changed of the slice. */
const othersOn = ({ spec }: SliceConfig, fleet: Fleet, database: Database): string => {
  const others = spec.namespaceIsolationProfile.applicationNamespaces
    .map(({ namespace }) => namespace)
    .filter((one) => !onboarded(fleet, database).includes(one));
  return others.length === 0 ? '' : `; on the slice are also namespaces ${others.join(', ')}`;
};

const readSlice = (context: StepContext, fleet: Fleet): Promise<SliceConfig | undefined> =>
  readObject(context.cluster(fleet.hub), sliceConfigRef(fleet), sliceConfigSchema);

/** KubeSlice's webhook refuses a slice over clusters that have not reported yet: until then the answer of a dry run is not known. */
const demandHealthyClusters = async (context: StepContext, fleet: Fleet): Promise<void> => {
  for (const { name } of fleet.clusters) {
    const cluster = await readIfServed(context.cluster(fleet.hub), clusterRef(fleet, name), clusterSchema);
    const ready = cluster?.status.registrationStatus === 'Registered' && cluster.status.clusterHealth?.clusterHealthStatus === 'Normal';
    if (!ready) throw new NotYetError(`a healthy registration of ${name} on ${fleet.hub}`);
  }
};

const refusal = (error: unknown, fleet: Fleet): unknown => {
  if (!(error instanceof ClusterRefusedError) || error.code !== 422) return error;
  return new ProblemError({
    code: 'PGD-036',
    what: told`slice ${fleet.kubeslice.slice.name} was refused on ${fleet.hub}`,
    evidence: [error.message],
    remedy: remedyFor(error.message),
  });
};

const remedyFor = (message: string): Text => {
  if (message.includes('must not overlap with CniSubnet'))
    return told`Choose another private /16 as kubeslice.slice.subnet: it cannot be changed once applied.`;
  if (message.includes('already acquired by other slice')) return told`A namespace is in one slice only: deboard it there, or use that slice.`;
  if (message.includes('registration is not completed') || message.includes('health is not normal'))
    return told`Wait until the worker of the named cluster is healthy, then retry.`;
  return told`Correct in pgdist.yaml what KubeSlice names, then plan again.`;
};

const unchangeable = (fleet: Fleet, immovable: readonly string[]): Problem => ({
  code: 'PGD-036',
  what: told`slice ${fleet.kubeslice.slice.name} exists with other settings that cannot change`,
  evidence: immovable,
  remedy: told`Set pgdist.yaml to what the slice has, or name another slice: KubeSlice keeps these fields for ever.`,
});

/** Of many clusters the lines for so many: the others are asked the same way. */
const MOST_LINES = 3;

const sliceVerdict = async (context: StepContext, fleet: Fleet, database: Database): Promise<Verdict> => {
  const slice = fleet.kubeslice.slice.name;
  const unhealthy = (waitingFor: string, remedy?: Remedy): Verdict => ({
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-036',
      what: told`slice ${slice} is not in effect everywhere`,
      evidence: [waitingFor],
      ...(remedy ??
        byTyping(
          told`Look at what KubeSlice has for each cluster, and at the log of kubeslice-operator there:`,
          kubectlIn(fleet.hub, projectNamespace(fleet), 'get sliceconfigs,workersliceconfigs'),
          ...fleet.clusters.slice(0, MOST_LINES).map(({ name }) => kubectlIn(name, WORKER_NAMESPACE, 'logs deploy/kubeslice-operator --tail=50')),
        )),
    },
  });
  const existing = await readSlice(context, fleet);
  if (existing === undefined)
    return unhealthy(`SliceConfig ${slice} does not exist on ${fleet.hub}`, byDeploy(told`Deploy: pgdist makes the slice.`));
  const open = mergeSlice(existing, fleet, database);
  if (open.changes.length > 0)
    return unhealthy(
      `SliceConfig ${slice} is not as pgdist.yaml wants it: ${open.changes.map(({ path, to }) => `${path} ${JSON.stringify(to) ?? ''}`).join(', ')}`,
      byTyping(
        told`See who changed it, then deploy again: pgdist adds what is missing.`,
        kubectlIn(fleet.hub, projectNamespace(fleet), `get sliceconfig ${slice} -o yaml --show-managed-fields`),
      ),
    );
  for (const { name } of fleet.clusters) {
    if ((await present(context.cluster(name), sliceRef(fleet))) === undefined) return unhealthy(`Slice ${slice} does not exist on ${name}`);
    for (const namespace of onboarded(fleet, database)) {
      const found = await present(context.cluster(name), { apiVersion: 'v1', kind: 'Namespace', name: namespace });
      if (found?.metadata.labels?.['kubeslice.io/slice'] !== slice) return unhealthy(`namespace ${namespace} of ${name} is not on the slice yet`);
    }
  }
  const now = context.clock.now();
  const keys = await sliceKeys(context.cluster(fleet.hub), fleet);
  const ended = keys === undefined || keys.notAfter > now ? undefined : endedKeys(keys, fleet, now, await certificateTroubles(context, fleet));
  if (ended !== undefined) return { healthy: false, waitingFor: plainText(ended.what), problem: ended };
  return healthy(`${fleet.clusters.length} clusters, namespaces ${onboarded(fleet, database).join(', ')}`, endingWarning(keys, now));
};
