import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimulatedTime } from '../control/simulated-time.ts';
import { ensurePostgresBinaries } from './binaries.ts';
import { dataFolders } from './data-folder.ts';
import type { ReplicatedDatabase, SliceNetwork } from './member.ts';
import { replicatedDatabase } from './replicated-database.ts';

interface PostgresWorldOptions {
  /** An empty folder of this world's own, with a short path: sockets live below it. Removed by close. */
  readonly root: string;
  readonly network: SliceNetwork;
  readonly time: SimulatedTime;
}

/** Every PostgreSQL server of the playground, over all clusters. */
export interface PostgresWorld {
  readonly time: SimulatedTime;
  /** Ends with close. */
  readonly signal: AbortSignal;
  /** Calls back at the end of close. */
  onClose(end: () => Promise<void>): void;
  /** The database of that name, made when it is first asked for. */
  database(namespace: string, name: string): ReplicatedDatabase;
  /** Folder with the data of a volume. */
  folderOf(volume: string): string;
  close(): Promise<void>;
}

export const postgresWorld = async ({ root, network, time }: PostgresWorldOptions): Promise<PostgresWorld> => {
  await mkdir(root, { recursive: true });
  await chmod(root, 0o755);
  const binaries = await ensurePostgresBinaries(root);
  const data = join(root, 'data');
  const folders = dataFolders(binaries, data);
  const databases = new Map<string, ReplicatedDatabase>();
  const closing = new AbortController();
  const ends: (() => Promise<void>)[] = [];
  let sockets = 0;
  return {
    time,
    signal: closing.signal,
    onClose: (end) => void ends.push(end),
    database(namespace, name) {
      const key = `${namespace}/${name}`;
      const known = databases.get(key);
      if (known !== undefined) return known;
      const made = replicatedDatabase({
        binaries,
        folders,
        root: data,
        network,
        time,
        socketFolder: () => join(root, 's', String((sockets += 1))),
      });
      databases.set(key, made);
      return made;
    },
    folderOf: (volume) => join(data, volume),
    async close() {
      closing.abort();
      await Promise.all([...databases.values()].map((database) => database.close()));
      await Promise.all(ends.map((end) => end()));
      await rm(root, { recursive: true, force: true });
    },
  };
};
