import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** Puts a shell program of this name first on PATH for the test; returns the folder, which the program knows as FOLDER. */
export const toolOnPath = async (name: string, script: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), `#!/bin/sh\nFOLDER='${folder}'\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return folder;
};
