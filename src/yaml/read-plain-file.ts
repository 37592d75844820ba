import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of a plain file. Throws Error whose message goes after its name: 'there is no such file', 'is larger than 128 KiB'. Never reads on past `mostBytes`. */
export const readPlainFile = (path: string, mostBytes: number): Buffer => {
  if (path.includes('\0')) throw new Error('has a NUL character in its name');
  const file = opened(path);
  try {
    const found = fstatSync(file);
    if (found.isDirectory()) throw new Error('is a folder, not a file');
    // A pipe or a device may never end, and gives nothing when it is read again.
    if (!found.isFile()) throw new Error('is not a plain file');
    return bytesOf(file, mostBytes);
  } finally {
    closeSync(file);
  }
};

/** Non-blocking, as opening a pipe that nobody writes to would wait for ever. */
const opened = (path: string): number => {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? 'unknown'})`, { cause: error });
  }
};

const PART_BYTES = 64 * 1024;

const bytesOf = (file: number, mostBytes: number): Buffer => {
  const parts: Buffer[] = [];
  for (let length = 0; length <= mostBytes;) {
    const part = Buffer.alloc(PART_BYTES);
    const read = readSync(file, part);
    if (read === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, read));
    length += read;
  }
  throw new Error(tooLarge(mostBytes));
};

export const tooLarge = (mostBytes: number): string => `is larger than ${Math.round(mostBytes / 1024)} KiB, which is the most that is read`;
