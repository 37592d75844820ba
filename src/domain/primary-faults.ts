import { byDeploy, type Problem } from './problem.ts';
import { spanText } from './quantity.ts';
import { lsnBytes, unheardOf, type PodReport, type PrimaryReport, type ServerReport } from './replication-report.ts';
import type { ReplicationTable } from './replication.ts';
import { code, told } from './text.ts';
import { forkFrom } from './timeline-fork.ts';
import { toHear } from './unheard.ts';
import { namespaceIn } from './write-faults.ts';

export const splitBrain = (name: string, primaries: readonly PrimaryReport[]): Problem[] =>
  primaries.length < 2
    ? []
    : [
        {
          code: 'PGD-064',
          what: told`${name} has ${primaries.length} primaries`,
          evidence: primaries.flatMap(({ pod, cluster, answer }) => [
            `${pod} on ${cluster} takes writes: timeline ${answer.timeline ?? '?'}, position ${answer.lsn ?? '?'}, system identifier ${answer.systemId}`,
            ...(primaries[0] === undefined ? [] : forkFrom(primaries[0].answer, answer, answer.lsn)),
          ]),
          remedy: told`Stop all writers now. The higher timeline is the later promotion; save the rows that only the other one has before it is rebuilt with a PostgresOpsRequest of type ReconnectStandby.`,
        },
      ];

/** The hub was heard and declares no such database, and no cluster that was heard has a pod of it. */
export const notDeployed = ({ namespace, database, phase }: ReplicationTable, pods: readonly PodReport[]): Problem | undefined =>
  phase === 'not declared' && pods.every(({ answer, down }) => answer === undefined && down === true)
    ? {
        code: 'PGD-070',
        what: told`${database} is not deployed yet`,
        evidence: [`Postgres ${namespace}/${database} is not declared on the hub`, ...pods.map(silence)],
        ...byDeploy(told`Deploy it: ${code(`/pgdist deploy ${database}`)}.`),
      }
    : undefined;

export const noPrimary = (name: string, pods: readonly PodReport[]): Problem => {
  const unheard = unheardOf(pods);
  const evidence = [
    ...pods.filter(({ answer }) => answer === undefined).map(silence),
    ...pods.flatMap(({ pod, cluster, answer }) => (answer === undefined ? [] : [`${pod} on ${cluster} is a standby${reception(answer)}`])),
  ];
  if (unheard.length > 0) {
    const clusters = [...new Set(unheard.map(({ cluster }) => cluster))].join(' and ');
    const asked = `${unheard.map(({ pod }) => pod).join(', ')} on ${clusters}`;
    const witness = witnessOf(pods);
    return {
      code: 'PGD-066',
      what:
        witness === undefined
          ? told`Nobody could ask ${asked}, and no other server of ${name} is a primary`
          : told`Nobody could ask ${asked}; ${witness} of ${name}`,
      evidence,
      ...toHear(
        unheard,
        namespaceIn(name),
        told`Promote nothing before: a primary that was not heard may still take writes, and a second one would split the data.`,
      ),
    };
  }
  const witness = witnessOf(pods);
  if (witness !== undefined)
    return {
      code: 'PGD-066',
      what: told`No expected server of ${name} is a primary, and yet ${witness}`,
      evidence,
      remedy: told`Ask again: a primary may just have changed. If it stays so, look from whom it receives (${code('SELECT sender_host FROM pg_stat_wal_receiver')}) before anything is promoted.`,
    };
  return {
    code: 'PGD-063',
    what: told`${name} has no primary`,
    evidence: [...evidence, ...furthest(pods)],
    remedy:
      pods.filter(({ down }) => down === true).length * 2 >= pods.length
        ? told`Bring the missing pods back: without more than half of the voters KubeDB elects nobody.`
        : told`KubeDB elects a primary within 45 s when more than half of the voters see each other. If it does not, the pod with the latest position is down: bring it back, or accept its loss with a PostgresOpsRequest of type ForceFailOver.`,
  };
};

/** 'postgres-1 still receives from the primary (1 s ago)', of the one that heard it last. */
const witnessOf = (pods: readonly PodReport[]): string | undefined => {
  const hearing = pods.flatMap(({ pod, answer }) =>
    answer?.receiver === 'streaming' ? [{ pod, ageMs: Math.max(0, answer.receiverAgeMs ?? Infinity) }] : [],
  );
  const [best] = hearing.toSorted((a, b) => a.ageMs - b.ageMs);
  if (best === undefined || best.ageMs > FRESH_MS) return undefined;
  return `${best.pod} still receives from the primary (${spanText(best.ageMs)} ago)`;
};

/** A receiver ends itself after wal_receiver_timeout, 60 s, without a message. */
const FRESH_MS = 60_000;

const silence = ({ pod, cluster, error }: PodReport): string => `${pod} on ${cluster}: ${error ?? 'no answer'}`;

/** A standby that hears its primary is a witness of it, where nobody else could ask. */
const reception = ({ receiver, receiverAgeMs }: ServerReport): string =>
  receiver !== 'streaming'
    ? ' and receives from nobody'
    : receiverAgeMs === undefined
      ? ' and receives from its primary'
      : ` and receives from its primary (${spanText(Math.max(0, receiverAgeMs))} ago)`;

const furthest = (pods: readonly PodReport[]): string[] => {
  const position = ({ answer }: PodReport): bigint => lsnBytes(answer?.receivedLsn ?? answer?.replayedLsn ?? '0/0');
  const [best] = pods.filter(({ answer }) => answer !== undefined).toSorted((a, b) => (position(b) > position(a) ? 1 : -1));
  return best === undefined
    ? []
    : [`${best.pod} is the furthest of those that answer (${best.answer?.receivedLsn ?? best.answer?.replayedLsn ?? '?'})`];
};
