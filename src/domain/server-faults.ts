import type { Problem } from './problem.ts';
import { spanText } from './quantity.ts';
import type { PrimaryReport, ServerReport } from './replication-report.ts';
import { code, told } from './text.ts';

/** PostgreSQL takes no writes from 3 million transactions before 2^31 on. */
const XID_STOP = 2 ** 31 - 3_000_000;
/** Autovacuum should have frozen at 200 million (autovacuum_freeze_max_age); vacuum_failsafe_age is 1.6 thousand million. */
const XID_DANGER = 1_600_000_000;
const XID_WARNING = 500_000_000;
/** Of the connections that ordinary users have. */
const FULL = 0.9;
const LONG_TRANSACTION_MS = 60 * 60_000;
const LONG_PREPARED_MS = 10 * 60_000;

/** What stops a server by itself before long. */
export const serverFaults = ({ pod, cluster, answer: { xidAge } }: PrimaryReport): Problem[] =>
  xidAge === undefined || xidAge < XID_DANGER
    ? []
    : [
        {
          code: 'PGD-071',
          what: told`${pod} on ${cluster} is about to run out of transaction ids`,
          evidence: [`the oldest is ${xidAge} transactions old; at ${XID_STOP} the server takes no writes`],
          remedy: told`End old transactions, prepared transactions and slots that hold vacuum back, then freeze: ${code('VACUUM FREEZE;')} in the database with the oldest (${code('SELECT datname, age(datfrozenxid) FROM pg_database ORDER BY 2 DESC')}).`,
        },
      ];

/** What is worth a look while the server is well. */
export const serverWarnings = ({ pod, answer }: PrimaryReport): string[] => [
  ...connections(pod, answer),
  ...((answer.oldestTransactionMs ?? 0) > LONG_TRANSACTION_MS
    ? [`the oldest transaction in ${pod} is open for ${spanText(answer.oldestTransactionMs ?? 0)}: vacuum cannot clean behind it`]
    : []),
  ...((answer.prepared?.oldestMs ?? 0) > LONG_PREPARED_MS
    ? [
        `${answer.prepared?.count ?? '?'} prepared transactions in ${pod}, the oldest for ${spanText(answer.prepared?.oldestMs ?? 0)}: they hold locks and vacuum`,
      ]
    : []),
  ...(answer.xidAge !== undefined && answer.xidAge >= XID_WARNING && answer.xidAge < XID_DANGER
    ? [`the oldest transaction id in ${pod} is ${Math.round(answer.xidAge / 1e6)} million transactions old: autovacuum does not keep up`]
    : []),
  ...archiving(answer),
];

const connections = (pod: string, { connections: used, settings }: ServerReport): string[] => {
  const usable = Math.max(1, settings.maxConnections - settings.reservedConnections);
  return used >= usable * FULL ? [`${used} of ${usable} connections of ${pod} are taken`] : [];
};

const archiving = ({ archiver }: ServerReport): string[] =>
  !archiver.noop && archiver.lastFailure !== undefined && (archiver.lastOk === undefined || archiver.lastFailure > archiver.lastOk)
    ? [`archiving fails since ${archiver.lastFailure}`]
    : [];
