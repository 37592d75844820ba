import type { z } from 'zod';
import { LeavingError } from '../../domain/problem.ts';
import type { KubeObject, ObjectRef, Query } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { KindMissingError } from '../../ports/cluster-errors.ts';
import { readAs } from './read-as.ts';
import { deletionOf } from './terminating.ts';

/** Throws LeavingError, with the finalizers that hold it, for an object that is being deleted: nothing is in place that is about to go. */
export const unlessLeaving = <T extends KubeObject | undefined>(object: T, cluster: string): T => {
  const deletion = deletionOf(object, cluster);
  if (deletion !== undefined) throw new LeavingError(deletion);
  return object;
};

/** The object, of which only matters that it is there; undefined when it does not exist. Throws LeavingError, and as the reader does. */
export const present = async (cluster: ClusterReader, ref: ObjectRef): Promise<KubeObject | undefined> =>
  unlessLeaving(await cluster.read(ref), cluster.name);

/** The object; undefined when it does not exist. Throws LeavingError, and as readAs and the reader do. */
export const readObject = async <T>(cluster: ClusterReader, ref: ObjectRef, schema: z.ZodType<T>): Promise<T | undefined> => {
  const object = await present(cluster, ref);
  return object === undefined ? undefined : readAs(schema, object, cluster.name);
};

/** The object, one that is being deleted as well: for what is told of it, never to find it in place. */
export const readEvenLeaving = async <T>(cluster: ClusterReader, ref: ObjectRef, schema: z.ZodType<T>): Promise<T | undefined> => {
  const object = await cluster.read(ref);
  return object === undefined ? undefined : readAs(schema, object, cluster.name);
};

/** All objects that the query finds. Throws as readAs and the reader do. */
export const listObjects = async <T>(cluster: ClusterReader, query: Query, schema: z.ZodType<T>): Promise<T[]> =>
  (await cluster.list(query)).items.map((item) => readAs(schema, item, cluster.name));

/** The object, undefined when it or its whole kind is not there. */
export const readIfServed = async <T>(cluster: ClusterReader, ref: ObjectRef, schema: z.ZodType<T>): Promise<T | undefined> => {
  try {
    return await readObject(cluster, ref, schema);
  } catch (error) {
    if (error instanceof KindMissingError) return undefined;
    throw error;
  }
};
