import type { Fault, FaultWorld, Mend } from './fault.ts';

/** More WAL files than an archiver that repeats a failure leaves. */
const SEGMENTS = 12;

const inPrimary =
  ({ hub, database, sql }: FaultWorld) =>
  (statement: string): Promise<string> =>
    sql(hub, database.primary, statement);

/** A statement whose session stays open until the mend ends it. */
const held = (run: (statement: string) => Promise<string>, statement: string): void => void run(statement).catch(() => undefined);

/** A program that ends before it has read what it is given ends the statement with an error, too. */
const inShell = (command: string): string => `COPY (SELECT 1) TO PROGRAM 'cat > /dev/null && ${command}'`;

/** A file in the data folder that fills most of its volume, without a byte on disk. */
const dumpLeft = async (run: (statement: string) => Promise<string>): Promise<Mend> => {
  await run(inShell('truncate -s 2000M dump.left'));
  return async () => void (await run(inShell('rm -f dump.left')));
};

/** What fills a server up from inside, planted by SQL alone. */
export const SERVERS: readonly Fault[] = [
  {
    id: 'volume-nearly-full',
    hop: 'Replication',
    plants: "somebody left a dump of 2 GB in the primary's data folder",
    code: 'PGD-072',
    says: ['volume of data (/var/pv)', '% full', 'VolumeExpansion'],
    remedy: 'delete the dump, or give the volume more room',
    plant: (world) => dumpLeft(inPrimary(world)),
  },
  {
    id: 'volume-of-a-standby-nearly-full',
    hop: 'Replication',
    plants: 'the same in the remote standby',
    code: 'PGD-072',
    says: ['postgres-1', '% full'],
    remedy: 'delete the dump on the standby, or give its volume more room',
    plant: ({ spoke, database, sql }) => dumpLeft((statement) => sql(spoke, database.remote, statement)),
  },
  {
    id: 'connections-taken',
    hop: 'Replication',
    plants: 'a pool without a bound took every connection that ordinary users have',
    code: 'PGD-073',
    says: ['of 97 connections', 'pg_terminate_backend'],
    remedy: 'end the sessions of the pool, and bound it',
    async plant(world) {
      const run = inPrimary(world);
      await run('CREATE EXTENSION IF NOT EXISTS dblink');
      held(
        run,
        `DO $$ BEGIN
          PERFORM set_config('application_name', 'unbounded-pool', false);
          WHILE (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'unbounded-pool') < 97 LOOP
            PERFORM dblink_connect('c' || gen_random_uuid(), format('host=%s port=%s user=postgres dbname=postgres application_name=unbounded-pool',
              current_setting('unix_socket_directories'), current_setting('port')));
            PERFORM pg_stat_clear_snapshot();
          END LOOP;
          PERFORM pg_sleep(3600);
        END $$`,
      );
      return async () => {
        await run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'unbounded-pool' ORDER BY backend_start");
        await run('DROP EXTENSION IF EXISTS dblink');
      };
    },
  },
  {
    id: 'archive-command-fails',
    hop: 'Replication',
    plants: 'the bucket of the archive is gone',
    code: 'PGD-074',
    says: ['wait to be archived', 'archive command failed'],
    remedy: 'correct the archive command',
    async plant(world) {
      const run = inPrimary(world);
      await run("ALTER SYSTEM SET archive_command = 'exit 1'");
      await run('SELECT pg_reload_conf()');
      for (let at = 0; at < SEGMENTS; at += 1) await run(`SELECT pg_create_restore_point('busy ${at}'), pg_switch_wal()`);
      return async () => {
        await run('ALTER SYSTEM RESET archive_command');
        await run('SELECT pg_reload_conf()');
      };
    },
  },
  {
    id: 'prepared-transaction-left',
    hop: 'Replication',
    plants: 'a transaction manager died between PREPARE and COMMIT PREPARED, and its lock is waited for',
    code: 'PGD-075',
    says: ["'order-4711'", 'ROLLBACK PREPARED', 'waits for a lock'],
    remedy: 'roll the prepared transaction back',
    async plant(world) {
      const run = inPrimary(world);
      await run('CREATE TABLE IF NOT EXISTS orders_in_doubt (id int)');
      await run("BEGIN; LOCK TABLE orders_in_doubt IN ACCESS EXCLUSIVE MODE; PREPARE TRANSACTION 'order-4711'");
      held(run, 'SELECT count(*) FROM orders_in_doubt');
      return async () => {
        await run("ROLLBACK PREPARED 'order-4711'");
        await run('DROP TABLE orders_in_doubt');
      };
    },
  },
];
