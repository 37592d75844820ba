import { bytesText } from './quantity.ts';
import { lsnBytes, type ServerReport } from './replication-report.ts';

/** Where the later server's history left the timeline of the other, and what the other has beyond; nothing where the history does not name it. */
export const forkFrom = (later: ServerReport, other: Pick<ServerReport, 'timeline'>, position: string | undefined): string[] => {
  const end = later.history?.find(({ timeline }) => timeline === other.timeline)?.endedAt;
  if (end === undefined || position === undefined) return [];
  const beyond = lsnBytes(position) - lsnBytes(end);
  return [
    `timeline ${other.timeline} was left at ${end}; ${beyond > 0n ? `it has ${bytesText(Number(beyond))} of WAL beyond that, which nobody else has` : 'it has nothing beyond that'}`,
  ];
};
