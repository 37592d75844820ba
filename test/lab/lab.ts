import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';

/** Clusters of the page, the hub first. */
export const CLUSTERS = ['demo-controller', 'demo-worker'] as const;

const folder = process.env['PGDIST_LAB'];

/** Why nothing of this folder can run; undefined: it can. */
export const missing = (): string | undefined => {
  if (folder === undefined) return 'PGDIST_LAB does not name the folder of a lab: see docs/real-clusters.md';
  return existsSync(join(folder, 'lab')) ? undefined : `PGDIST_LAB is ${folder}, and there is no program lab in it`;
};

export interface Lab {
  /** One context for each cluster, of the name of the cluster. */
  readonly kubeconfig: string;
  /** Folder that nodes see under the same path. */
  readonly folder: string;
  readonly program: string;
  /** Runs a program on a node; throws with what it printed. */
  node(cluster: string, ...command: readonly string[]): Promise<string>;
  /** Stops the clusters that were off before. */
  close(): Promise<void>;
}

/** Starts what is off of CLUSTERS. */
export const openLab = async (): Promise<Lab> => {
  const program = join(folder ?? '', 'lab');
  const lab = async (...parameters: readonly string[]): Promise<string> => {
    const { stdout } = await execa(program, [...parameters], { stdin: 'ignore', stderr: 'inherit' });
    return stdout;
  };
  const on = new Set([...(await lab('status')).matchAll(/^(\S+): up/gm)].map(([, name]) => name));
  const started = CLUSTERS.filter((name) => !on.has(name));
  if (started.length > 0) await lab('up', ...started);
  const [, kubeconfig] = z.tuple([z.string(), z.string()]).parse(/KUBECONFIG=(\S+)/.exec(await lab('env')));
  return {
    kubeconfig,
    folder: dirname(kubeconfig),
    program,
    node: (cluster, ...command) => lab('node', cluster, ...command),
    close: async () => {
      if (started.length > 0) await lab('down', ...started);
    },
  };
};
