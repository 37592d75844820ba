import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { ProblemError } from '../../domain/problem.ts';
import { breather } from '../../kube-api/pace.ts';
import { lineSplitter } from '../../kube-api/split-lines.ts';
import type { CliOptions, CliResult } from '../../ports/cli.ts';
import { LeaseLostError } from '../../ports/lease.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { told } from '../../domain/text.ts';
import { createToolGuard } from './tool-guard.ts';

interface CliCall extends CliOptions {
  readonly tool: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Goes over every line. */
  readonly redactor?: Redactor;
  /** Hidden from every line, beside the shapes that are always hidden. */
  readonly secrets?: readonly string[];
}

/** From SIGTERM to SIGKILL: helm marks its release as failed on the first, and leaves it pending on the second. */
const FORCE_KILL_MS = 10_000;
/** The tool begins when the guard knows it: a worker that is frozen in between has started nothing. */
const BEGIN_WHEN_TOLD = 'read -r told && exec "$@" </dev/null';
const guard = createToolGuard();
const LAST_LINES = 40;
const LONGEST_LINE = 500;
/** Bytes of a line that are looked at: more than is shown, so that no half of a secret is. */
const LINE_BYTES = 16 * 2 ** 10;
/** Bytes of a whole call: helm prints some kB, a chart's notes some hundred. A tool that goes on is ended as one that was cancelled. */
const OUTPUT_BYTES = 8 * 2 ** 20;

/**
 * Runs a tool to its end. Never throws for what the tool did: the API is the verdict. Throws ProblemError PGD-013 when the tool is not on
 * PATH, and the reason of a signal that was aborted before the start; a later abort ends the tool and its children,
 * by SIGTERM first, by SIGKILL where the lease was lost. It is ended too when this process neither extends its time nor lives (tool-guard.ts).
 */
export const runCli = async (call: CliCall): Promise<CliResult> => {
  const { tool, args, environment, redactor = createRedactor(), signal, timeoutMs, leftMs = () => Infinity, onLine, secrets = [] } = call;
  signal.throwIfAborted();
  const path = await findTool(tool, environment['PATH']);
  if (path === undefined) throw new ProblemError(missingTool(tool));
  const [file, ...before] = [...(await endingWithParent(environment['PATH'])), '/bin/sh'] as const;
  const running = execa(file, [...before, '-c', BEGIN_WHEN_TOLD, 'sh', path, ...args], {
    env: { ...environment },
    extendEnv: false,
    stdin: 'pipe',
    detached: true,
    all: true,
    buffer: false,
    reject: false,
    timeout: timeoutMs,
    cancelSignal: signal,
    forceKillAfterDelay: FORCE_KILL_MS,
    killDescendants: true,
  });
  // Once it ended, for whatever reason, nobody has to be told to begin.
  running.stdin.on('error', () => undefined);
  const guarded = await Promise.race([guard.watch(running.pid ?? 0, leftMs), running.then(() => undefined)]);
  running.stdin.end('\n');
  // Another worker may have the run by now: whatever this tool still wrote would be out of turn.
  const killWhenLost = (): void => {
    if (signal.reason instanceof LeaseLostError) running.kill('SIGKILL');
  };
  signal.addEventListener('abort', killWhenLost, { once: true });
  const redact = redactor.lines(secrets);
  const lastLines: string[] = [];
  const tell = (line: string): void => {
    const safe = redact(line).slice(0, LONGEST_LINE);
    lastLines.push(safe);
    if (lastLines.length > LAST_LINES) lastLines.shift();
    if (safe.trim() !== '') onLine?.(safe);
  };
  const lines = lineSplitter(LINE_BYTES, 'cut');
  const breathe = breather();
  let bytes = 0;
  for await (const chunk of running.iterable({ from: 'all', binary: true, preserveNewlines: true })) {
    const before = bytes;
    bytes += chunk.length;
    // What comes after the end is read past, so that the tool does not wait for its reader.
    if (before > OUTPUT_BYTES) continue;
    for (const line of lines.add(Buffer.from(chunk))) {
      tell(line.replace(/\r$/, ''));
      await breathe();
    }
    if (bytes > OUTPUT_BYTES) running.kill();
  }
  const rest = lines.rest();
  if (rest !== '') tell(rest);
  if (bytes > OUTPUT_BYTES) tell(`${tool} was ended: it printed more than ${OUTPUT_BYTES / 2 ** 20} MiB`);
  const { exitCode, timedOut } = await running;
  guarded?.done();
  signal.removeEventListener('abort', killWhenLost);
  return { exitCode, lastLines, timedOut };
};

/** Path of an executable file, undefined when PATH has none of this name. */
export const findTool = async (tool: string, path = process.env['PATH'] ?? ''): Promise<string | undefined> => {
  for (const folder of path.split(delimiter).filter((part) => part !== '')) {
    const candidate = join(folder, tool);
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  return undefined;
};

/** A killed worker leaves its children running; where setpriv exists (Linux) the kernel ends them with it, before the guard can. */
const endingWithParent = async (searched: string | undefined): Promise<readonly string[]> => {
  const setpriv = process.platform === 'linux' ? await findTool('setpriv', searched) : undefined;
  return setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', '--'];
};

const missingTool = (tool: string) => ({
  code: 'PGD-013' as const,
  what: told`${tool} is not on the worker's PATH`,
  evidence: [],
  remedy: told`Install ${tool} where the worker runs, or use pgdist's image, which brings it.`,
});
