import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ProblemError } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';

/** Bytes of a licence: a certificate has about 2 000. */
const MOST_BYTES = 64 * 2 ** 10;

const readText = async (path: string): Promise<string> => {
  // Non-blocking, as opening a pipe that nobody writes to would wait for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile() && !found.isDirectory()) throw Object.assign(new Error('no plain file'), { code: 'ENOTSUP' });
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(MOST_BYTES + 1) });
    if (bytesRead > MOST_BYTES) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
};

/** PEM of the KubeDB licence, read anew each time; `learn` is told it. Throws ProblemError PGD-040. */
export const licenceFile = (path: string, learn: (secret: string) => void) => async (): Promise<string> => {
  try {
    const licence = await readText(path);
    learn(licence);
    return licence;
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
  ENOTSUP: 'it is a pipe or a device, not a plain file',
  EFBIG: `it is larger than ${MOST_BYTES / 2 ** 10} KiB, which no licence is`,
};
