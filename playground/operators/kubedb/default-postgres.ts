/** Fields that the mutating webhook fills in; a partial leaderElection block takes the CRD's defaults instead, before it gets here. */
export const defaultPostgres = (spec: any): any => {
  const modern = Number.parseInt(String(spec.version ?? ''), 10) >= 18;
  return {
    ...spec,
    replicas: spec.replicas ?? 1,
    deletionPolicy: spec.deletionPolicy ?? 'Delete',
    storageType: spec.storageType ?? 'Durable',
    standbyMode: spec.standbyMode ?? 'Hot',
    clientAuthMode: spec.clientAuthMode ?? (modern ? 'scram' : 'md5'),
    sslMode: spec.sslMode ?? 'disable',
    leaderElection: spec.leaderElection ?? {
      period: '300ms',
      electionTick: 10,
      heartbeatTick: 1,
      maximumLagBeforeFailover: 64 * 1024 ** 2,
      transferLeadershipInterval: '1s',
      transferLeadershipTimeout: '60s',
    },
    replication: spec.replication ?? { walLimitPolicy: 'WALKeepSize', walKeepSize: 1536 },
  };
};
