import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { toolPaths } from '../../../playground/tools.ts';
import { patienceMs } from '../../support/eventually.ts';

export interface CommandLine {
  readonly folder: string;
  /** Output and exit code; both streams in `output`. */
  run(
    tool: 'helm' | 'kubectl',
    parameters: readonly string[],
    options?: { readonly input?: string },
  ): Promise<{ readonly code: number; readonly output: string }>;
  /** The output; throws it when the exit code is not 0. */
  succeed(tool: 'helm' | 'kubectl', parameters: readonly string[], options?: { readonly input?: string }): Promise<string>;
  remove(): Promise<void>;
}

/** kubectl and helm with a home of their own, pointed at one cluster. */
export const commandLine = async (kubeconfig: string): Promise<CommandLine> => {
  const folder = await mkdtemp(join(tmpdir(), 'pgdist-command-'));
  const config = join(folder, 'kubeconfig');
  await writeFile(config, kubeconfig, { mode: 0o600 });
  const paths = await toolPaths();
  const run: CommandLine['run'] = async (tool, parameters, { input } = {}) => {
    const { all, exitCode = -1 } = await execa(paths[tool], [...parameters], {
      all: true,
      reject: false,
      timeout: patienceMs(),
      killDescendants: true,
      extendEnv: false,
      env: { HOME: folder, KUBECONFIG: config, PATH: '/usr/bin:/bin' },
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    });
    return { code: exitCode, output: all };
  };
  return {
    folder,
    run,
    async succeed(tool, parameters, options) {
      const { code, output } = await run(tool, parameters, options);
      if (code !== 0) throw new Error(`${tool} ${parameters.join(' ')} exited with ${code}: ${output}`);
      return output;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
