import type { Database } from '../../domain/database.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { unlessUntold } from '../unless-silent.ts';
import { databaseWork } from './manifest-work.ts';

/** What somebody deleted on the hub of pods that run, a sentence each: the work agent takes it away with its next look, or once it runs again. */
export const doomedWorks = async (hub: ClusterReader, database: Database, cluster: string, pods: readonly string[]): Promise<string[]> => {
  const works = pods.flatMap((pod) => [
    { name: pod, holds: `pod ${pod}` },
    { name: `data-${pod}`, holds: `the volume of ${pod}, together with its data,` },
  ]);
  const told = await Promise.all(
    works.map(async ({ name, holds }) => {
      const work = await unlessUntold(undefined, () => databaseWork(hub, cluster, name));
      return work?.leavingSince === undefined
        ? []
        : [
            `ManifestWork ${cluster}/${name} is being deleted since ${work.leavingSince}: as soon as the work agent of ${cluster} gets to it, ${holds} goes`,
          ];
    }),
  );
  return told.flat();
};
