import { z } from 'zod';
import type { Database } from '../../domain/database.ts';
import { healthy, type Verdict } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { byTyping, byWords, NotYetError, type Problem, type ProblemCode, type Remedy, together } from '../../domain/problem.ts';
import { kubectlIn, type TerminalLine } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { Manifest } from '../../kube-api/objects.ts';
import { ClusterRefusedError, DryRunFailedError, KindMissingError } from '../../ports/cluster-errors.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { Step, StepContext } from '../context.ts';
import { established } from '../by-hand/lines.ts';
import { helmStep } from '../helm-release.ts';
import { isTrue } from '../kube/conditions.ts';
import { flag, objectMeta, part } from '../kube/lenient.ts';
import { definitionSchema } from '../kube/objects.ts';
import { listObjects, present, readObject } from '../kube/read.ts';
import { withStandingTrouble } from '../standing-trouble.ts';
import { isLicenceTrouble, LICENCE_SECRET, operatorTroubles, type OperatorWorkload, operatorWorkloads, RELEASE } from './operator-workloads.ts';
import { LICENCE_VARIABLE } from './licence-valid.ts';
import { placementPolicyManifest } from './placement-policy-manifest.ts';
import { applying, rightsTo, watching } from '../rights.ts';
import { kubedbChart } from '../installer-rights.ts';
import { kubedbPods } from '../pod-places.ts';
import { scaleUp } from '../scale-up.ts';
import { restingOnPods } from '../resting-on-pods.ts';

const DEFINITIONS = [
  'postgreses.kubedb.com',
  'postgresversions.catalog.kubedb.com',
  'petsets.apps.k8s.appscode.com',
  'placementpolicies.apps.k8s.appscode.com',
];
const RECHECK_MS = 3_000;
const VERIFY_MS = 600_000;

/** KubeDB runs on the hub with the licence, knows the database's version, and its webhooks answer. */
export const operatorInstalled = (fleet: Fleet, database: Database): Step => restingOnPods(kubedbPods(fleet), bareStep(fleet, database));

const bareStep = (fleet: Fleet, database: Database): Step => {
  const { chart, version, namespace } = fleet.kubedb;
  return helmStep({
    id: 'kubedb/operator-installed',
    title: `KubeDB runs on ${fleet.hub}`,
    stage: 'KubeDB',
    cluster: fleet.hub,
    verifyTimeoutMs: VERIFY_MS,
    rights: rightsTo(
      'see KubeDB at work',
      fleet.hub,
      ...['Deployment', 'StatefulSet'].map((kind) => watching({ apiVersion: 'apps/v1', kind, namespace })),
      ...['Pod', 'Event'].map((kind) => watching({ apiVersion: 'v1', kind, namespace })),
      ...DEFINITIONS.map((name) => watching({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name })),
      watching({ apiVersion: 'catalog.kubedb.com/v1alpha1', kind: 'PostgresVersion', name: database.version }),
      // Dry runs ask the webhooks.
      applying(probeOf(fleet, database)),
      applying(placementPolicyManifest(fleet, database)),
    ),
    chartRights: kubedbChart(namespace),
    release: RELEASE,
    namespace,
    chart,
    version,
    values: () => ({ petset: { features: { ocm: { enabled: true } } } }),
    secretValues: async (context) => ({ 'global.license': await context.licence() }),
    secretFiles: { 'global.license': LICENCE_VARIABLE },
    awaitedByHand: established(fleet, DEFINITIONS, VERIFY_MS),
    required: ['petset.features.ocm.enabled'],
    problemCode: 'PGD-043',
    verify: (context) => operatorHealthy(context, fleet, database),
  });
};

const operatorHealthy = async (context: StepContext, fleet: Fleet, database: Database): Promise<Verdict> => {
  const hub = context.cluster(fleet.hub);
  const workloads = await operatorWorkloads(hub, fleet.kubedb.namespace);
  const behind = workloads.filter(({ ready, wanted }) => wanted === 0 || ready < wanted);
  if (workloads.length === 0 || behind.length > 0) {
    const troubles = await operatorTroubles(hub, fleet.kubedb.namespace);
    const seen = behind.map(({ name, ready, wanted }) => (wanted === 0 ? `${name}: scaled to 0` : `${name}: ${ready} of ${wanted} ready`));
    const [first = `no workload of release ${RELEASE} exists`] = seen;
    return {
      healthy: false,
      waitingFor: withStandingTrouble(first, troubles),
      problem: notRunning(fleet, [...seen, ...troubles], {
        idle: behind.filter(({ wanted }) => wanted === 0),
        licence: troubles.find(isLicenceTrouble),
      }),
    };
  }
  const missing = await missingDefinition(hub);
  if (missing !== undefined) return waiting(fleet, missing);
  const version = await present(hub, { apiVersion: 'catalog.kubedb.com/v1alpha1', kind: 'PostgresVersion', name: database.version });
  if (version === undefined) return unknownVersion(hub, database);
  const silent = await silentWebhook(hub, fleet, database);
  if (silent !== undefined) return { ...waiting(fleet, silent.words, silent.known ? 'PGD-043' : 'PGD-089'), recheckEveryMs: RECHECK_MS };
  return healthy(`${workloads.length} workloads are ready, Postgres ${database.version} is known, the webhooks answer`);
};

const notRunning = (
  fleet: Fleet,
  evidence: readonly string[],
  { idle, licence }: { readonly idle: readonly OperatorWorkload[]; readonly licence: string | undefined },
): Problem => {
  if (idle.length === 0 && licence !== undefined) return licenceRefused(fleet, evidence, licence);
  return {
    code: 'PGD-043',
    what: told`KubeDB does not run on ${fleet.hub}`,
    evidence,
    ...(idle.length === 0
      ? byTyping(told`Look at the pods named above; the databases themselves run on:`, podsOf(fleet.hub, fleet.kubedb.namespace))
      : together(scaleUps(fleet, idle))),
  };
};

const scaleUps = (fleet: Fleet, idle: readonly OperatorWorkload[]): Remedy[] =>
  [...Map.groupBy(idle, ({ name }) => (name.startsWith('StatefulSet') ? ('statefulset' as const) : ('deployment' as const)))].map(([kind, of]) =>
    scaleUp(fleet.hub, { namespace: fleet.kubedb.namespace, kind, names: of.map(({ name }) => name.split(' ')[1] ?? ''), replicas: 1 }),
  );

/** What the verifier says of the licence that is installed decides whether another one is needed, or the one that there is once more. */
const licenceRefused = (fleet: Fleet, evidence: readonly string[], words: string): Problem => {
  const { hub, kubedb } = fleet;
  if (/expired|not yet valid/.test(words))
    return {
      code: 'PGD-042',
      what: told`The licence that KubeDB has on ${hub} is not valid now`,
      evidence,
      ...byWords(told`Get a licence for this hub that is valid now and set kubedb.licenceFile.`),
    };
  if (/certificate is valid for/.test(words))
    return {
      code: 'PGD-041',
      what: told`The licence that KubeDB has on ${hub} was issued for another cluster`,
      evidence,
      ...byWords(told`Get a licence for the UID of kube-system on ${hub} and set kubedb.licenceFile.`),
    };
  const secret = `Secret ${kubedb.namespace}/${LICENCE_SECRET}`;
  return {
    code: 'PGD-049',
    what: told`KubeDB on ${hub} cannot read its licence from ${secret}`,
    evidence: [...evidence, `KubeDB reads it from ${secret}`],
    ...byTyping(
      told`Copy the licence of kubedb.licenceFile to a file key.txt and put it back; a new licence is not needed:`,
      kubectlIn(hub, kubedb.namespace, `delete secret ${LICENCE_SECRET} --ignore-not-found`),
      kubectlIn(hub, kubedb.namespace, `create secret generic ${LICENCE_SECRET} --from-file=key.txt`),
    ),
  };
};

const podsOf = (hub: string, namespace: string): TerminalLine => kubectlIn(hub, namespace, 'get pods -o wide');

const waiting = (
  { hub, kubedb: { namespace } }: Fleet,
  what: string,
  problemCode: ProblemCode = 'PGD-043',
): Extract<Verdict, { healthy: false }> => ({
  healthy: false,
  waitingFor: what,
  problem: {
    code: problemCode,
    what: told`KubeDB is not ready on ${hub}`,
    evidence: [what],
    ...byTyping(told`Look at the pods of KubeDB on the hub:`, podsOf(hub, namespace)),
  },
});

const missingDefinition = async (hub: ClusterReader): Promise<string | undefined> => {
  for (const name of DEFINITIONS) {
    const definition = await readObject(hub, { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name }, definitionSchema);
    if (definition === undefined || !isTrue(definition, 'Established'))
      return `CustomResourceDefinition ${name} is ${definition === undefined ? 'missing' : 'not established'}`;
  }
  return undefined;
};

const versionSchema = z.object({ metadata: objectMeta, spec: part({ deprecated: flag }) });

const unknownVersion = async (hub: ClusterReader, database: Database): Promise<Verdict> => {
  const versions = await listObjects(hub, { apiVersion: 'catalog.kubedb.com/v1alpha1', kind: 'PostgresVersion' }, versionSchema);
  const known = versions.filter(({ spec }) => !spec.deprecated);
  const names = known.map(({ metadata }) => metadata.name).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return {
    healthy: false,
    waitingFor: `PostgresVersion ${database.version} is missing`,
    problem: {
      code: 'PGD-047',
      what: told`KubeDB does not know Postgres ${database.version}`,
      evidence: [`known: ${names.join(', ') || 'none'}`],
      remedy: told`Set databases[].version to one of these, or install a chart version that brings it.`,
    },
  };
};

interface Silence {
  readonly words: string;
  readonly known: boolean;
}

/** A dry run asks the webhooks without writing: whatever they say, they answered. */
const silentWebhook = async (hub: ClusterReader, fleet: Fleet, database: Database): Promise<Silence | undefined> => {
  for (const manifest of [probeOf(fleet, database), placementPolicyManifest(fleet, database)]) {
    try {
      await hub.diff(manifest);
    } catch (error) {
      if (error instanceof KindMissingError) throw error;
      if (error instanceof NotYetError) return { words: `${error.missing} does not answer`, known: true };
      // The API server may be slow and the webhook well.
      if (error instanceof DryRunFailedError) return { words: error.message, known: false };
      if (!(error instanceof ClusterRefusedError)) throw error;
    }
  }
  return undefined;
};

const probeOf = (fleet: Fleet, database: Database): Manifest => ({
  apiVersion: 'kubedb.com/v1',
  kind: 'Postgres',
  metadata: { name: database.name, namespace: fleet.kubedb.namespace },
  spec: { version: database.version, storage: { resources: { requests: { storage: database.storage } } } },
});
