import { CLUSTERS, OCM } from './clusters.ts';
import type { Fault } from './fault.ts';
import { POSTGRES } from './postgres.ts';
import { SERVERS } from './servers.ts';
import { DNS, KUBEDB, KUBESLICE } from './slice.ts';

/** All that can be broken, hop by hop. Exported for tests. */
export const FAULTS: readonly Fault[] = [...CLUSTERS, ...OCM, ...KUBESLICE, ...DNS, ...KUBEDB, ...POSTGRES, ...SERVERS];
