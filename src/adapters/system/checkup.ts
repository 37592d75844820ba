import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowsOf, type CheckupRow } from '../../domain/checkup.ts';

/** A home of helm holds a chart and its cache, a bundle is packed in memory. */
const LEAST_FREE_MIB = 64;

/** Whether this process may write where homes of helm and clusteradm are made, and how much. */
export const lookAtDisk = async (folder: string = tmpdir()): Promise<CheckupRow[]> => {
  const row = rowsOf('disk');
  try {
    const home = await mkdtemp(join(folder, 'pgdist-checkup-'));
    await writeFile(join(home, 'file'), 'x', { mode: 0o600 });
    await rm(home, { recursive: true, force: true });
  } catch (error) {
    return [
      row.fault(`${folder} takes no files (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, 'Mount a folder there that pgdist may write to.'),
    ];
  }
  const { bavail, bsize } = await statfs(folder);
  const freeMib = Math.floor((bavail * bsize) / 2 ** 20);
  return [
    freeMib < LEAST_FREE_MIB
      ? row.fault(`${folder} has ${freeMib} MiB left, and homes of helm need ${LEAST_FREE_MIB}`, 'Make room there, or mount a larger folder.')
      : row.well(`${folder} takes files and has ${freeMib} MiB left`),
  ];
};
