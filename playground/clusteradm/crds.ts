import type { Manifest } from '../../src/kube-api/objects.ts';
import { readCrd } from '../operators/ocm/crds.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { hasCondition, waitFor } from './waiting.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Creates the operator's CRD, unless the cluster has one of that name, and waits at most 6 s until it is served. */
export const establishCrd = async (cluster: ClusterAccess, plural: 'clustermanagers' | 'klusterlets'): Promise<void> => {
  const crd: Manifest = await readCrd(plural);
  const { name } = crd.metadata;
  if ((await cluster.get({ apiVersion: crd.apiVersion, kind: crd.kind, name })) === undefined) await cluster.applyRaw(crd);
  await waitFor(cluster, CRDS, { holds: (found) => found.metadata.name === name && hasCondition('Established', 'True')(found), timeoutMs: 6_000 });
};
