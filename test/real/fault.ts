import { execa } from 'execa';
import { patienceMs } from '../support/eventually.ts';

const [command, ...first] = (process.env['PGDIST_FAULT'] ?? '').split(' ').filter((word) => word !== '');

/** Why no faults can be made; undefined: they can. */
export const noFaults = command === undefined ? 'PGDIST_FAULT names no command that breaks and mends clusters: see docs/real-clusters.md' : undefined;

export type Fault = 'api-down' | 'api-up' | 'api-hang' | 'api-resume' | 'udp-block' | 'udp-unblock' | 'cut' | 'heal';

/** Calls the command of PGDIST_FAULT with the cluster's context and fault; resolves when it ended well. */
export const fault = async (cluster: string, name: Fault): Promise<void> => {
  await execa(command ?? 'false', [...first, cluster, name], { stdin: 'ignore', timeout: patienceMs() });
};
