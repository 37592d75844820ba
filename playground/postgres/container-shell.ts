import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

/** What the image of a database pod brings beside PostgreSQL, as far as it is asked for: timeout and df of busybox. */
export interface ContainerShell {
  /** Runs one line, as sh -c does; the exit code. */
  (line: string, io: { readonly stdout: Writable; readonly stderr: Writable }): Promise<number>;
}

interface Volume {
  /** The folder that stands for PGDATA. */
  readonly data: string;
  /** Bytes that the claim of the pod has. */
  readonly capacity: number;
}

/** Where KubeDB mounts the volume of a pod, and where PostgreSQL's folder is on it. */
const MOUNT = '/var/pv';
const PGDATA = `${MOUNT}/data`;
const NOT_FOUND = 127;

export const containerShell = ({ data, capacity }: Volume): ContainerShell => {
  let tables: Promise<number> | undefined;
  return async (line, { stdout, stderr }) => {
    const [program = '', ...args] = withoutTimeout(wordsOf(line));
    if (program !== 'df') {
      stderr.write(`sh: ${program}: not found\n`);
      return NOT_FOUND;
    }
    const paths = args.filter((word) => !word.startsWith('-'));
    const missing = paths.filter((path) => path !== PGDATA && path !== MOUNT && path !== `${PGDATA}/pg_wal`);
    for (const path of missing) stderr.write(`df: ${path}: No such file or directory\n`);
    const size = Math.floor(capacity / 1024);
    const used = Math.min(size, Math.ceil((await bytesIn(data, (tables ??= tablesIn(data)))) / 1024));
    stdout.write('Filesystem           1024-blocks    Used Available Capacity Mounted on\n');
    for (const path of paths.filter((one) => !missing.includes(one)))
      if (path !== '') stdout.write(`/dev/pv ${size} ${used} ${size - used} ${Math.ceil((used / Math.max(1, size)) * 100)}% ${MOUNT}\n`);
    return missing.length === 0 ? 0 : 1;
  };
};

const withoutTimeout = (words: readonly string[]): readonly string[] => (words[0] === 'timeout' ? words.slice(2) : words);

/** Words of a line, with double quotes and the variables of the container. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => (quoted ?? plain ?? '').replace(/\$\{?PGDATA(?::-[^}]*)?\}?/g, PGDATA));

/** Segments of the WAL are all of one size (data-folder.ts). */
const SEGMENT = /^[0-9A-F]{24}$/;
const SEGMENT_BYTES = 2 ** 20;

/**
 * Sizes of the files as they say them, whether the disk below holds them or not. What lies beside the folders and the WAL is looked at each time; the
 * tables, which are many and grow slowly, once.
 */
const bytesIn = async (folder: string, tables: Promise<number>): Promise<number> => {
  const [beside, wal] = await Promise.all([sizeOf(folder, { recursive: false }), readdir(join(folder, 'pg_wal')).catch(() => [])]);
  return beside + wal.filter((name) => SEGMENT.test(name)).length * SEGMENT_BYTES + (await tables);
};

const tablesIn = async (folder: string): Promise<number> =>
  (await Promise.all(['base', 'global'].map((name) => sizeOf(join(folder, name), { recursive: true })))).reduce((sum, size) => sum + size, 0);

const sizeOf = async (folder: string, { recursive }: { readonly recursive: boolean }): Promise<number> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        lstat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};
