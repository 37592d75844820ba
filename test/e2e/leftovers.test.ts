import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { root } from '../support/sources.ts';

/** Processes whose environment or command line names the folder of a playground: 'PID COMMAND'. */
const processesOf = async (folder: string): Promise<string[]> => {
  const { stdout } = await promisify(execFile)('ps', ['axeww', '-o', 'pid=,command=']);
  return stdout.split('\n').filter((line) => line.includes(folder) && !line.includes('ps axeww'));
};

test.each(['main.ts', 'setup.mjs'])('a playground whose %s is killed with -9 leaves no process behind', async (killed) => {
  const environment = { ...process.env };
  delete environment['REDIS_URL'];
  const setup = spawn(process.execPath, ['scripts/setup.mjs', '--redis', '--', 'node', 'playground/main.ts', '--speed', '60'], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void setup.kill('SIGTERM'));
  const lines = createInterface({ input: setup.stderr });
  const redisSaid = once(lines, 'line') as Promise<[string]>;
  let folder = '';
  for await (const line of createInterface({ input: setup.stdout })) {
    folder = /KUBECONFIG=(\S+)\/kubeconfig/.exec(line)?.[1] ?? folder;
    if (line.startsWith('logs:')) break;
  }
  const port = /127\.0\.0\.1:(\d+)/.exec((await redisSaid)[0])?.[1];
  const started = await processesOf(folder);
  expect(started.filter((line) => line.includes('src/bot.ts') || line.includes('src/worker.ts'))).toHaveLength(2);
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(setup.pid), '-f', 'playground/main.ts']);
  process.kill(killed === 'main.ts' ? Number(stdout) : setup.pid!, 'SIGKILL');
  await eventually(async () => expect(await processesOf(folder)).toEqual([]));
  await eventually(async () =>
    expect((await promisify(execFile)('ps', ['axww', '-o', 'command='])).stdout).not.toContain(`redis-server 127.0.0.1:${port}`),
  );
});
