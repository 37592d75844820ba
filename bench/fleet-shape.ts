import { CHANNEL } from '../playground/people.ts';

const REPLICAS = 3;
/** As long as they suffice, what pgdist.yaml says by default. */
const SLICE_OF = 16;

/** Names of a fleet's clusters; the first is the hub. */
export const namesOf = (clusters: number): string[] =>
  Array.from({ length: clusters }, (_, index) => `cluster-${String(index + 1).padStart(2, '0')}`);

/** Indices of the database's replicas by cluster, dealt out one after the other. */
export const placementOf = (clusters: number): Record<string, number[]> => {
  const names = namesOf(clusters);
  const placement: Record<string, number[]> = {};
  for (let index = 0; index < REPLICAS; index += 1) (placement[names[index % names.length] ?? ''] ??= []).push(index);
  return placement;
};

/** A pgdist.yaml for so many clusters with one database of three replicas, whatever the number of clusters: its pods come one after the other. */
export const configOf = (clusters: number): string =>
  JSON.stringify({
    fleet: 'bench',
    hub: { cluster: namesOf(clusters)[0], apiServer: 'https://10.250.0.10:6443' },
    clusters: namesOf(clusters).map((name) => ({ name, storageClass: 'local-path' })),
    kubeslice: {
      chart: 'charts/kubeslice-controller',
      project: 'bench',
      slice: { name: 'bench-slice', subnet: '10.1.0.0/16', maxClusters: Math.max(SLICE_OF, clusters) },
    },
    kubedb: { chart: 'charts/kubedb', licenceFile: 'kubedb-licence.pem' },
    databases: [{ name: 'postgres', namespace: 'demo', version: '17.2', replicas: REPLICAS, storage: '2Gi', placement: placementOf(clusters) }],
    slack: { channels: [CHANNEL], approvers: ['U0ALICE', 'U0BOB'] },
  });
