import { statSync } from 'node:fs';

/** A text that is another one when one of the files was written, replaced or removed since. */
export const stampOf = (paths: readonly string[]): string => paths.map(stamp).join(' ');

const stamp = (path: string): string => {
  try {
    // Follows links: mounted Secrets are replaced by pointing a link elsewhere.
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join('.');
  } catch {
    return 'none';
  }
};
