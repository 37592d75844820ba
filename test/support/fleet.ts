import type { Database } from '../../src/domain/database.ts';
import type { Fleet } from '../../src/domain/fleet.ts';

/** Names of two clusters, hub first. */
type Names = readonly [hub: string, spoke: string];

/** The demo fleet of the guide over two clusters: the one definition of it, with what a test is about put in its place. */
export const fleetOf = (
  names: Names,
  {
    slice,
    kubeslice,
    kubedb,
    storageClass,
    ...more
  }: Partial<Omit<Fleet, 'kubeslice' | 'kubedb' | 'hub' | 'clusters'>> & {
    readonly slice?: Partial<Fleet['kubeslice']['slice']>;
    readonly kubeslice?: Partial<Omit<Fleet['kubeslice'], 'slice'>>;
    readonly kubedb?: Partial<Fleet['kubedb']>;
    readonly storageClass?: string;
  } = {},
): Fleet => ({
  name: 'demo',
  hub: names[0],
  clusters: names.map((name) => ({
    name,
    context: name,
    gateway: { node: 'auto', interface: 'auto' },
    ...(storageClass === undefined ? {} : { storageClass }),
  })),
  hubApiServer: 'https://10.250.0.10:6443',
  ocm: { bundleVersion: '1.3.1' },
  kubeslice: {
    chart: 'charts/kubeslice-controller',
    version: 'v2026.1.15',
    project: 'demo',
    ...kubeslice,
    slice: { name: 'demo-slice', subnet: '10.1.0.0/16', maxClusters: 16, bandwidthCeilingKbps: 5120, bandwidthGuaranteedKbps: 2560, ...slice },
  },
  kubedb: { chart: 'charts/kubedb', version: 'v2026.2.26', namespace: 'kubedb', ...kubedb },
  probeImage: 'busybox',
  ...more,
});

/** The demo database: indices 0 and 2 on the hub, 1 on the spoke. */
export const databaseOf = ([hub, spoke]: Names): Database => ({
  name: 'postgres',
  namespace: 'demo',
  version: '17.2',
  replicas: 3,
  storage: '2Gi',
  placement: { [hub]: [0, 2], [spoke]: [1] },
  deletionPolicy: 'Delete',
});

/** The fleet of most tests, whose versions and slice are short to read in what is expected. */
export const testFleet: Fleet = fleetOf(['tokyo', 'osaka'], {
  hubApiServer: 'https://10.0.0.1:6443',
  slice: { name: 'demo', bandwidthCeilingKbps: 5_000, bandwidthGuaranteedKbps: 1_000 },
  kubeslice: { version: '1.0.0' },
  kubedb: { version: '1.0.0' },
});

export const testDatabase: Database = databaseOf(['tokyo', 'osaka']);
