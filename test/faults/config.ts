import { configOf, namesOf } from '../../bench/fleet-shape.ts';

const CLUSTERS = 2;
/** So many deploys after the first find the fleet as it stands; each has a database of its own. */
const DATABASES = 12;

/** Databases of a lab, in the order in which scenarios take them. */
export const DATABASE_NAMES = Array.from({ length: DATABASES }, (_, index) => (index === 0 ? 'postgres' : `postgres-${index + 1}`));

/** A pgdist.yaml for two clusters and databases of two servers, one on each: the smallest that has a tunnel and a standby. */
export const labConfig = ({ approvalMinutes = 30 }: { readonly approvalMinutes?: number } = {}): string => {
  const config = JSON.parse(configOf(CLUSTERS)) as { databases: readonly object[] };
  const placement = Object.fromEntries(namesOf(CLUSTERS).map((cluster, index) => [cluster, [index]]));
  const databases = DATABASE_NAMES.map((name) => ({ ...config.databases[0], name, replicas: CLUSTERS, placement }));
  return JSON.stringify({ ...config, databases, approvalTimeoutMinutes: approvalMinutes });
};
