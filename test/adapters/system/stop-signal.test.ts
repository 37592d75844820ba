import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';

const MODULE = new URL('../../../src/adapters/system/stop-signal.ts', import.meta.url).href;

/** A process that says when it is ready, stops as told, and would otherwise stay. */
const started = async (withinMs: number, onStop: string) => {
  const script = `
    import { stopSignal } from '${MODULE}';
    const log = { info() {}, error(_, message) { console.log(message); } };
    stopSignal(log, { withinMs: ${withinMs} }).addEventListener('abort', () => { ${onStop} });
    setInterval(() => {}, 1000);
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  child.stdout.on('data', (data: Buffer) => lines.push(String(data).trim()));
  await once(child.stdout, 'data');
  return { child, lines, exit: once(child, 'exit') };
};

test('a process that cannot stop cleanly ends when its time is over, and says so', async () => {
  const { child, lines, exit } = await started(50, '');
  child.kill('SIGTERM');
  expect(await exit).toEqual([1, null]);
  expect(lines).toEqual(['ready', 'did not stop in time']);
});

test('one that stops in time is left alone, and a second signal ends it at once', async () => {
  const quick = await started(60_000, 'process.exit(0)');
  quick.child.kill('SIGTERM');
  expect(await quick.exit).toEqual([0, null]);

  const impatient = await started(60_000, "console.log('stopping')");
  impatient.child.kill('SIGTERM');
  await once(impatient.child.stdout, 'data');
  impatient.child.kill('SIGTERM');
  expect(await impatient.exit).toEqual([1, null]);
});

describe('what nobody caught', () => {
  /** What a process says of a bug, and its exit code. */
  const afterBug = async (policy: 'end' | 'log', bug: string): Promise<{ readonly said: string; readonly code: unknown }> => {
    const script = `
      import { watchForBugs } from '${MODULE}';
      watchForBugs({ error: ({ error }, message) => console.log(message + ': ' + error.message) }, { onUnhandledRejection: '${policy}' });
      setTimeout(() => { console.log('went on'); process.exit(0); }, 200);
      setTimeout(() => { ${bug} }, 0);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const said: string[] = [];
    child.stdout.on('data', (data: Buffer) => said.push(String(data)));
    const [code] = (await once(child, 'close')) as [unknown];
    return { said: said.join(''), code };
  };

  test.each([
    ['end', 'Promise.reject(new Error("a"))', 'process ended by a bug: a\n', 1],
    ['log', 'Promise.reject(new Error("a"))', 'nobody handled a failure: a\nwent on\n', 0],
    ['end', 'throw new Error("b")', 'process ended by a bug: b\n', 1],
    ['log', 'throw new Error("b")', 'process ended by a bug: b\n', 1],
  ] as const)('is logged (%s, %s), and the process ends unless it is a promise that others do not depend on', async (policy, bug, said, code) => {
    expect(await afterBug(policy, bug)).toEqual({ said, code });
  });
});
