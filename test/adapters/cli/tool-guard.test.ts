import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { homePrefix } from '../../../src/adapters/cli/sweep-homes.ts';
import { eventually } from '../../support/eventually.ts';
import { toolOnPath } from './tool-on-path.ts';

/** A worker whose tool, and that one's child, write a line over and over. */
const startWorker = async () => {
  const folder = await toolOnPath(
    'busy',
    'while :; do date >> "$FOLDER/child"; sleep 0.02; done & while :; do date >> "$FOLDER/tool"; sleep 0.02; done',
  );
  const worker = spawn(process.execPath, [fileURLToPath(new URL('worker-with-tool.ts', import.meta.url))], { stdio: 'ignore' });
  const pid = worker.pid!;
  const homes = homePrefix(pid);
  const ended = once(worker, 'exit');
  onTestFinished(async () => {
    worker.kill('SIGKILL');
    await ended;
  });
  const writes = (): number => ['tool', 'child'].reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
  await eventually(() => expect(writes()).toBeGreaterThan(100));
  return { worker, pid, ended, homes, folder, writes };
};

/** Pids of processes whose command line holds the text. */
const processesWith = (text: string): number[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });

const homesOf = (prefix: string): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(prefix));

test('the tools of a frozen worker are ended while it is frozen, with all that they started', async () => {
  const { worker, folder, writes } = await startWorker();
  worker.kill('SIGSTOP');
  await eventually(() => expect(processesWith(join(folder, 'busy'))).toEqual([]));
  const before = writes();
  worker.kill('SIGCONT');
  await once(worker, 'exit');
  expect(writes()).toBe(before);
});

test('a worker that is killed leaves no tool, no home and no guard behind', async () => {
  const { worker, homes, folder } = await startWorker();
  expect(homesOf(homes)).toHaveLength(1);
  worker.kill('SIGKILL');
  await eventually(() => expect(processesWith(join(folder, 'busy'))).toEqual([]));
  await eventually(() => expect(homesOf(homes)).toEqual([]));
  await eventually(() => expect(processesWith(homes)).toEqual([]));
});

test('a tool whose time is extended goes on, and a guard that was killed is replaced', async () => {
  const { worker, homes, folder, writes } = await startWorker();
  const [first] = processesWith(homes);
  process.kill(first!, 'SIGKILL');
  const next = await eventually(() => {
    const [found] = processesWith(homes);
    expect(found).not.toBe(first);
    expect(found).toBeDefined();
    return found;
  });
  const before = writes();
  await eventually(() => expect(writes()).toBeGreaterThan(before + 2_000));
  expect(processesWith(homes)).toEqual([next]);
  worker.kill('SIGSTOP');
  await eventually(() => expect(processesWith(join(folder, 'busy'))).toEqual([]));
});

test('the guard of a tool that nothing bounds waits for it, and does not look again and again', async () => {
  const guard = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../../src/adapters/cli/guard-process.ts', import.meta.url)), 'pgdist-tool-no-such-home-'],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const ended = once(guard, 'exit');
  let complaints = '';
  guard.stderr.on('data', (bytes: Buffer) => (complaints += bytes.toString()));
  // A group that is no process's, until a year from now.
  guard.stdin.write(`1 2147483646 ${process.hrtime.bigint() / 1_000_000n + 31_536_000_000n}\n`);
  await once(guard.stdout, 'data');
  guard.stdin.end();
  await ended;
  expect(complaints).toBe('');
});
