import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Shell {
  /** Types a block of a page; returns what was shown. Throws with that when a command of it fails, and the shell is gone then. */
  type(block: string): Promise<string>;
  close(): Promise<void>;
}

/** One terminal, in which folder, variables and aliases stay from block to block. */
export const openShell = ({ folder, env }: { readonly folder: string; readonly env: NodeJS.ProcessEnv }): Shell => {
  const child = spawn('bash', ['--norc', '-O', 'expand_aliases'], { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.write('set -eo pipefail\n');
  let shown = '';
  let ended = false;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      tell();
    });
  const gone = once(child, 'close').then(() => {
    ended = true;
    tell();
  });
  return {
    async type(block) {
      const mark = randomUUID();
      const from = shown.length;
      const file = join(folder, `block-${mark}.sh`);
      await writeFile(file, block);
      // What reads standard input would read the next lines of the terminal.
      child.stdin.write(`. ${file} < /dev/null\nprintf ${mark}\n`);
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (!ended && !shown.endsWith(mark)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      });
      const said = shown.slice(from);
      if (!said.endsWith(mark)) throw new Error(`${block}\n… failed:\n${said}`);
      return said.slice(0, -mark.length);
    },
    async close() {
      if (!ended) child.kill('SIGTERM');
      await gone;
    },
  };
};
