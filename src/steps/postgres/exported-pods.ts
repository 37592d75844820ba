import { z } from 'zod';
import { type Database, expectedReplicas } from '../../domain/database.ts';
import { type Fleet, projectNamespace } from '../../domain/fleet.ts';
import { byTyping, type Problem, type Remedy } from '../../domain/problem.ts';
import type { Right } from '../../domain/right.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { Query } from '../../kube-api/objects.ts';
import type { StepContext } from '../context.ts';
import { count, list, maybeText, objectMeta, part, text } from '../kube/lenient.ts';
import { listObjects } from '../kube/read.ts';
import { controllerLog, operatorRef, WORKER_NAMESPACE } from '../kubeslice/objects.ts';
import { anywhere, rightsTo, watching } from '../rights.ts';
import { unlessSilent, unlessUntold } from '../unless-silent.ts';
import { databaseWork, WORKS } from './manifest-work.ts';

const SPOKE = 'networking.kubeslice.io/v1beta1';
const exportsOf = ({ namespace }: Database) => ({ apiVersion: SPOKE, kind: 'ServiceExport', namespace }) as const;
const importsOf = ({ namespace }: Database) => ({ apiVersion: SPOKE, kind: 'ServiceImport', namespace }) as const;
const configsOf = (fleet: Fleet) =>
  ({ apiVersion: 'controller.kubeslice.io/v1alpha1', kind: 'ServiceExportConfig', namespace: projectNamespace(fleet) }) as const;

const exportSchema = z.object({ metadata: objectMeta, status: part({ exportStatus: maybeText, availableEndpoints: count }) });
const importSchema = z.object({ metadata: objectMeta, status: part({ endpoints: list(z.object({ clusterId: z.string() })) }) });
const configSchema = z.object({ metadata: objectMeta, spec: part({ serviceName: text, serviceNamespace: text, sourceCluster: text }) });

/** Clusters that ask for the names of this one's pods: those with other replicas, and the hub, from which KubeDB's operator asks them. */
const askers = (fleet: Fleet, database: Database, cluster: string): string[] =>
  [...new Set([fleet.hub, ...expectedReplicas(database).map((replica) => replica.cluster)])].filter((name) => name !== cluster);

export const exportRights = (fleet: Fleet, database: Database, cluster: string): Right[] => [
  ...rightsTo('see which pods of the database the slice knows', cluster, watching(exportsOf(database))),
  ...rightsTo('see which pods of the database the slice knows', fleet.hub, watching(anywhere(configsOf(fleet))), watching(WORKS)),
  ...askers(fleet, database, cluster).flatMap((name) =>
    rightsTo('see which pods of the database the slice knows', name, watching(importsOf(database))),
  ),
];

/**
 * The clusters to which the slice tells none of this one's pods. KubeSlice's DNS answers from the ServiceImports of its cluster alone, so names of those
 * pods have no address there; a stream that is open stays, and once it ends it does not come back. Undefined where every cluster that answers knows them.
 */
export const unexported = async (context: StepContext, fleet: Fleet, database: Database, cluster: string): Promise<Problem | undefined> => {
  const known = await Promise.all(
    askers(fleet, database, cluster).map(async (name) => {
      const imports = await served(context.cluster(name), importsOf(database), importSchema);
      return {
        name,
        imports,
        knows: imports === undefined || imports.some(({ status }) => status.endpoints.some(({ clusterId }) => clusterId === cluster)),
      };
    }),
  );
  const without = known.filter(({ knows }) => !knows);
  if (without.length === 0) return undefined;
  const where = without.map(({ name }) => name).join(' and ');
  const link = await brokenLink(context, fleet, database, { cluster, where: without.map(({ name }) => name) });
  return {
    code: 'PGD-054',
    what: told`names of the pods of ${database.name} on ${cluster} have no address on ${where}`,
    evidence: [
      ...link.evidence,
      ...without.map(
        ({ name, imports = [] }) =>
          `${imports.length === 0 ? `no ServiceImport is in namespace ${database.namespace}` : `no ServiceImport of namespace ${database.namespace} has an endpoint of ${cluster}`} on ${name}`,
      ),
    ],
    ...link.remedy,
  };
};

interface Link {
  readonly evidence: readonly string[];
  readonly remedy: Remedy;
}

/** From the cluster that has the pods over the hub to the cluster that asks for them, the first of the three that says nothing of them. */
const brokenLink = async (
  context: StepContext,
  fleet: Fleet,
  database: Database,
  { cluster, where }: { readonly cluster: string; readonly where: readonly string[] },
): Promise<Link> => {
  const { namespace } = database;
  const [exported, configs] = await Promise.all([
    served(context.cluster(cluster), exportsOf(database), exportSchema),
    served(context.cluster(fleet.hub), configsOf(fleet), configSchema),
  ]);
  if (exported?.length === 0) return notSent(context, fleet, database, cluster);
  if (exported !== undefined && exported.every(({ status }) => status.availableEndpoints === 0))
    return {
      evidence: exported.map(
        ({ metadata, status }) =>
          `ServiceExport ${namespace}/${metadata.name} on ${cluster} is ${status.exportStatus ?? 'without a status'} and has no endpoint`,
      ),
      remedy: byTyping(
        told`Its selector fits no pod that is on the slice: compare the selector with the labels of the pods. A pod without container cmd-nsc-grpc began before its namespace was on the slice and has to begin anew:`,
        kubectlIn(cluster, namespace, 'get serviceexports -o yaml'),
        kubectlIn(cluster, namespace, 'get pods --show-labels'),
      ),
    };
  const onHub = configs?.filter(({ spec }) => spec.sourceCluster === cluster && spec.serviceNamespace === namespace);
  const heard = onHub === undefined || onHub.length > 0;
  return {
    evidence: heard ? [] : [`no ServiceExportConfig of ${cluster} for namespace ${namespace} is on ${fleet.hub}`],
    remedy: byTyping(
      heard
        ? told`KubeSlice's controller on ${fleet.hub} makes a WorkerServiceImport for each cluster, and the worker's operator there a ServiceImport: see where it ends.`
        : told`KubeSlice's worker on ${cluster} tells the hub what it exports: look at its log.`,
      ...(heard ? [kubectlIn(fleet.hub, projectNamespace(fleet), 'get serviceexportconfigs,workerserviceimports'), controllerLog(fleet)] : []),
      ...(heard ? where : [cluster]).map((name) => kubectlIn(name, WORKER_NAMESPACE, `logs deploy/${operatorRef.name} --tail=100`)),
    ),
  };
};

/** KubeDB sends its ServiceExports by a ManifestWork for each cluster. */
const notSent = async (context: StepContext, fleet: Fleet, { name: database, namespace }: Database, cluster: string): Promise<Link> => {
  const name = `${database}-serviceexports`;
  const seen = `no ServiceExport is in namespace ${namespace} on ${cluster}`;
  const work = await unlessSilent('silent' as const, () => databaseWork(context.cluster(fleet.hub), cluster, name));
  if (work === undefined)
    return {
      evidence: [`ManifestWork ${cluster}/${name} does not exist on ${fleet.hub}`, seen],
      remedy: byTyping(
        told`KubeDB's provisioner sends its ServiceExports by that work, and makes it when it looks at the database anew: restart it.`,
        kubectlIn(fleet.hub, fleet.kubedb.namespace, 'delete pod kubedb-kubedb-provisioner-0'),
      ),
    };
  return {
    evidence: [...(work === 'silent' ? [] : work.troubles), seen],
    remedy: byTyping(
      told`The work agent of ${cluster} makes a lost one again within 4 to 6 minutes, from a ManifestWork of KubeDB's. Where it does not, look at what the agent says of that work:`,
      kubectlIn(fleet.hub, cluster, `describe manifestwork ${name}`),
    ),
  };
};

/** Undefined where nothing is known: the cluster was not heard, does not serve the kind, or does not let it be read, all of which other steps tell. */
const served = <T>(cluster: ClusterReader, query: Query, schema: z.ZodType<T>): Promise<T[] | undefined> =>
  unlessUntold(undefined, () => listObjects(cluster, query, schema));
