import type { Database } from '../../domain/database.ts';
import { healthy } from '../../domain/finding.ts';
import { type Fleet, projectNamespace } from '../../domain/fleet.ts';
import { byTyping } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import type { Step } from '../context.ts';
import { metadataSchema } from '../kube/objects.ts';
import { readObject } from '../kube/read.ts';
import { manifestStep } from '../manifest-step.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import { onSlice } from '../kubeslice/slice-by-hand.ts';
import { WORKER_NAMESPACE } from '../kubeslice/objects.ts';
import { applying, rightsTo, watching } from '../rights.ts';

/** Label that the KubeSlice worker puts on a namespace it has taken in. */
const VERIFY_MS = 60_000;
const SLICE_LABEL = 'kubeslice.io/slice';

const refOf = (database: Database) => ({ apiVersion: 'v1', kind: 'Namespace', name: database.namespace }) as const;
const manifestOf = (database: Database) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: database.namespace } }) as const;

/** The database's namespace exists on the cluster and is on the slice: pods that start before that are never connected. KubeSlice makes it as a rule. */
export const namespaceOnSlice = (fleet: Fleet, database: Database, cluster: string): Step =>
  manifestStep({
    id: stepId('postgres/namespace', cluster),
    title: `namespace ${database.namespace} is on the slice on ${cluster}`,
    stage: 'Postgres',
    cluster,
    verifyTimeoutMs: VERIFY_MS,
    rights: rightsTo(`have namespace ${database.namespace} on the slice`, cluster, watching(refOf(database)), applying(manifestOf(database))),
    manifest: () => manifestOf(database),
    awaitedByHand: onSlice(fleet, cluster, database.namespace, VERIFY_MS),
    onlyIf: told`KubeSlice has not made it when it took the namespace in`,
    async verify(context) {
      const ref = { apiVersion: 'v1', kind: 'Namespace', name: database.namespace };
      const object = await readObject(context.cluster(cluster), ref, metadataSchema);
      const deletionTimestamp = object?.metadata.deletionTimestamp;
      const slice = object?.metadata.labels[SLICE_LABEL];
      if (object !== undefined && deletionTimestamp === undefined && slice === fleet.kubeslice.slice.name)
        return healthy(`namespace ${database.namespace} is on slice ${slice}`);
      const seen =
        object === undefined
          ? 'does not exist'
          : deletionTimestamp !== undefined
            ? `is being deleted since ${deletionTimestamp}`
            : slice === undefined
              ? 'is on no slice'
              : `is on slice ${slice}`;
      return {
        healthy: false,
        waitingFor: `namespace ${database.namespace} ${seen} on ${cluster}`,
        problem: {
          code: 'PGD-046',
          what: told`Namespace ${database.namespace} is not ready for the database on ${cluster}`,
          evidence: [`it ${seen}`, `wanted label ${SLICE_LABEL}=${fleet.kubeslice.slice.name}`],
          ...byTyping(
            told`Check that the SliceConfig lists namespace ${database.namespace} for ${cluster} and that the KubeSlice worker runs there:`,
            kubectlIn(fleet.hub, projectNamespace(fleet), `get sliceconfig ${fleet.kubeslice.slice.name} -o yaml`),
            kubectlIn(cluster, WORKER_NAMESPACE, 'get pods -o wide'),
          ),
        },
      };
    },
  });
