import { bash, type Bash, type ByHand, joinedBy } from '../../domain/by-hand.ts';
import { type Database, expectedReplicas } from '../../domain/database.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { awaited, kubectl } from '../by-hand/lines.ts';

/** Every pod of the database that belongs on the cluster is ready there. */
export const podsByHand = (fleet: Fleet, database: Database, cluster: string, timeoutMs: number): ByHand => ({
  does: [],
  awaits: expectedReplicas(database)
    .filter((replica) => replica.cluster === cluster)
    .flatMap(({ pod }) =>
      ['create', 'condition=Ready'].map((what) => awaited(what, { fleet, cluster, namespace: database.namespace, object: `pod/${pod}`, timeoutMs })),
    ),
});

const SQL = `SELECT application_name || ' ' || state FROM pg_stat_replication`;
const TABLE = 'SELECT application_name, client_addr, state, sync_state, replay_lag FROM pg_stat_replication';

/** Every standby streams, as PostgreSQL says: the primary alone has standbys, and any pod may be it. */
export const streamingByHand = (fleet: Fleet, database: Database, timeoutMs: number): ByHand => {
  const replicas = expectedReplicas(database);
  const ask = (sql: string, flags: string): Bash[] =>
    replicas.map(
      ({ pod, cluster }) =>
        bash`${kubectl(fleet, cluster, database.namespace)} exec ${pod} -c postgres -- psql ${flags} -U postgres -c ${sql} 2> "$work/psql" || true`,
    );
  return {
    does: [],
    awaits: [
      awaited('jsonpath={.status.phase}=Ready', {
        fleet,
        cluster: fleet.hub,
        namespace: database.namespace,
        object: `postgreses.kubedb.com/${database.name}`,
        timeoutMs,
      }),
      bash`streaming() {
  local rows
  rows=$(rows_of_all)
  [ "$(printf '%s\n' "$rows" | grep -c ' streaming$')" -ge ${replicas.length - 1} ] && printf '%s' "$rows"
}
rows_of_all() {
  ${joinedBy('\n', ask(SQL, '-XAtq'))}
}
until_told ${Math.ceil(timeoutMs / 1000)} ${`${replicas.length - 1} standbys that stream`} streaming
${joinedBy('\n', ask(TABLE, '-Xqt'))}`,
    ],
  };
};
