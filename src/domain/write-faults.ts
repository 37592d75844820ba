import { byTyping, byWords, type Problem, type Remedy } from './problem.ts';
import { spanText } from './quantity.ts';
import type { PrimaryReport, ServerReport } from './replication-report.ts';
import { synchronousNeeded } from './sync-names.ts';
import { psqlIn } from './terminal.ts';
import { told } from './text.ts';

/** A standby over the slice answers within a second or two: a commit that waits longer waits for one that does not answer. */
const COMMIT_WAITS_MS = 15_000;

/** Commits wait for synchronous standbys that are not there or do not confirm, whether somebody commits just now or not. */
export const syncStalled = (name: string, { standbys, settings, syncWaiters, syncWaitMs = 0 }: ServerReport): Problem[] => {
  const streaming = standbys.filter(({ state }) => state === 'streaming');
  const synchronous = streaming.filter(({ sync }) => sync === 'sync' || sync === 'quorum').map(({ app }) => app);
  const needed = synchronousNeeded(settings.syncNames);
  if (needed === 0 || !settings.waitsForSync) return [];
  const evidence = [
    `synchronous_standby_names is ${settings.syncNames}`,
    streaming.length === 0 ? 'no standby streams' : `standbys that stream: ${streaming.map(({ app }) => app).join(', ')}`,
    syncWaiters === 0
      ? 'no session waits now'
      : `${syncWaiters} ${syncWaiters === 1 ? 'session waits' : 'sessions wait'}${syncWaitMs > COMMIT_WAITS_MS ? `, the longest for ${spanText(syncWaitMs)}` : ''}`,
  ];
  if (synchronous.length < needed)
    return [
      {
        code: 'PGD-068',
        what:
          needed === 1
            ? told`Commits of ${name} wait for a synchronous standby, and none streams`
            : told`Commits of ${name} wait for ${needed} synchronous standbys, and ${synchronous.length === 0 ? 'none' : `only ${synchronous.length}`} of them ${synchronous.length > 1 ? 'stream' : 'streams'}`,
        evidence,
        remedy:
          streaming.length < needed
            ? told`Bring a standby back; every commit waits until then.`
            : needed > 1
              ? told`Ask for fewer standbys in synchronous_standby_names, or name ones that exist: every commit waits until then.`
              : told`Name a standby that exists in synchronous_standby_names, or set the streaming mode of the database again; every commit waits until then.`,
      },
    ];
  if (syncWaitMs <= COMMIT_WAITS_MS) return [];
  return [
    {
      code: 'PGD-068',
      what: told`Commits of ${name} wait for ${synchronous.join(' and ')}, which ${synchronous.length === 1 ? 'streams and does' : 'stream and do'} not confirm them`,
      evidence: [...evidence, `synchronous_commit is ${settings.syncCommit ?? 'on'}`],
      remedy: told`Look at what holds that standby up: with remote_apply a paused or delayed replay, else its disk and the way between. Every commit waits until then.`,
    },
  ];
};

/** Of 'demo/postgres'. */
export const namespaceIn = (name: string): string => name.slice(0, name.indexOf('/'));

export const readOnly = (name: string, primary: PrimaryReport): Problem[] => {
  const { pod, cluster, answer } = primary;
  if (!answer.settings.readOnly) return [];
  const { source, file } = answer.settings.readOnlyBy ?? {};
  const where = PLACES[source ?? ''] ?? (file === undefined ? '' : `, by ${file}`);
  return [
    {
      code: 'PGD-069',
      what: told`${name} refuses writes by its settings`,
      evidence: [`default_transaction_read_only is on in ${pod} on ${cluster}${where}`],
      ...writesAgain(name, primary),
    },
  ];
};

/** pg_settings.source, of the session of pgdist: role postgres in database postgres. */
const PLACES: Readonly<Record<string, string>> = {
  'command line': ', by the command line of the server',
  user: ', for sessions of role postgres',
  database: ', for sessions in database postgres',
  'database user': ', for sessions of role postgres in database postgres',
};

/** What undoes a setting is what made it: ALTER SYSTEM takes back only what it wrote itself, and a session that is read only writes nothing by itself. */
const writesAgain = (name: string, { pod, cluster, answer }: PrimaryReport): Remedy => {
  const psql = (...statements: readonly string[]) => statements.map((statement) => psqlIn(cluster, namespaceIn(name), pod, statement));
  const { source = '', file } = answer.settings.readOnlyBy ?? {};
  const altered = ALTERED[source];
  if (altered !== undefined)
    return byTyping(
      told`Find out who set it and why (a disk that was nearly full, a migration); then take it back, for sessions that begin after that:`,
      ...psql(`BEGIN READ WRITE; ALTER ${altered} RESET default_transaction_read_only; COMMIT`),
    );
  if (source === 'command line' || (file !== undefined && !file.endsWith('postgresql.auto.conf')))
    return byWords(
      told`It was not set by SQL and is not taken back by SQL: change it where ${file ?? 'the command line of the server'} comes from, which is the configuration of the Postgres object as a rule (a PostgresOpsRequest of type Reconfigure).`,
    );
  return byTyping(
    told`Find out who set it and why (a disk that was nearly full, a migration); then take it back:`,
    ...psql('ALTER SYSTEM RESET default_transaction_read_only', 'SELECT pg_reload_conf()'),
  );
};

const ALTERED: Readonly<Record<string, string>> = {
  user: 'ROLE postgres',
  database: 'DATABASE postgres',
  'database user': 'ROLE postgres IN DATABASE postgres',
};

/** A database that is read only may be meant so: told, and no problem. */
export const readOnlyWarnings = ({ pod, answer: { readOnlyDatabases = [] } }: PrimaryReport): string[] =>
  readOnlyDatabases.map((database) => `database ${database} in ${pod} refuses writes: default_transaction_read_only is on for its sessions`);
