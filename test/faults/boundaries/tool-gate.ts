import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Sentry } from './boundary.ts';

export interface ToolGate {
  /** Folder with a program for each tool, which asks here and then becomes the real one. */
  readonly folder: string;
  close(): Promise<void>;
}

/** `processOf` names the process that started the tool, by its pid; `pathOf` the real one. */
export const openToolGate = async (
  tools: readonly string[],
  processOf: (pid: number) => string | undefined,
  pathOf: (tool: string) => string,
  sentry: () => Sentry,
): Promise<ToolGate> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-gate-'));
  const server = createServer((socket) => {
    // A tool that is killed resets its connection; the reader of lines tells that as an error of its own.
    socket.on('error', () => undefined);
    const words = createInterface({ input: socket });
    words.on('error', () => undefined);
    words.once('line', (line) => {
      const [tool = '', parent = '', verb = ''] = line.split(' ');
      const process = processOf(Number(parent));
      const crossing = { kind: 'tool', name: `${tool} ${verb}`, process: process ?? '' } as const;
      void (async () => {
        if (process !== undefined && (await sentry()(crossing, 'before')) === 'is lost') return socket.destroy();
        socket.end(`${pathOf(tool)}\n`);
        if (process !== undefined) await sentry()(crossing, 'after');
        return undefined;
      })();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const tool of tools) {
    const path = join(folder, tool);
    await writeFile(
      path,
      [
        '#!/bin/bash',
        `exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1`,
        `echo "${tool} $PPID $1" >&3`,
        'read -r real <&3 || exit 1',
        'exec 3>&-',
        'exec "$real" "$@"',
        '',
      ].join('\n'),
    );
    await chmod(path, 0o755);
  }
  return {
    folder,
    async close() {
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
