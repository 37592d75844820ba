import { execFile } from 'node:child_process';
import { appendFile, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './binaries.ts';

const run = promisify(execFile);

/**
 * Settings that KubeDB's init scripts write, with small buffers and without fsync: playground data need not survive a power cut. And two-phase commit and
 * logical decoding, as an owner of the database may have them.
 */
const SETTINGS = `
wal_level = logical
hot_standby = on
wal_log_hints = on
wal_keep_size = 1536MB
max_wal_senders = 90
max_connections = 100
max_prepared_transactions = 10
archive_mode = always
archive_command = '/bin/true'
wal_retrieve_retry_interval = 1s
shared_buffers = 16MB
fsync = off
full_page_writes = off
timezone = UTC
log_timezone = UTC
log_line_prefix = '%m [%p] '
include_if_exists = 'user.conf'
`;

/** Local socket: trust, as KubeDB's own; standbys come through relays of ours; everybody else needs the password of the database's Secret. */
const ACCESS = `
local all         all                 trust
host  replication all     127.0.0.0/8 trust
host  all         all     127.0.0.0/8 scram-sha-256
`;

export interface DataFolders {
  /** A fresh database; all that come from one DataFolders share one system identifier, as base backups of one primary do. */
  createPrimary(folder: string): Promise<void>;
  /** What pg_basebackup would have left: the common start, from which the standby streams all WAL. `conninfo` is primary_conninfo. */
  createStandby(folder: string, conninfo: string): Promise<void>;
  /** The user's lines of postgresql.conf, which come after KubeDB's. */
  configure(folder: string, lines: string): Promise<void>;
  /** Points an existing standby to another address of the primary. */
  repoint(folder: string, conninfo: string): Promise<void>;
}

/** Data folders copied from one that initdb makes once, below `root`. */
export const dataFolders = (binaries: PostgresBinaries, root: string): DataFolders => {
  const template = join(root, 'template');
  const as = binaries.identity ?? {};
  let initialised: Promise<void> | undefined;
  const initialise = async (): Promise<void> => {
    await rm(template, { recursive: true, force: true });
    await mkdir(root, { recursive: true });
    if (binaries.identity !== undefined) await chown(root, binaries.identity.uid, binaries.identity.gid);
    const flags = ['-D', template, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--wal-segsize=1', '--no-sync', '--no-instructions'];
    await run(join(binaries.bin, 'initdb'), flags, { ...as, cwd: root, env: {}, timeout: 60_000 });
    await appendFile(join(template, 'postgresql.conf'), SETTINGS);
    await writeFile(join(template, 'pg_hba.conf'), ACCESS);
  };
  const copy = async (folder: string): Promise<void> => {
    initialised ??= initialise().catch((error: unknown) => {
      initialised = undefined;
      throw error;
    });
    await initialised;
    await rm(folder, { recursive: true, force: true });
    await run('cp', ['-Rp', template, folder], { ...as, cwd: root, timeout: 60_000 });
  };
  const own = async (file: string, text: string): Promise<void> => {
    await writeFile(file, text);
    if (binaries.identity !== undefined) await chown(file, binaries.identity.uid, binaries.identity.gid);
  };
  const repoint = (folder: string, conninfo: string): Promise<void> =>
    own(join(folder, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo.replaceAll("'", "''")}'\n`);
  return {
    createPrimary: copy,
    async createStandby(folder, conninfo) {
      await copy(folder);
      await repoint(folder, conninfo);
      await own(join(folder, 'standby.signal'), '');
    },
    configure: (folder, lines) => own(join(folder, 'user.conf'), lines),
    repoint,
  };
};
