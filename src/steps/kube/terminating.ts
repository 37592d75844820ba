import { z } from 'zod';
import type { Problem } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';
import type { KubeObject, ObjectRef } from '../../kube-api/objects.ts';
import { KindMissingError } from '../../ports/cluster-errors.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { conditionOf, conditions, toldCondition } from './conditions.ts';
import { objectMeta, part, texts } from './lenient.ts';
import { readAs } from './read-as.ts';

const terminatingSchema = z.object({ metadata: objectMeta, status: part({ conditions }) });
const finalizersSchema = z.object({ metadata: part({ finalizers: texts }) });
/** A namespace goes when its content is gone: what holds that stands in its conditions. */
const HELD = ['NamespaceFinalizersRemaining', 'NamespaceDeletionContentFailure', 'NamespaceDeletionDiscoveryFailure'];
const MOST_TOLD = 5;

/**
 * That an object is being deleted, with the finalizers that hold it; undefined while it is not. Nothing can be built upon one: what is written into it is
 * refused or goes with it.
 */
export const deletionOf = (object: KubeObject | undefined, cluster: string): Problem | undefined => {
  if (object === undefined) return undefined;
  const read = readAs(terminatingSchema, object, cluster);
  const { deletionTimestamp } = read.metadata;
  if (deletionTimestamp === undefined) return undefined;
  const name = [object.metadata.namespace, object.metadata.name].filter((one) => one !== undefined).join('/');
  const { finalizers } = readAs(finalizersSchema, object, cluster).metadata;
  const held = HELD.flatMap((type) => conditionOf(read, type) ?? []).filter(({ status }) => status === 'True');
  const evidence = [
    `deleted since ${deletionTimestamp}`,
    ...finalizers.slice(0, MOST_TOLD).map((finalizer) => `held by finalizer ${finalizer}`),
    ...held.map(toldCondition),
  ];
  return {
    code: 'PGD-088',
    what: told`${object.kind} ${name} of ${cluster} is being deleted`,
    evidence,
    remedy: told`Let the deletion end, then plan again. If it hangs, find what has to take off the finalizer named here: its controller must run, or, where that is gone for good, take the finalizer off by hand.`,
  };
};

/** The same of the object that the reference names; undefined too where it, or its whole kind, is not there. */
export const deletionAt = async (cluster: ClusterReader, ref: ObjectRef): Promise<Problem | undefined> => {
  try {
    return deletionOf(await cluster.read(ref), cluster.name);
  } catch (error) {
    if (error instanceof KindMissingError) return undefined;
    throw error;
  }
};
