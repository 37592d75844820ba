import { CLAIM, POD } from '../control/objects.ts';
import { kept, nudged, together, type Fault, type FaultWorld, type Mend } from './fault.ts';

const setting = async ({ sql }: FaultWorld, [cluster, pod]: readonly [string, string], name: string, value: string): Promise<Mend> => {
  await sql(cluster, pod, `ALTER SYSTEM SET ${name} = ${value}`);
  await sql(cluster, pod, 'SELECT pg_reload_conf()');
  return async () => {
    await sql(cluster, pod, `ALTER SYSTEM RESET ${name}`);
    await sql(cluster, pod, 'SELECT pg_reload_conf()');
  };
};

const onPrimary = (world: FaultWorld, name: string, value: string): Promise<Mend> => setting(world, [world.hub, world.database.primary], name, value);
/** The coordinator has written where a standby receives from: resetting it would lose that. */
const receivesFrom = async ({ spoke, database, sql }: FaultWorld, conninfo: string): Promise<Mend> => {
  const run = (statement: string) => sql(spoke, database.remote, statement);
  const before = await run('SHOW primary_conninfo');
  const set = async (value: string): Promise<void> => {
    await run(`ALTER SYSTEM SET primary_conninfo = '${value.replaceAll("'", "''")}'`);
    await run('SELECT pg_reload_conf()');
  };
  await set(conninfo);
  return () => set(before);
};

export const REPLICATION: readonly Fault[] = [
  {
    id: 'replay-paused',
    hop: 'Replication',
    plants: 'somebody paused the replay of the remote standby and forgot it',
    code: 'PGD-067',
    says: ['pg_wal_replay_resume', 'paused'],
    remedy: 'resume it',
    async plant({ spoke, database, sql }) {
      await sql(spoke, database.remote, 'SELECT pg_wal_replay_pause()');
      return async () => void (await sql(spoke, database.remote, 'SELECT pg_wal_replay_resume()'));
    },
  },
  {
    id: 'receiver-without-primary',
    hop: 'Replication',
    plants: 'primary_conninfo of the remote standby was emptied',
    code: 'PGD-062',
    says: ['WAL receiver is not connected', 'primary_conninfo'],
    remedy: 'write the setting anew',
    plant: (world) => receivesFrom(world, ''),
  },
  {
    id: 'receiver-of-another-address',
    hop: 'Replication',
    plants: 'primary_conninfo of the remote standby leads to a port where nothing listens',
    code: 'PGD-062',
    says: ['WAL receiver is not connected', 'primary_conninfo'],
    remedy: 'write the setting anew',
    plant: (world) => receivesFrom(world, 'host=127.0.0.1 port=1 user=postgres'),
  },
  {
    id: 'synchronous-names-of-nobody',
    hop: 'Replication',
    plants: 'synchronous_standby_names asks for a standby that was renamed',
    code: 'PGD-068',
    says: ['ANY 1 (old_standby)', 'synchronous_standby_names'],
    remedy: 'correct the setting',
    plant: (world) => onPrimary(world, 'synchronous_standby_names', "'ANY 1 (old_standby)'"),
  },
  {
    id: 'synchronous-quorum-of-too-many',
    hop: 'Replication',
    plants: 'synchronous_standby_names asks for two standbys, and one of them was renamed',
    code: 'PGD-068',
    says: ['wait for 2 synchronous standbys', 'only 1 of them streams', 'ANY 2'],
    remedy: 'correct the setting',
    plant: (world) => onPrimary(world, 'synchronous_standby_names', `'ANY 2 ("${world.database.remote}","old_standby")'`),
  },
  {
    id: 'writes-refused-for-a-role',
    hop: 'Replication',
    plants: 'default_transaction_read_only was set for the role that everybody uses',
    code: 'PGD-069',
    says: ['for sessions of role postgres', 'ALTER ROLE postgres RESET'],
    remedy: 'reset the setting of the role',
    async plant({ hub, database, sql }) {
      await sql(hub, database.primary, 'ALTER ROLE postgres SET default_transaction_read_only = on');
      return async () => void (await sql(hub, database.primary, 'BEGIN READ WRITE; ALTER ROLE postgres RESET default_transaction_read_only; COMMIT'));
    },
  },
  {
    id: 'writes-refused-by-a-setting',
    hop: 'Replication',
    plants: 'a migration left default_transaction_read_only on',
    code: 'PGD-069',
    says: ['default_transaction_read_only'],
    remedy: 'reset the setting',
    plant: (world) => onPrimary(world, 'default_transaction_read_only', 'on'),
  },
  {
    id: 'two-primaries',
    hop: 'Replication',
    plants: 'somebody promoted the remote standby by hand',
    code: 'PGD-064',
    says: ['postgres-0', 'postgres-1'],
    remedy: 'keep one, rebuild the other',
    async plant(world) {
      const { client, hub, spoke, sql, database } = world;
      const { namespace, remote: name } = database;
      await sql(spoke, name, 'SELECT pg_promote()');
      return async () => {
        await client(spoke).delete({ ...CLAIM, namespace, name: `data-${name}` });
        await client(spoke).delete({ ...POD, namespace, name });
        await nudged(client(hub), { namespace: spoke, name: `data-${name}` });
        await nudged(client(hub), { namespace: spoke, name });
      };
    },
  },
  {
    id: 'labels-name-a-standby',
    hop: 'Replication',
    plants: 'a script keeps the labels of the pods at the roles that they had before a failover',
    code: 'PGD-076',
    says: ['is the primary, and its label kubedb.com/role is standby', 'is a standby', '--overwrite'],
    remedy: 'end the script: the coordinators write their labels again',
    plant: ({ client, hub, spoke, database: { namespace, primary, remote } }) =>
      together(
        () => kept(client(hub), { ...POD, namespace, name: primary }, { metadata: { labels: { 'kubedb.com/role': 'standby' } } }),
        () => kept(client(spoke), { ...POD, namespace, name: remote }, { metadata: { labels: { 'kubedb.com/role': 'primary' } } }),
      ),
  },
];
