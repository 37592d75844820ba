import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tarOf, type BundleFile } from './tar.ts';

/** Below the 8 MB that are promised. */
const MOST_BYTES = 7_500_000;
/** Before they are packed: what one worker holds in memory at once, several times over. */
const MOST_TEXT = 24_000_000;

const compress = promisify(gzip);

interface Packed {
  readonly bytes: Buffer;
  /** Files in it, the index included. */
  readonly count: number;
}

/**
 * The files as a tar.gz of at most 7.5 MB, in their order: the first ones matter most, and the last ones are left out where all are too many. `indexOf`
 * is told which, and its text is the first file.
 */
export const packed = async (
  files: readonly BundleFile[],
  indexOf: (kept: readonly BundleFile[], leftOut: readonly BundleFile[]) => string,
  at: Date,
): Promise<Packed> => {
  let count = fitting(files);
  for (;;) {
    const kept = files.slice(0, count);
    const bytes = await compress(tarOf([{ path: 'bundle/index.txt', text: indexOf(kept, files.slice(count)) }, ...kept], at));
    if (bytes.length <= MOST_BYTES || count === 0) return { bytes, count: kept.length + 1 };
    count = Math.floor(count * 0.7);
  }
};

const fitting = (files: readonly BundleFile[]): number => {
  let sum = 0;
  const first = files.findIndex(({ text }) => (sum += text.length) > MOST_TEXT);
  return first === -1 ? files.length : first;
};
