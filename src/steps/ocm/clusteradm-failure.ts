import { PassingProblemError, type Problem, ProblemError, TransientError } from '../../domain/problem.ts';
import { type CliResult, lostConnection, wasKilled } from '../../ports/cli.ts';

/** What to throw for a clusteradm that failed (`call`: 'clusteradm join on tokyo'): what passes by itself is tried again, all else is this problem. */
export const clusteradmFailure = (call: string, result: CliResult, problem: Problem): Error => {
  if (wasKilled(result)) return new TransientError(`${call} was ended from outside`);
  const cut = lostConnection(result);
  if (cut !== undefined) return new PassingProblemError(problem, `${call} lost its connection: ${cut}`);
  // A race between its CRDs and its first objects, rarely.
  if (result.lastLines.some((line) => /no matches for kind|crd to be established/.test(line)))
    return new TransientError(`${call}: ${result.lastLines.at(-1) ?? ''}`);
  return new ProblemError(problem);
};

/** The lines that tell an error, else the last ones. */
export const errorLines = (lines: readonly string[]): readonly string[] => {
  const errors = lines.filter((line) => /error|panic/i.test(line));
  return (errors.length > 0 ? errors : lines.filter((line) => line.trim() !== '')).slice(-5);
};
