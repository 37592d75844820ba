import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assembleChart } from '../../playground/charts/assemble.ts';
import type { Lab } from './lab.ts';

const root = new URL('../../', import.meta.url).pathname;
/** Where pods find them. */
const PLACE = '/opt/stand-ins';

/** Charts as pgdist.yaml names them. */
export const CHARTS = { kubeslice: `${PLACE}/charts/kubeslice-controller`, kubedb: `${PLACE}/charts/kubedb` } as const;

/**
 * What an installation on the lab has from a volume and never from its image: the playground's charts and its clusteradm, which runs on the
 * image's own Node and packages. Returns values of the chart.
 */
export const standIns = async (lab: Lab): Promise<object> => {
  const folder = join(lab.folder, 'pgdist-stand-ins');
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'bin'), { recursive: true });
  await cp(join(root, 'playground'), join(folder, 'playground'), { recursive: true });
  await assembleChart('kubeslice-controller', join(folder, 'charts'));
  await assembleChart('kubedb', join(folder, 'charts'));
  const clusteradm = join(folder, 'bin', 'clusteradm');
  await writeFile(clusteradm, '#!/bin/sh\nexec node --no-warnings /app/playground/clusteradm/main.ts "$@"\n');
  await chmod(clusteradm, 0o755);
  return {
    env: [{ name: 'PATH', value: `${PLACE}/bin:/usr/local/bin:/usr/bin:/bin` }],
    extraVolumes: [{ name: 'stand-ins', hostPath: { path: folder, type: 'Directory' } }],
    extraVolumeMounts: [
      { name: 'stand-ins', mountPath: PLACE, readOnly: true },
      { name: 'stand-ins', subPath: 'playground', mountPath: '/app/playground', readOnly: true },
    ],
  };
};
