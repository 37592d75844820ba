import type { Change } from '../domain/finding.ts';
import { fieldsOf } from '../domain/leaves.ts';
import { NotYetError } from '../domain/problem.ts';
import type { Manifest } from '../kube-api/objects.ts';
import type { ClusterReader } from '../ports/cluster.ts';
import { present } from './kube/read.ts';
import { objectName } from './object-name.ts';

/** What an apply of the manifest will write while its server cannot compare it yet; nothing where the object has all of it. */
export const foreseenApply = async (cluster: ClusterReader, manifest: Manifest): Promise<Change[]> => {
  const { apiVersion, kind, metadata } = manifest;
  const { name, namespace } = metadata;
  const live = await presentSoFar(() => present(cluster, { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }));
  const fields = fieldsOf(manifest, live);
  if (live !== undefined && fields.length === 0) return [];
  return [{ cluster: cluster.name, action: live === undefined ? 'create' : 'change', object: objectName(manifest), fields }];
};

/** Undefined also where what is asked for cannot be there yet: its kind or its namespace is not. */
export const presentSoFar = async <T>(ask: () => Promise<T | undefined>): Promise<T | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NotYetError) return undefined;
    throw error;
  }
};
