import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Socket } from 'node:net';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { homePrefix } from './sweep-homes.ts';

/** How often a tool's time is extended: often enough that a lease which is held never ends one. */
const EXTEND_MS = 200;
/** A guard without a tool ends after this. */
const IDLE_MS = 30_000;

interface Guarded {
  readonly id: string;
  /** Leader of the tool's process group. */
  readonly group: number;
  /** Milliseconds from now for which the tool may go on unless this is asked again. */
  readonly leftMs: () => number;
  /** Called once the guard knows the tool. */
  readonly onKnown: () => void;
}

/** Ends tools that this process can no longer end: when it is frozen or dead, before their lease could be somebody else's. */
interface ToolGuard {
  /** Resolves once the guard knows the process group; from then on it ends it after `leftMs()`, which is asked for again and again until `done`. */
  watch(group: number, leftMs: () => number): Promise<{ done(): void }>;
}

type GuardProcess = ChildProcessByStdio<Writable, Readable, null>;

/** One guard process for all tools of this process, started with the first. Should it end, the next extension starts another. */
export const createToolGuard = (): ToolGuard => {
  const tools = new Map<string, Guarded>();
  let guard: GuardProcess | undefined;
  let extending: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  let count = 0;

  const running = (): GuardProcess => (guard ??= start());
  const start = (): GuardProcess => {
    // A session of its own: what a terminal sends to this process is not for the guard.
    const child = spawn(process.execPath, [fileURLToPath(new URL('guard-process.ts', import.meta.url)), homePrefix()], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { TMPDIR: process.env['TMPDIR'] ?? '' },
      detached: true,
    });
    const gone = (): void => {
      if (guard === child) guard = undefined;
    };
    child.on('error', gone);
    child.on('exit', gone);
    child.stdin.on('error', gone);
    createInterface({ input: child.stdout }).on('line', (id) => tools.get(id)?.onKnown());
    // Nothing here keeps a process from ending: its end is what the guard waits for.
    child.unref();
    for (const pipe of [child.stdin, child.stdout]) (pipe as unknown as Socket).unref();
    return child;
  };
  const tell = ({ id, group, leftMs }: Guarded): void => {
    // Read before what is left: time that passes in between only ends the tool earlier.
    const nowMs = process.hrtime.bigint() / 1_000_000n;
    running().stdin.write(`${id} ${group} ${nowMs + BigInt(Math.floor(Math.min(leftMs(), LONGEST_MS)))}\n`);
  };
  const extend = (): void => {
    for (const tool of tools.values()) tell(tool);
  };
  const forget = (id: string): void => {
    tools.delete(id);
    guard?.stdin.write(`${id}\n`);
    if (tools.size > 0) return;
    clearInterval(extending);
    extending = undefined;
    idle = setTimeout(() => {
      guard?.stdin.end();
      guard = undefined;
    }, IDLE_MS).unref();
  };

  return {
    watch: (group, leftMs) =>
      new Promise((resolve) => {
        clearTimeout(idle);
        const id = String((count += 1));
        const tool: Guarded = { id, group, leftMs, onKnown: () => resolve({ done: () => forget(id) }) };
        tools.set(id, tool);
        extending ??= setInterval(extend, EXTEND_MS);
        tell(tool);
      }),
  };
};

/** A tool that nothing bounds may go on for a year. */
const LONGEST_MS = 31_536_000_000;
