import type { Problem } from './problem.ts';
import { unheardOf, type PodReport, type PrimaryReport } from './replication-report.ts';
import type { ReplicationTable } from './replication.ts';
import { told } from './text.ts';
import { toHear } from './unheard.ts';

/** Servers that nobody heard and the primary does not see: down, cut off, or primaries of their own. */
export const unheardBeside = (table: ReplicationTable, { pod: primary, cluster }: PrimaryReport, pods: readonly PodReport[]): Problem[] => {
  const unseen = unheardOf(pods).filter(({ pod }) => table.rows.some((row) => row.pod === pod && row.state === 'unheard'));
  if (unseen.length === 0) return [];
  const clusters = [...new Set(unseen.map((one) => one.cluster))].join(' and ');
  const names = unseen.map(({ pod }) => pod).join(', ');
  return [
    {
      code: 'PGD-066',
      what: told`Nobody could ask ${names} on ${clusters}, and primary ${primary} on ${cluster} has no connection with ${unseen.length === 1 ? 'it' : 'them'}`,
      evidence: unseen.map(({ pod, cluster: of, error }) => `${pod} on ${of}: ${error ?? 'no answer'}`),
      ...toHear(
        unseen,
        table.namespace,
        told`Until then it is not known whether a server there takes writes as well: let no application write there, and promote nothing.`,
      ),
    },
  ];
};

/** Of one that streams all the same only its primary tells: whether it replays, or its volume fills up, nobody could ask. */
export const unaskedWarnings = (table: ReplicationTable, pods: readonly PodReport[]): string[] =>
  unheardOf(pods)
    .filter(({ pod, way }) => way !== 'cluster' && table.rows.some((row) => row.pod === pod && row.state === 'streaming'))
    .map(({ pod, cluster, error }) => `${pod} on ${cluster} streams, and nobody could ask it itself: ${error ?? 'no answer'}`);
