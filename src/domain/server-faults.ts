import { byTyping, type Problem } from './problem.ts';
import { spanText } from './quantity.ts';
import type { PrimaryReport, ServerReport } from './replication-report.ts';
import { sessionWarnings } from './session-faults.ts';
import { psqlIn } from './terminal.ts';
import { code, told } from './text.ts';
import { archiveWarnings } from './volume-faults.ts';

/** PostgreSQL takes no writes from 3 million transactions before 2^31 on. */
const XID_STOP = 2 ** 31 - 3_000_000;
/** Autovacuum should have frozen at 200 million (autovacuum_freeze_max_age); vacuum_failsafe_age is 1.6 thousand million. */
const XID_DANGER = 1_600_000_000;
const XID_WARNING = 500_000_000;

/** What stops a server by itself before long. */
export const serverFaults = ({ pod, cluster, answer }: PrimaryReport, namespace: string): Problem[] =>
  answer.xidAge === undefined || answer.xidAge < XID_DANGER
    ? []
    : [
        {
          code: 'PGD-071',
          what: told`${pod} on ${cluster} is about to run out of transaction ids`,
          evidence: [`the oldest is ${answer.xidAge} transactions old; at ${XID_STOP} the server takes no writes`, ...holdersOfVacuum(answer)],
          ...byTyping(
            told`End old transactions, prepared transactions and slots that hold vacuum back, then freeze (${code('VACUUM FREEZE')}) the database that this names first:`,
            psqlIn(cluster, namespace, pod, 'SELECT datname, age(datfrozenxid) FROM pg_database ORDER BY 2 DESC'),
          ),
        },
      ];

/** What may keep vacuum from freezing. */
const holdersOfVacuum = ({ oldestTransactionMs, prepared, slots }: ServerReport): string[] => [
  ...(oldestTransactionMs === undefined ? [] : [`the oldest transaction is open for ${spanText(oldestTransactionMs)}`]),
  ...(prepared?.oldestMs === undefined ? [] : [`the oldest prepared transaction is ${spanText(prepared.oldestMs)} old`]),
  ...slots.filter(({ active, walStatus }) => !active && walStatus !== 'lost').map(({ name }) => `slot ${name} has no reader`),
];

/** What is worth a look while the server is well. */
export const serverWarnings = (primary: PrimaryReport): string[] => {
  const {
    pod,
    answer: { xidAge },
  } = primary;
  return [
    ...sessionWarnings(primary),
    ...(xidAge !== undefined && xidAge >= XID_WARNING && xidAge < XID_DANGER
      ? [`the oldest transaction id in ${pod} is ${Math.round(xidAge / 1e6)} million transactions old: autovacuum does not keep up`]
      : []),
    ...archiveWarnings(primary),
  ];
};
