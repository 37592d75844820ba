import type { Database } from '../domain/database.ts';
import type { Fleet } from '../domain/fleet.ts';
import type { PgdistFile } from './schema.ts';

/** The fleet that a file describes; chart paths stay as written. */
export const toFleet = ({ fleet, hub, clusters, ocm, kubeslice, kubedb, probeImage }: PgdistFile): Fleet => ({
  name: fleet,
  hub: hub.cluster,
  hubApiServer: hub.apiServer,
  clusters: clusters.map(({ name, context, gateway, storageClass }) => ({
    name,
    context: context ?? name,
    gateway,
    ...(storageClass === undefined ? {} : { storageClass }),
  })),
  ocm,
  kubeslice,
  kubedb: { chart: kubedb.chart, version: kubedb.version, namespace: kubedb.namespace },
  probeImage,
});

export const toDatabase = (database: PgdistFile['databases'][number]): Database => database;
