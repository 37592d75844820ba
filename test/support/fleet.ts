import type { Database } from '../../src/domain/database.ts';
import type { Fleet } from '../../src/domain/fleet.ts';

export const testFleet: Fleet = {
  name: 'demo',
  hub: 'tokyo',
  clusters: ['tokyo', 'osaka'].map((name) => ({ name, context: name, gateway: { node: 'auto', interface: 'auto' } })),
  hubApiServer: 'https://10.0.0.1:6443',
  ocm: { bundleVersion: '1.3.1' },
  kubeslice: {
    chart: 'charts/kubeslice-controller',
    version: '1.0.0',
    project: 'demo',
    slice: { name: 'demo', subnet: '10.1.0.0/16', maxClusters: 16, bandwidthCeilingKbps: 5_000, bandwidthGuaranteedKbps: 1_000 },
  },
  kubedb: { chart: 'charts/kubedb', version: '1.0.0', namespace: 'kubedb' },
  probeImage: 'busybox',
};

export const testDatabase: Database = {
  name: 'postgres',
  namespace: 'demo',
  version: '17.2',
  replicas: 3,
  storage: '2Gi',
  placement: { tokyo: [0, 2], osaka: [1] },
  deletionPolicy: 'Delete',
};
