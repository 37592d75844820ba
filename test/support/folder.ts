import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty folder of this test, gone when it ends. */
export const folderFor = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
