import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A reason why set-up cannot go on, with what to type; printed as it is. */
export class SetupError extends Error {}

/** stderr, so that a command's own output stays clean. */
export const say = (text) => process.stderr.write(`setup: ${text}\n`);

/** Path of the first of these programs on PATH. */
export const onPath = (...names) => {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not in this folder
      }
    }
  }
  return undefined;
};

export const mayInstall = () => process.env.PGDIST_NO_INSTALL !== '1' && process.getuid?.() === 0 && onPath('apt-get') !== undefined;

/** Installs Debian packages, having said so. */
export const aptInstall = (...packages) => {
  say(`installing ${packages.join(', ')} with apt-get (PGDIST_NO_INSTALL=1 forbids it)`);
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const install = () => spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options).status === 0;
  if (install()) return;
  spawnSync('apt-get', ['update', '-qq'], options);
  if (!install()) throw new SetupError(`apt-get could not install ${packages.join(', ')}. What it said stands above.`);
};
