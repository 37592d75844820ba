import { readFile } from 'node:fs/promises';
import { ProblemError } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';

/** PEM of the KubeDB licence, read anew each time. Throws ProblemError PGD-040. */
export const licenceFile = (path: string) => async (): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new ProblemError({
      code: 'PGD-040',
      what: told`The KubeDB licence cannot be read`,
      evidence: [`${REASONS[reason] ?? `reading it failed with ${reason}`} (kubedb.licenceFile)`],
      remedy: told`Put the licence where kubedb.licenceFile says, readable by the worker, and plan again.`,
    });
  }
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'the worker may not read the file',
  EISDIR: 'it is a folder, not a file',
};
