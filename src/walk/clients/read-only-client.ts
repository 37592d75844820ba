import type { ClusterClient } from '../../ports/cluster.ts';
import { aroundClient } from './around-client.ts';

/** check and verify never write, whatever a step does. */
export const readOnlyClient = (client: ClusterClient): ClusterClient =>
  aroundClient(client, async (call, { write, activity }) => {
    if (write) throw new Error(`${activity} on ${client.name}: check and verify may not write`);
    return call(client);
  });
