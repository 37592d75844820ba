import type { Fleet } from '../domain/fleet.ts';
import type { ReplicationTable } from '../domain/replication.ts';
import type { StepOutcome } from '../domain/run.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { ClusterClient } from '../ports/cluster.ts';
import type { ApplyContext, StepContext } from '../steps/context.ts';
import type { CallLimits } from './clients/call-limits.ts';

/** What every walk of a procedure needs; the clients are used as they are, so fence them before. */
export interface WalkTools {
  readonly fleet: Fleet;
  readonly installation: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the walk; everything under way rejects with its reason. */
  readonly signal: AbortSignal;
  /** A client whose calls end with the signal and take no longer than the time-out. */
  cluster(name: string, limits: CallLimits): ClusterClient;
  licence(): Promise<string>;
  toolVersion(tool: 'helm' | 'clusteradm', signal: AbortSignal): Promise<string | undefined>;
}

/** Where a walk tells how it goes on. */
export interface Progress {
  /** What became of the step before this walk, or so far. */
  outcomeOf(stepId: string): StepOutcome | undefined;
  outcome(stepId: string, outcome: StepOutcome): void;
  /** What the step waits for now; undefined: for nothing any more. */
  waiting(stepId: string, text: string | undefined): void;
  replication(table: ReplicationTable): void;
}

export const stepContext = (tools: WalkTools, cluster: (name: string) => ClusterClient): StepContext => ({
  fleet: tools.fleet,
  installation: tools.installation,
  clock: tools.clock,
  signal: tools.signal,
  cluster,
  licence: () => tools.licence(),
  toolVersion: (tool) => tools.toolVersion(tool, tools.signal),
});

export type ApplyTools = WalkTools & Pick<ApplyContext, 'runId' | 'helm' | 'clusteradm'>;

/** One client per cluster and walk, so that all its steps share places and memory. */
export const eachCluster = (wrap: (name: string) => ClusterClient): ((name: string) => ClusterClient) => {
  const clients = new Map<string, ClusterClient>();
  return (name) => {
    const client = clients.get(name) ?? wrap(name);
    clients.set(name, client);
    return client;
  };
};
