import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Charts of the playground, with the CRDs of crds/ that each brings. */
const CRDS_OF = {
  'kubeslice-controller': { folder: 'kubeslice', brings: (file: string) => /^(controller|worker)\.kubeslice\.io_/.test(file) },
  kubedb: { folder: 'kubedb', brings: () => true },
} as const;
type PlaygroundChart = keyof typeof CRDS_OF;

/** Copies a chart with its CRDs to `destination`/`chart`, where helm can install it; returns that path. */
export const assembleChart = async (chart: PlaygroundChart, destination: string): Promise<string> => {
  const { folder, brings } = CRDS_OF[chart];
  const target = join(destination, chart);
  await cp(join(import.meta.dirname, chart), target, { recursive: true });
  const source = join(import.meta.dirname, '..', 'crds', folder);
  await mkdir(join(target, 'crds'), { recursive: true });
  for (const file of await readdir(source)) {
    if (file.endsWith('.yaml') && brings(file)) await cp(join(source, file), join(target, 'crds', file));
  }
  return target;
};
