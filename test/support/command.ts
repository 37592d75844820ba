import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
/** The launcher that npm links as pgdist. */
export const launcher = fileURLToPath(new URL('bin/pgdist', root));
/** What Node compiled, kept for the next start. */
const COMPILED = fileURLToPath(new URL('node_modules/.cache/pgdist-compiled', root));

export interface Ended {
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end, with this environment and PATH alone. */
export const ran = (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const environment = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED, ...env };
    execFile(program, args, { cwd: tmpdir(), env: environment, maxBuffer: 64 * 2 ** 20 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? 'ended'), out, err }),
    );
  });

/** pgdist as a person types it. */
export const pgdist = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> => ran(launcher, args, env);
