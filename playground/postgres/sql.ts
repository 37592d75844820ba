import { Client } from 'pg';
import type { PostgresServer } from './server.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** Longer than a promotion may take: a server that hangs must not keep the others from electing. */
const ANSWER_TIMEOUT_MS = 40_000;

/** A session over the local socket, as psql in the pod opens it. */
export const session = async <T>(server: PostgresServer, database: string, user: string, use: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({
    host: server.socketFolder,
    port: server.port,
    user,
    database,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    application_name: 'psql',
    types: { getTypeParser: () => (value: unknown) => value },
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Makes a standby primary; one that is primary already, by a call whose answer did not come, stays so. Throws when it takes longer than 30 s. */
export const promote = (server: PostgresServer): Promise<void> =>
  session(server, 'postgres', 'postgres', async (client) => {
    const { rows } = await client.query<{ done: string }>('SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote(true, 30) ELSE true END AS done');
    if (rows[0]?.done !== 't') throw new Error('the server was not promoted within 30 s');
  });

/** WAL position that a standby holds, in bytes. */
export const receivedPosition = (server: PostgresServer): Promise<bigint> =>
  session(server, 'postgres', 'postgres', async (client) => {
    const { rows } = await client.query<{ at: string }>(
      "SELECT pg_wal_lsn_diff(coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')::text AS at",
    );
    return BigInt(rows[0]?.at ?? '0');
  });

export const setPassword = (server: PostgresServer, password: string): Promise<void> =>
  session(server, 'postgres', 'postgres', async (client) => {
    // A primary that is just made has no standby yet that could confirm it.
    await client.query('SET synchronous_commit = local');
    await client.query(`ALTER ROLE postgres PASSWORD ${client.escapeLiteral(password)}`);
  });
