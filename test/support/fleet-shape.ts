import { CHANNEL } from '../../playground/people.ts';

export interface FleetShape {
  readonly clusters: readonly string[];
  readonly placement: Readonly<Record<string, readonly number[]>>;
  readonly replicas: number;
  readonly approvalTimeoutMinutes?: number;
  /** As in pgdist.yaml; default: nothing is told that nobody asked for. */
  readonly watch?: Readonly<Record<string, unknown>>;
  /** Further databases, with the placement of the first. */
  readonly also?: readonly string[];
}

export const TWO_CLUSTERS: FleetShape = {
  clusters: ['demo-controller', 'demo-worker'],
  placement: { 'demo-controller': [0, 2], 'demo-worker': [1] },
  replicas: 3,
};

/** A pgdist.yaml for a fleet of that shape; the first cluster is the hub. */
export const configFor = ({ clusters, placement, replicas, approvalTimeoutMinutes = 30, also = [], watch = { off: true } }: FleetShape): string =>
  JSON.stringify({
    fleet: 'demo',
    hub: { cluster: clusters[0], apiServer: 'https://10.250.0.10:6443' },
    clusters: clusters.map((name) => ({ name, storageClass: 'local-path' })),
    kubeslice: { chart: 'charts/kubeslice-controller', project: 'demo-distributed-postgres', slice: { name: 'demo-slice', subnet: '10.1.0.0/16' } },
    kubedb: { chart: 'charts/kubedb', licenceFile: 'kubedb-licence.pem' },
    databases: ['postgres', ...also].map((name) => ({ name, namespace: 'demo', version: '17.2', replicas, storage: '2Gi', placement })),
    slack: { channels: [CHANNEL], approvers: ['U0ALICE', 'U0BOB'] },
    watch,
    approvalTimeoutMinutes,
  });
