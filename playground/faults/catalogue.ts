import { CLUSTERS } from './clusters.ts';
import { DATABASE } from './database.ts';
import { DNS } from './dns.ts';
import { EXPORTS } from './exports.ts';
import type { Fault } from './fault.ts';
import { KLUSTERLET } from './klusterlet.ts';
import { KUBEDB } from './kubedb.ts';
import { CONTROLLER, WORKER } from './kubeslice.ts';
import { LICENCE } from './licence.ts';
import { OCM_HUB } from './ocm-hub.ts';
import { REPLICATION } from './replication.ts';
import { SERVERS } from './servers.ts';
import { PROCESSES } from './processes.ts';
import { SLOTS } from './slots.ts';
import { TUNNEL } from './tunnel.ts';

/** All that can be broken, hop by hop. */
export const FAULTS: readonly Fault[] = [
  ...CLUSTERS,
  ...OCM_HUB,
  ...KLUSTERLET,
  ...CONTROLLER,
  ...WORKER,
  ...TUNNEL,
  ...DNS,
  ...LICENCE,
  ...KUBEDB,
  ...DATABASE,
  ...EXPORTS,
  ...REPLICATION,
  ...SERVERS,
  ...SLOTS,
  ...PROCESSES,
];

/** Those that the clusters themselves show. */
export const IN_CLUSTERS = FAULTS.filter(({ told }) => told !== 'process');
