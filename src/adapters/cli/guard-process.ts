import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

/**
 * The process that outlives a worker's event loop. It is told of each tool before that begins, and until when it may go on; what is not told anew in
 * time is ended with its process group, whether the worker hangs, is frozen or lies dead. When the worker is gone, so is what its tools left behind.
 *
 * Started by tool-guard.ts with the start of the names of the worker's tool homes. Lines on stdin: 'TOOL GROUP UNTIL' (UNTIL in milliseconds of the
 * machine's monotonic clock) and 'TOOL' for one that ended; a line on stdout for each tool that is told of for the first time: 'TOOL'.
 */
const [, , homes = ''] = process.argv;

interface Tool {
  readonly group: number;
  readonly untilMs: number;
}

/** Node takes a longer one for 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const tools = new Map<string, Tool>();
let timer: NodeJS.Timeout | undefined;

const nowMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

const end = ({ group }: Tool): void => {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nothing of it runs any more.
  }
};

const endWhatIsOver = (): void => {
  clearTimeout(timer);
  for (const [id, tool] of tools) {
    if (tool.untilMs > nowMs()) continue;
    end(tool);
    tools.delete(id);
  }
  if (tools.size === 0) return;
  const leftMs = Math.min(...[...tools.values()].map(({ untilMs }) => untilMs)) - nowMs();
  timer = setTimeout(endWhatIsOver, Math.max(1, Math.min(leftMs, LONGEST_TIMER_MS)));
};

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [id = '', group, untilMs] = line.split(' ');
    const isNew = !tools.has(id);
    if (group === undefined) tools.delete(id);
    else tools.set(id, { group: Number(group), untilMs: Number(untilMs) });
    endWhatIsOver();
    if (group !== undefined && isNew) process.stdout.write(`${id}\n`);
  })
  .on('close', () => {
    for (const tool of tools.values()) end(tool);
    for (const name of readdirSync(tmpdir())) {
      if (homes !== '' && name.startsWith(homes)) rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
    process.exit(0);
  });

// The worker that nobody reads any more is gone: what is left to do comes with the end of stdin.
process.stdout.on('error', () => undefined);
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
