import { closeSync, openSync, readSync } from 'node:fs';
import { sizeText } from './api-error.ts';
import { LIMITS } from './limits.ts';

/** The text of a file. Throws the system's error, or Error for a file larger than LIMITS.fileBytes: a pipe or a device may have no end. */
export const readTextFile = (path: string): string => {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let bytes = 0; ;) {
      const chunk = Buffer.alloc(64 * 2 ** 10);
      const read = readSync(file, chunk);
      if (read === 0) return Buffer.concat(chunks).toString('utf8');
      bytes += read;
      if (bytes > LIMITS.fileBytes) throw new Error(`larger than ${sizeText(LIMITS.fileBytes)}`);
      chunks.push(chunk.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
};
