import type { ByHand } from './by-hand.ts';
import type { Finding, Foreseen, Verdict } from './finding.ts';
import type { Right } from './right.ts';

/**
 * One wanted fact about the clusters. `C` is what check and verify may use (read only), `A` what apply may use; both are defined
 * where the ports are known (steps/context.ts), so that the domain stays free of them.
 */
export interface StepOf<C, A extends C> {
  /** Path of the file under steps/, plus the cluster if it is one of several: 'coredns/slice-names-resolve@tokyo'. */
  readonly id: string;
  /** The wanted fact, true when done: 'slice names resolve on tokyo'. */
  readonly title: string;
  /** Group of steps that people see as one line: 'Open Cluster Management', 'KubeSlice', 'DNS', 'KubeDB', 'Postgres'. */
  readonly stage: string;
  /** The cluster that the fact is about. */
  readonly cluster: string;
  /** How long the apply phase watches for a healthy verdict, in milliseconds of real time. */
  readonly verifyTimeoutMs: number;
  /** All that check, apply and verify need to be allowed on the clusters; preflight asks for it, and roles are made of it. */
  readonly rights: readonly Right[];
  /** True for a fact that nobody can apply (licence valid, nodes large enough): check only. */
  readonly gate?: boolean;
  check(context: C): Promise<Finding>;
  /**
   * What apply will write, told from the configuration while check cannot ask for it because earlier steps are not in place. Never writes. Absent in a
   * step that writes nothing.
   */
  foresee?(context: C): Promise<Foreseen>;
  /**
   * The same typed by somebody at a terminal, as bash, for a script that a person runs instead of pgdist. Never writes. Absent in a step for which there is
   * nothing to type. What is known only when it runs, the script asks of the clusters.
   */
  byHand?(context: C): Promise<ByHand>;
  apply(context: A): Promise<void>;
  verify(context: C): Promise<Verdict>;
}

/** 'coredns/slice-names-resolve', of the steps of every cluster the same. */
export const stepPath = (id: string): string => id.split('@')[0] ?? id;

/** 'coredns/slice-names-resolve@tokyo' */
export const stepId = (path: string, cluster?: string): string => (cluster === undefined ? path : `${path}@${cluster}`);
