import type { Database } from '../../src/domain/database.ts';
import { healthy } from '../../src/domain/finding.ts';
import type { Fleet } from '../../src/domain/fleet.ts';
import { parallel, sequence } from '../../src/domain/procedure.ts';
import { stepId } from '../../src/domain/step.ts';
import { told } from '../../src/domain/text.ts';
import type { KubeObject, Manifest } from '../../src/kube-api/objects.ts';
import type { Procedure, Step } from '../../src/steps/context.ts';
import { manifestStep } from '../../src/steps/manifest-step.ts';
import { objectName } from '../../src/steps/object-name.ts';
import { fleetClaimed } from '../../src/steps/preflight/fleet-claimed.ts';

/** A small procedure over two clusters: the real claim of the fleet, then objects that somebody else makes ready, side by side and one after the other. */
export const smallProcedure = (fleet: Fleet, database: Database): Procedure => {
  const [hub, spoke] = fleet.clusters.map(({ name }) => name) as [string, string];
  return sequence(
    fleetClaimed(fleet),
    parallel(...[hub, spoke].map((cluster) => sequence(wanted(cluster, NAMESPACE), wanted(cluster, configMap(database, 'part'))))),
    wanted(hub, configMap(database, 'whole')),
  );
};

/** Is the last object of the procedure ready? */
export const smallStatus = (fleet: Fleet, database: Database): Procedure => sequence(wanted(fleet.hub, configMap(database, 'whole')));

/** Objects of the database by cluster, as the procedure wants them. */
export const wantedObjects = (fleet: Fleet, database: Database): readonly { readonly cluster: string; readonly manifest: Manifest }[] => [
  ...fleet.clusters.map(({ name: cluster }) => ({ cluster, manifest: configMap(database, 'part') })),
  { cluster: fleet.hub, manifest: configMap(database, 'whole') },
];

const NAMESPACE: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } };

const configMap = ({ name, version }: Database, part: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `${name}-${part}`, namespace: 'demo' },
  data: { version },
});

const wanted = (cluster: string, manifest: Manifest): Step => {
  const { kind, apiVersion, metadata } = manifest;
  const object = objectName(manifest);
  return manifestStep({
    id: stepId(`test/${metadata.name}`, cluster),
    title: `${object} is ready on ${cluster}`,
    stage: 'Test',
    cluster,
    verifyTimeoutMs: 60_000,
    rights: [],
    manifest: () => manifest,
    async verify(context) {
      const found = await context.cluster(cluster).read({ apiVersion, kind, ...metadata });
      if (isReady(manifest, found)) return healthy(`${object} is ready`);
      const waitingFor = `${object} is ${found === undefined ? 'missing' : 'not ready'}`;
      return {
        healthy: false,
        waitingFor,
        problem: { code: 'PGD-083', what: told`A test object is not ready on ${cluster}`, evidence: [waitingFor], remedy: told`Deploy.` },
      };
    },
  });
};

/** Ready is what the one who makes it so says of the version that is wanted. */
export const isReady = ({ data }: Manifest, found: KubeObject | undefined): boolean =>
  found !== undefined && (data === undefined || (found['status'] as { ready?: string } | undefined)?.ready === (data as { version: string }).version);
