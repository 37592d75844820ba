import type { Fault } from './faults.ts';
import type { PgdistFile } from './schema.ts';

/** What no fleet shows by itself: names that two of them have, and clusters that would belong to both. Paths are those of `fleets`. */
export const faultsAcross = (files: readonly PgdistFile[]): Fault[] =>
  files.flatMap((file, at) => {
    const before = files.slice(0, at);
    return [...nameFaults(file, before, at), ...hubFaults(file, before, at), ...contextFaults(file, before, at)];
  });

const nameFaults = ({ fleet }: PgdistFile, before: readonly PgdistFile[], at: number): Fault[] =>
  before.some((other) => other.fleet === fleet) ? [{ path: `fleets[${at}].name`, message: `${fleet} is there twice` }] : [];

const hubFaults = ({ hub }: PgdistFile, before: readonly PgdistFile[], at: number): Fault[] => {
  const other = before.find((one) => address(one) === new URL(hub.apiServer).href);
  return other === undefined
    ? []
    : [{ path: `fleets[${at}].hub.apiServer`, message: `is the hub of fleet ${other.fleet}, too: a hub has one fleet, so put both into one` }];
};

const address = ({ hub }: PgdistFile): string => new URL(hub.apiServer).href;

const contextFaults = (file: PgdistFile, before: readonly PgdistFile[], at: number): Fault[] =>
  file.clusters.flatMap(({ name, context }, index) => {
    const used = context ?? name;
    const other = before.find(({ clusters }) => clusters.some((cluster) => (cluster.context ?? cluster.name) === used));
    return other === undefined
      ? []
      : [
          {
            path: `fleets[${at}].clusters[${index}].${context === undefined ? 'name' : 'context'}`,
            message: `${used} is the context of a cluster of fleet ${other.fleet}, too: a cluster belongs to one fleet; write another \`context\` if it is another cluster`,
          },
        ];
  });
