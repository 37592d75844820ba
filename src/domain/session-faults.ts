import { byTyping, byWords, type Problem } from './problem.ts';
import { spanText } from './quantity.ts';
import type { PodReport, PrimaryReport, ServerReport } from './replication-report.ts';
import { namespaceIn } from './write-faults.ts';
import { psqlIn } from './terminal.ts';
import { code, phrase, told } from './text.ts';

/** Of the connections that ordinary users have. */
const NEARLY_TAKEN = 0.9;
const LONG_TRANSACTION_MS = 60 * 60_000;
/** A transaction manager commits what it prepared within seconds. */
const LEFT_BEHIND_MS = 10_000;
/** Longer than any of them is meant to take, whether it blocks somebody or not. */
const FORGOTTEN_MS = 60 * 60_000;

const usable = ({ settings }: ServerReport): number => Math.max(1, settings.maxConnections - settings.reservedConnections);

/** Who is no superuser gets no session: 'remaining connection slots are reserved'. */
export const connectionsTaken = (name: string, { pod, cluster, answer }: PrimaryReport): Problem[] =>
  answer.connections < usable(answer)
    ? []
    : [
        {
          code: 'PGD-073',
          what: told`${name} takes no more connections`,
          evidence: [
            `${answer.connections} of ${usable(answer)} connections of ${pod} on ${cluster} are taken (max_connections ${answer.settings.maxConnections}, ${answer.settings.reservedConnections} of them reserved)`,
          ],
          ...byTyping(told`${FEWER_CONNECTIONS}; who holds them is told by:`, psqlIn(cluster, namespaceIn(name), pod, WHO_HOLDS_THEM)),
        },
      ];

/** Servers that took not even the session of a superuser: they run, and cannot be asked. */
export const serversTaken = (pods: readonly PodReport[]): Problem[] =>
  pods
    .filter(({ full }) => full === true)
    .map(({ pod, cluster, error }) => ({
      code: 'PGD-073' as const,
      what: told`${pod} on ${cluster} takes no more connections`,
      evidence: [`${pod}: ${error ?? ''}`],
      ...byWords(told`${FEWER_CONNECTIONS}.`),
    }));

const FEWER_CONNECTIONS = phrase`End what is idle with ${code('pg_terminate_backend(pid)')}, give the application a smaller pool, or put a pooler before the database; max_connections needs a restart`;
const WHO_HOLDS_THEM = 'SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC';

/** Two-phase commit that nobody ends: it outlives its session and a restart, and keeps its locks. */
export const preparedLeft = (name: string, { pod, cluster, answer: { prepared } }: PrimaryReport): Problem[] => {
  const { count = 0, oldestMs = 0, oldest, blocks = 0 } = prepared ?? {};
  if (!(oldestMs > FORGOTTEN_MS || (blocks > 0 && oldestMs > LEFT_BEHIND_MS))) return [];
  return [
    {
      code: 'PGD-075',
      what: told`A prepared transaction of ${name} was left behind`,
      evidence: [
        `${count} prepared ${count === 1 ? 'transaction' : 'transactions'} in ${pod} on ${cluster}, the oldest for ${spanText(oldestMs)}`,
        ...(oldest === undefined ? [] : [`the oldest is '${oldest.gid}' of ${oldest.owner} in database ${oldest.database}`]),
        ...(blocks > 0 ? [`${blocks} ${blocks === 1 ? 'session waits' : 'sessions wait'} for a lock of one`] : []),
      ],
      remedy: told`Ask the transaction manager that prepared it what became of the whole; then end it in that database: ${code(`COMMIT PREPARED '${gidOf(oldest)}';`)} or ${code(`ROLLBACK PREPARED '${gidOf(oldest)}';`)} (${code('SELECT * FROM pg_prepared_xacts')} lists them).`,
    },
  ];
};

const gidOf = (oldest: { readonly gid: string } | undefined): string => (oldest === undefined ? 'GID' : oldest.gid.replaceAll("'", "''"));

export const sessionWarnings = (primary: PrimaryReport): string[] => {
  const { pod, answer } = primary;
  const { connections: used, oldestTransactionMs = 0, prepared } = answer;
  return [
    ...(used >= usable(answer) * NEARLY_TAKEN && used < usable(answer) ? [`${used} of ${usable(answer)} connections of ${pod} are taken`] : []),
    ...(oldestTransactionMs > LONG_TRANSACTION_MS
      ? [`the oldest transaction in ${pod} is open for ${spanText(oldestTransactionMs)}: vacuum cannot clean behind it`]
      : []),
    ...((prepared?.oldestMs ?? 0) > LONG_PREPARED_MS && preparedLeft('', primary).length === 0
      ? [`${prepared?.count ?? '?'} prepared transactions in ${pod}, the oldest for ${spanText(prepared?.oldestMs ?? 0)}: they hold locks and vacuum`]
      : []),
  ];
};

const LONG_PREPARED_MS = 10 * 60_000;
