import type { Fault } from './fault.ts';

/** Segments of WAL that are written and not read: more than the slot may keep. */
const SEGMENTS = 4;

/** The primary goes on while somebody else's reader of it does not. */
export const SLOTS: readonly Fault[] = [
  {
    id: 'cdc-slot-lost',
    hop: 'Replication',
    plants: 'a connector for change data stood still until the primary removed the WAL that its slot needs',
    code: 'PGD-065',
    says: ['slot debezium', 'logical decoding with pgoutput of database postgres', 'lost the WAL', 'holds none', 'the database is not touched'],
    remedy: 'drop the slot, and have the connector start anew',
    told: 'a word',
    async plant({ hub, database, sql }) {
      const run = (statement: string): Promise<string> => sql(hub, database.primary, statement);
      await run("SELECT pg_create_logical_replication_slot('debezium', 'pgoutput')");
      await run("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
      await run("ALTER SYSTEM SET wal_keep_size = '0'");
      await run('SELECT pg_reload_conf()');
      for (let at = 0; at < SEGMENTS; at += 1) await run(`SELECT pg_create_restore_point('unread ${at}'), pg_switch_wal()`);
      // No standby loses what it has not received yet.
      await run(`DO $$ DECLARE written pg_lsn := pg_current_wal_lsn(); BEGIN
        WHILE EXISTS (SELECT FROM pg_stat_get_wal_senders() WHERE coalesce(flush_lsn, '0/0') < written) LOOP PERFORM pg_sleep(0.05); END LOOP;
      END $$`);
      await run('CHECKPOINT');
      return async () => {
        await run("SELECT pg_drop_replication_slot('debezium')");
        await run('ALTER SYSTEM RESET max_slot_wal_keep_size');
        await run('ALTER SYSTEM RESET wal_keep_size');
        await run('SELECT pg_reload_conf()');
      };
    },
  },
  {
    id: 'cdc-slot-without-reader',
    hop: 'Replication',
    plants: 'a connector for change data was taken away, and its slot was not',
    code: 'PGD-065',
    says: ['slot debezium', 'logical decoding with pgoutput of database postgres', 'has no reader', 'of WAL', 'fills the disk'],
    remedy: 'drop the slot, or start its reader',
    told: 'a word',
    async plant({ hub, database, sql }) {
      await sql(hub, database.primary, "SELECT pg_create_logical_replication_slot('debezium', 'pgoutput')");
      return async () => void (await sql(hub, database.primary, "SELECT pg_drop_replication_slot('debezium')"));
    },
  },
];
