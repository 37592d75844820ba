import { expectedReplicas, type Database, type DeletionPolicy } from './database.ts';
import type { Declared } from './declared.ts';
import type { Fleet } from './fleet.ts';
import { lossOfClusters } from './loss-of-cluster.ts';
import { told, type Text } from './text.ts';
import { bytesOf, spanText } from './quantity.ts';

/** What approvers should weigh, one sentence each, the most costly first. */
export const worthKnowing = (fleet: Fleet, database: Database, declared?: Declared): Text[] => [
  ...lossOfClusters(fleet, database, declared),
  ...evenReplicas(database),
  ...sliceBandwidth(fleet, database),
  DELETION[database.deletionPolicy],
];

const evenReplicas = (database: Database): Text[] =>
  database.replicas % 2 === 0 ? [told`${database.replicas} replicas is an even number: prefer an odd one`] : [];

/** KubeDB's default; a standby that falls further behind than this must be copied anew: at twice what the slice carries it falls behind as fast as it receives. */
const WAL_KEEP_BYTES = 1536 * 1024 ** 2;

const sliceBandwidth = (fleet: Fleet, database: Database): Text[] => {
  const crossesClusters = new Set(expectedReplicas(database).map(({ cluster }) => cluster)).size > 1;
  const bytes = bytesOf(database.storage);
  if (!crossesClusters || bytes === undefined) return [];
  const bitsPerSecond = fleet.kubeslice.slice.bandwidthCeilingKbps * 1000;
  const duration = (size: number): string => spanText(((size * 8) / bitsPerSecond) * 1000);
  return [
    told`Slice ceiling ${mbits(bitsPerSecond)} Mbit/s: copying a full volume of ${database.storage} to a new standby takes about ${duration(bytes)}, and a remote standby is lost to a primary that writes twice as much after ${duration(WAL_KEEP_BYTES)}, to a faster one sooner`,
  ];
};

const mbits = (bitsPerSecond: number): string => (bitsPerSecond / 1e6).toFixed(1).replace(/\.0$/, '');

const DELETION: Readonly<Record<DeletionPolicy, Text>> = {
  Halt: told`deletionPolicy \`Halt\`: deleting the Postgres object stops the database and keeps volumes and secrets`,
  Delete: told`deletionPolicy \`Delete\`: deleting the Postgres object deletes its volumes, backups stay`,
  WipeOut: told`deletionPolicy \`WipeOut\`: deleting the Postgres object destroys volumes, secrets and backups`,
  DoNotTerminate: told`deletionPolicy \`DoNotTerminate\`: KubeDB refuses to delete the Postgres object`,
};
