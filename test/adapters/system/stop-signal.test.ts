import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

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
