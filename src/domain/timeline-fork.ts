import { bytesText } from './quantity.ts';
import { lsnBytes, type ServerReport } from './replication-report.ts';

/** Bytes of WAL that the other has beyond where the later server's history left its timeline, 0 for none; undefined where the history does not name it. */
export const beyondFork = (later: ServerReport, other: Pick<ServerReport, 'timeline'>, position: string | undefined): bigint | undefined => {
  const end = endOf(later, other);
  if (end === undefined || position === undefined) return undefined;
  const beyond = lsnBytes(position) - lsnBytes(end);
  return beyond > 0n ? beyond : 0n;
};

const endOf = (later: ServerReport, { timeline: left }: Pick<ServerReport, 'timeline'>): string | undefined =>
  later.history?.find(({ timeline }) => timeline === left)?.endedAt;

/** Where the later server's history left the timeline of the other, and what the other has beyond; nothing where the history does not name it. */
export const forkFrom = (later: ServerReport, other: Pick<ServerReport, 'timeline'>, position: string | undefined): string[] => {
  const beyond = beyondFork(later, other, position);
  if (beyond === undefined) return [];
  return [
    `timeline ${other.timeline} was left at ${endOf(later, other) ?? '?'}; ${beyond > 0n ? `it has ${bytesText(Number(beyond))} of WAL beyond that, which nobody else has` : 'it has nothing beyond that'}`,
  ];
};
