import type { Fleet } from '../domain/fleet.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClusterClient } from '../ports/cluster.ts';
import { FLEET_LEASE, heldByAnother, microTime, readFleetClaim } from '../steps/preflight/fleet-claimed.ts';
import { FleetLostError } from './execution.ts';

/** A third of the Lease's own duration. */
const RENEW_MS = 20_000;

/**
 * Renews the hub's Lease while an apply goes on, and ends the walk when another installation holds it. A hub that does not answer is no
 * loss: nobody else can have taken the Lease unseen. Resolves with the signal.
 */
export const keepFleetClaim = async ({
  hub,
  fleet,
  installation,
  clock,
  signal,
  onLost,
}: {
  readonly hub: ClusterClient;
  readonly fleet: Fleet;
  readonly installation: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLost: (error: FleetLostError) => void;
}): Promise<void> => {
  while (!signal.aborted) {
    try {
      const found = await readFleetClaim(hub);
      if (found?.holder === installation) await hub.merge(FLEET_LEASE, { spec: { renewTime: microTime(clock.now()) } });
      else if (found?.holder !== undefined) return onLost(new FleetLostError(heldByAnother(fleet, found.holder, found.renewedAt)));
    } catch {
      // Asked again after the interval.
    }
    await clock.sleep(RENEW_MS, signal).catch(() => undefined);
  }
};
