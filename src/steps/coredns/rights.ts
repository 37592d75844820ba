import { type Database, expectedReplicas } from '../../domain/database.ts';
import { dnsServiceRef } from '../kubeslice/objects.ts';
import type { Right } from '../../domain/right.ts';
import { reading, rightsTo, watching, type Grant } from '../rights.ts';
import { DNS_NAMESPACE } from './dns-service.ts';
import { DAEMON_SETS } from './node-cache.ts';

/** To find the cluster's DNS and KubeSlice's. OpenShift has its DNS pods in a namespace of its own: pods are listed, wherever they are. */
export const DNS_GRANTS: readonly Grant[] = [
  watching(dnsServiceRef),
  watching({ apiVersion: 'v1', kind: 'Service', namespace: DNS_NAMESPACE, name: 'kube-dns' }),
  watching({ apiVersion: 'v1', kind: 'Pod', namespace: DNS_NAMESPACE }),
  reading({ apiVersion: 'v1', kind: 'Pod' }),
];

/** To edit it: which ConfigMap holds the Corefile and which Deployment reads it depends on the distribution, so no name narrows them. */
export const EDIT_GRANTS: readonly Grant[] = [
  ...['Deployment', 'ReplicaSet'].map((kind) => watching({ apiVersion: 'apps/v1', kind, namespace: DNS_NAMESPACE, name: '' })),
  // A cache on each node may have any name and stand anywhere.
  watching(DAEMON_SETS),
  watching({ apiVersion: 'v1', kind: 'Service', namespace: DNS_NAMESPACE }),
  // Whose cluster it is: managed ones write their DNS back.
  watching({ apiVersion: 'v1', kind: 'Node' }),
  { verbs: 'get list watch patch create', on: 'configmaps', namespace: DNS_NAMESPACE },
  { verbs: 'patch', on: 'deployments.apps', namespace: DNS_NAMESPACE },
];

/** To ask from the pods of the database, on a cluster that has some. */
export const lookupRights = (cluster: string, database: Database | undefined): Right[] => {
  const here = database === undefined ? [] : expectedReplicas(database).filter((replica) => replica.cluster === cluster);
  if (database === undefined || here.length === 0) return [];
  const { namespace } = database;
  return rightsTo(
    'ask for slice names as pods do',
    cluster,
    watching({ apiVersion: 'v1', kind: 'Pod', namespace }),
    ...here.map(({ pod }): Grant => ({ verbs: 'get create', on: 'pods/exec', namespace, name: pod })),
  );
};
