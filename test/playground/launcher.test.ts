import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { endWithMe } from '../../playground/control/lifeline.ts';
import { eventually } from '../support/eventually.ts';
import { root } from '../support/sources.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a port that another program has is told in one sentence, with exit code 1 and before anything is started', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const launcher = spawn(process.execPath, ['playground/main.ts', '--port', String(port)], {
    cwd: root,
    env: { ...process.env, REDIS_URL: 'redis://127.0.0.1:1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, [code]] = await Promise.all([text(launcher.stderr), once(launcher, 'exit')]);
  expect({ said, code }).toEqual({
    said: `Port ${port} of 127.0.0.1 is taken by another program: choose another with --port, or leave it out for any that is free.\n`,
    code: 1,
  });
});

/** A process that starts two others, of which it lets one off, says their numbers and waits. */
const PARENT = `
import { spawn } from 'node:child_process';
import { endWithMe } from ${JSON.stringify(new URL('../../scripts/setup/lifeline.mjs', import.meta.url).href)};
const [kept, spared] = [1, 2].map(() => spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }));
endWithMe(kept.pid, 'KILL');
endWithMe(spared.pid, 'KILL')();
console.log(kept.pid, spared.pid);
setInterval(() => undefined, 1000);
`;

test('what a process started ends with it, also when it is killed with -9, and what was let off does not', async () => {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const [kept = 0, spared = 0] = line.split(' ').map(Number);
  onTestFinished(() => [kept, spared].filter(isAlive).forEach((pid) => process.kill(pid, 'SIGKILL')));
  expect([kept, spared].map(isAlive)).toEqual([true, true]);
  parent.kill('SIGKILL');
  await eventually(() => expect(isAlive(kept)).toBe(false));
  expect(isAlive(spared)).toBe(true);
});

test('what could not be started needs no end', () => {
  expect(() => endWithMe(undefined, 'KILL')()).not.toThrow();
});
