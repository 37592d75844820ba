import type { Fleet } from '../domain/fleet.ts';
import type { ProcedureOf } from '../domain/procedure.ts';
import type { StepOf } from '../domain/step.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClusterClient, ClusterReader } from '../ports/cluster.ts';
import type { Clusteradm, Helm } from '../ports/cli.ts';

/** What check and verify may use. What verify reads through it is watched while apply waits for health. */
export interface StepContext {
  readonly fleet: Fleet;
  /** Id of this installation of pgdist, as the hub's Lease names its holder. */
  readonly installation: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  cluster(name: string): ClusterReader;
  /** PEM of the KubeDB licence; throws ProblemError PGD-040 when it cannot be read. Never stored, logged or shown. */
  licence(): Promise<string>;
  /** Version of a tool on this host, undefined when it is missing. */
  toolVersion(tool: 'helm' | 'clusteradm'): Promise<string | undefined>;
}

/** What apply may use. Every write is checked against the worker's lease first. */
export interface ApplyContext extends StepContext {
  readonly runId: string;
  cluster(name: string): ClusterClient;
  /**
   * A client that a cancel does not end, fenced by the lease and bounded in time all the same: for putting back what apply must not leave behind
   * (a Deployment scaled down, a probe's pod).
   */
  afterCancel(name: string): ClusterClient;
  readonly helm: Helm;
  readonly clusteradm: Clusteradm;
  /** Shown beside the step while apply works: 'helm: creating CustomResourceDefinitions'. */
  progress(text: string): void;
}

export type Step = StepOf<StepContext, ApplyContext>;
export type Procedure = ProcedureOf<Step>;
