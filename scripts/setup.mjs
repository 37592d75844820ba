// Prepares this checkout without any package, then runs a command with what it needs:
//   node scripts/setup.mjs [--redis] [--chromium] [-- command …]
// Runs on whatever Node the host has (20 or newer); the command itself runs on the Node that npm installed (24).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './setup/chromium.mjs';
import { endWithMe } from './setup/lifeline.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { ensureRedis } from './setup/redis.mjs';
import { say, SetupError } from './setup/system.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const separator = process.argv.indexOf('--');
const options = process.argv.slice(2, separator === -1 ? undefined : separator);
const command = separator === -1 ? [] : process.argv.slice(separator + 1);

const main = async () => {
  if (Number(process.versions.node.split('.')[0]) < 20) throw new SetupError(`Node 20 or newer is needed to start; this is ${process.version}.`);
  ensurePackages(root);
  const environment = { ...process.env, PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter) };
  if (options.includes('--chromium')) environment.PGDIST_CHROMIUM = ensureChromium();
  const redis = options.includes('--redis') ? await ensureRedis() : undefined;
  if (redis !== undefined) environment.REDIS_URL = redis.url;
  try {
    return command.length === 0 ? 0 : await run(command, environment);
  } finally {
    await redis?.stop();
  }
};

/** Runs the command in the foreground, hands signals on to it, and ends with its exit code. */
const run = ([program, ...parameters], environment) =>
  new Promise((resolve, reject) => {
    const local = join(root, 'node_modules', '.bin', program);
    const child = spawn(existsSync(local) ? local : program, [...parameters], { cwd: root, env: environment, stdio: 'inherit' });
    const spare = endWithMe(child.pid, 'TERM');
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      spare();
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
