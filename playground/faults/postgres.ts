import type { Fault, FaultWorld, Mend } from './fault.ts';

const setting = async ({ hub, database, sql }: FaultWorld, name: string, value: string): Promise<Mend> => {
  const run = (statement: string) => sql(hub, database.primary, statement);
  await run(`ALTER SYSTEM SET ${name} = ${value}`);
  await run('SELECT pg_reload_conf()');
  return async () => {
    await run(`ALTER SYSTEM RESET ${name}`);
    await run('SELECT pg_reload_conf()');
  };
};

export const POSTGRES: readonly Fault[] = [
  {
    id: 'replay-paused',
    hop: 'Postgres',
    plants: 'somebody paused the replay of the remote standby and forgot it',
    code: 'PGD-067',
    says: ['pg_wal_replay_resume', 'paused'],
    async plant({ spoke, database, sql }) {
      await sql(spoke, database.remote, 'SELECT pg_wal_replay_pause()');
      return async () => void (await sql(spoke, database.remote, 'SELECT pg_wal_replay_resume()'));
    },
  },
  {
    id: 'synchronous-names-of-nobody',
    hop: 'Postgres',
    plants: 'synchronous_standby_names asks for a standby that was renamed',
    code: 'PGD-068',
    says: ['ANY 1 (old_standby)', 'synchronous_standby_names'],
    plant: (world) => setting(world, 'synchronous_standby_names', "'ANY 1 (old_standby)'"),
  },
  {
    id: 'writes-refused-by-a-setting',
    hop: 'Postgres',
    plants: 'a migration left default_transaction_read_only on',
    code: 'PGD-069',
    says: ['default_transaction_read_only'],
    async plant(world) {
      const mend = await setting(world, 'default_transaction_read_only', 'on');
      return mend;
    },
  },
  {
    id: 'standby-container-stopped',
    hop: 'Postgres',
    plants: 'the container of the remote standby does not come up',
    code: 'PGD-060',
    says: ['postgres-1'],
    async plant({ runs, spoke, database }) {
      runs(spoke, database.remote, false);
      return async () => runs(spoke, database.remote, true);
    },
  },
];
