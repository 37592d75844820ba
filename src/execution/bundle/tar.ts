import { Buffer } from 'node:buffer';

/** A file of a bundle. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
  /** Absent: it is only read. */
  readonly executable?: true;
}

const BLOCK = 512;
/** ustar: prefix and name. */
const LONGEST_NAME = 100;
const LONGEST_PREFIX = 155;

/**
 * A POSIX ustar archive (IEEE Std 1003.1, pax, "ustar Interchange Format"): forty lines, where a library would be a dependency of the product for one
 * format that never changes. Paths longer than ustar takes are cut, and numbered apart. `at` is the time of all files.
 */
export const tarOf = (files: readonly BundleFile[], at: Date): Buffer => {
  const seen = new Set<string>();
  const parts = files.flatMap(({ path, text, executable }) => {
    const content = Buffer.from(text);
    return [
      headerOf(placed(path, seen), { size: content.length, at, mode: executable === true ? 0o755 : 0o644 }),
      content,
      Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
    ];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
};

interface Place {
  readonly prefix: string;
  readonly name: string;
}

const placed = (path: string, seen: Set<string>): Place => {
  const at = path.lastIndexOf('/');
  const prefix = path.slice(0, Math.max(0, at)).slice(0, LONGEST_PREFIX);
  const base = path.slice(at + 1).slice(-LONGEST_NAME);
  let name = base;
  for (let number = 2; seen.has(`${prefix}/${name}`); number += 1) name = `${number}-${base}`.slice(0, LONGEST_NAME);
  seen.add(`${prefix}/${name}`);
  return { prefix, name };
};

interface Entry {
  readonly size: number;
  readonly at: Date;
  readonly mode: number;
}

const headerOf = ({ prefix, name }: Place, { size, at, mode }: Entry): Buffer => {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  const put = (offset: number, text: string): void => void header.write(text, offset, 'latin1');
  put(0, name);
  put(100, octal(mode, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(size, 12));
  put(136, octal(Math.floor(at.getTime() / 1000), 12));
  put(148, ' '.repeat(8));
  put(156, '0');
  put(257, 'ustar\x0000');
  put(345, prefix);
  put(
    148,
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
  );
  return header;
};
