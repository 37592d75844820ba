import type { Database } from '../domain/database.ts';
import type { Fleet } from '../domain/fleet.ts';
import type { Right } from '../domain/right.ts';
import { CONTROLLER_NAMESPACE, WORKER_NAMESPACE } from './kubeslice/objects.ts';
import { AGENT_NAMESPACE, HUB_NAMESPACE, OPERATOR_NAMESPACE } from './ocm/objects.ts';
import { rightsTo } from './rights.ts';

/** Namespaces of one cluster whose events and logs a support bundle takes, the most telling first. */
export const bundlePlaces = (fleet: Fleet, database: Database, cluster: string): readonly string[] => [
  database.namespace,
  WORKER_NAMESPACE,
  AGENT_NAMESPACE,
  OPERATOR_NAMESPACE,
  ...(cluster === fleet.hub ? [fleet.kubedb.namespace, CONTROLLER_NAMESPACE, HUB_NAMESPACE] : []),
  'kube-system',
];

/** What a bundle reads beside what the steps read. No step needs it, so nothing is blocked where it is missing: the bundle then says so. */
export const bundleRights = (fleet: Fleet, database: Database, cluster: string): Right[] =>
  rightsTo(
    'fill a support bundle',
    cluster,
    { verbs: 'list', on: 'nodes' },
    ...bundlePlaces(fleet, database, cluster).flatMap((namespace) => [
      { verbs: 'list', on: 'pods', namespace },
      { verbs: 'list', on: 'events', namespace },
      { verbs: 'get', on: 'pods/log', namespace },
    ]),
  );
