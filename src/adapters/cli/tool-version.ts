import { PassingProblemError, ProblemError, type Problem } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';
import type { Redactor } from '../../redaction/redactor.ts';
import { findTool, runCli } from './run-cli.ts';
import { withToolHome } from './tool-home.ts';

const ANSWER_MS = 10_000;

interface Asked {
  readonly tool: string;
  readonly args: readonly string[];
  readonly redactor: Redactor;
  /** The version in the lines that the tool prints; undefined: there is none. */
  versionIn(lines: readonly string[]): string | undefined;
  /** Milliseconds until a tool that says nothing is given up; default: 10 s. */
  readonly answerMs?: number;
}

/**
 * Asks a tool for its version, once it said it never again: an installed tool stays what it is while this process runs. Resolves to undefined where
 * PATH has no such tool. Rejects with ProblemError for one that does not run, with PassingProblemError for one that did not answer in time: it may be fine.
 */
export const toolVersion = ({
  tool,
  args,
  redactor,
  versionIn,
  answerMs = ANSWER_MS,
}: Asked): ((signal: AbortSignal) => Promise<string | undefined>) => {
  let known: string | undefined;
  return async (signal) => {
    if ((await findTool(tool)) === undefined) return undefined;
    if (known !== undefined) return known;
    const { exitCode, lastLines, timedOut } = await withToolHome(undefined, ({ environment }) =>
      runCli({ tool, args, environment, redactor, signal, timeoutMs: answerMs }),
    );
    signal.throwIfAborted();
    known = versionIn(lastLines);
    if (known !== undefined) return known;
    const evidence = lastLines.filter((line) => line.trim() !== '').slice(-3);
    if (timedOut) {
      const words = `${tool} ${args[0] ?? ''} gave no answer in ${answerMs / 1_000} s`;
      throw new PassingProblemError(silent(tool, [words, ...evidence]), words);
    }
    throw new ProblemError(broken(tool, [exitCode === undefined ? 'it was ended from outside' : `it ended with ${exitCode}`, ...evidence]));
  };
};

const silent = (tool: string, evidence: readonly string[]): Problem => ({
  code: 'PGD-013',
  what: told`${tool} is on the worker's PATH, and whether it works is not known: it does not answer`,
  evidence,
  remedy: told`Look at what keeps the worker's machine or its disk busy, then try again.`,
});

const broken = (tool: string, evidence: readonly string[]): Problem => ({
  code: 'PGD-013',
  what: told`${tool} is on the worker's PATH and does not say its version`,
  evidence,
  remedy: told`Run ${tool} where the worker runs and see what it says: it may be made for another machine. pgdist's image brings one that works.`,
});
