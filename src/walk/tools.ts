import type { Finding } from '../domain/finding.ts';
import type { Fleet } from '../domain/fleet.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { ClusterClient } from '../ports/cluster.ts';
import type { Clusteradm, Helm } from '../ports/cli.ts';
import type { WorkerLease } from '../ports/lease.ts';
import type { CallLimits } from './clients/call-limits.ts';

/** What every walk of a procedure needs. All of it comes bare: clients/ puts around it what the kind of walk asks for. */
export interface WalkTools {
  readonly fleet: Fleet;
  readonly installation: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the walk; everything under way rejects with its reason. */
  readonly signal: AbortSignal;
  /** A client of one cluster whose calls end with the signal. Cheap: it is asked for at each call. */
  cluster(name: string, limits: CallLimits): ClusterClient;
  licence(): Promise<string>;
  toolVersion(tool: 'helm' | 'clusteradm', signal: AbortSignal): Promise<string | undefined>;
}

/** What an apply needs besides. */
export interface ApplyTools extends WalkTools {
  readonly runId: string;
  /** The worker's right to write. */
  readonly lease: WorkerLease;
  /** Asked by a step, with what it found, before it writes; absent: it may. look-again: it had to wait, so that what it found may be old. */
  readonly mayWrite?: (stepId: string, finding: Finding) => Promise<'write' | 'look-again'>;
  readonly helm: Helm;
  readonly clusteradm: Clusteradm;
}
