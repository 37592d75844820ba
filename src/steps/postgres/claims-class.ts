import { z } from 'zod';
import type { Database } from '../../domain/database.ts';
import { clusterNamed, type Fleet } from '../../domain/fleet.ts';
import { told } from '../../domain/text.ts';
import type { Query } from '../../kube-api/objects.ts';
import type { StepContext } from '../context.ts';
import { maybeText, objectMeta, part } from '../kube/lenient.ts';
import { listObjects } from '../kube/read.ts';
import { rightsTo, watching } from '../rights.ts';
import type { Drift } from './settings-drift.ts';

const claimsOf = ({ namespace }: Database): Query & { readonly namespace: string } => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  namespace,
});

const claimSchema = z.object({ metadata: objectMeta, spec: part({ storageClassName: maybeText }), status: part({ phase: maybeText }) });

export const claimRights = (fleet: Fleet, database: Database) =>
  Object.keys(database.placement).flatMap((cluster) =>
    rightsTo(
      'see the pods of the database',
      fleet.clusters.some(({ name }) => name === cluster) ? cluster : fleet.hub,
      watching({ ...claimsOf(database), name: '' }),
    ),
  );

/** Where pgdist.yaml wants volumes of another class than the claims of the replicas have. A class that it does not name may be any. */
export const classDrift = async (context: StepContext, database: Database): Promise<readonly Drift[]> => {
  const { fleet } = context;
  const perCluster = await Promise.all(
    Object.entries(database.placement).map(async ([cluster, indices]) => {
      const wanted = database.storageClass ?? clusterNamed(fleet, cluster).storageClass;
      if (wanted === undefined || indices.length === 0) return [];
      const names = new Set(indices.map((index) => `data-${database.name}-${index}`));
      const claims = await listObjects(context.cluster(cluster), claimsOf(database), claimSchema);
      return claims
        .filter(({ metadata, spec }) => names.has(metadata.name) && spec.storageClassName !== undefined && spec.storageClassName !== wanted)
        .map(({ metadata, spec, status }): Drift => {
          const bound = status.phase === undefined || status.phase === 'Bound' ? '' : ` (it is ${status.phase})`;
          return {
            sentence: `storageClass of ${metadata.name} on ${cluster} is ${spec.storageClassName}${bound}, configured is ${wanted}`,
            instead: CLASS_STAYS,
          };
        });
    }),
  );
  return perCluster.flat();
};

const CLASS_STAYS = told`Kubernetes cannot change the class of a claim that exists: set storageClass to what the claims have. To have the other class, declare a database of another name with it, copy the data, and take this one away; a claim that is Pending holds nothing, and is made anew with the class of the file once it and its ManifestWork on the hub are deleted.`;
