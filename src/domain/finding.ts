import type { Problem } from './problem.ts';
import type { ReplicationTable } from './replication.ts';
import type { Text } from './text.ts';

/** One field that apply would change; values are JSON, secrets are never put here. */
export interface FieldChange {
  /** Dotted path in the object: spec.workConfiguration.statusSyncInterval */
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
  /** Where a value comes from that is known only when it is written, in place of `to`: 'ClusterIP of Service kubeslice-system/kubeslice-dns on tokyo'. */
  readonly later?: string;
}

/** One thing that apply would do to one cluster. */
export interface Change {
  readonly cluster: string;
  readonly action: 'create' | 'change' | 'delete' | 'install' | 'restart' | 'run';
  /** Kind and name as people know it: 'ConfigMap kube-system/coredns', 'Helm release kubedb', 'Pod pgdist-probe'. */
  readonly object: string;
  readonly fields: readonly FieldChange[];
  /** Who feels it, when something that exists is touched: 'restarts coredns: DNS of every workload of this cluster, rolling'. */
  readonly impact?: Text;
  /** The line of the tool that does it; secrets and files made for it stand as <words>. */
  readonly command?: string;
  /** Done only where this holds when its turn comes: 'KubeSlice has not made it by then'. */
  readonly onlyIf?: Text;
  /** Puts back what an interrupted walk took away: a walk that resumes does it under the same approval. */
  readonly restores?: true;
}

/** What a step will write, told before the clusters can be asked for it. */
export interface Foreseen {
  readonly changes: readonly Change[];
  /** What is seen already that may keep it from that. */
  readonly warnings?: readonly string[];
}

/** What check saw. `later` is produced by the runner alone; what it lacks of `changes` writes nothing (plans of an older pgdist: it was not told). */
export type Finding =
  | { readonly kind: 'in-place'; readonly evidence: string; readonly warnings?: readonly string[] }
  | { readonly kind: 'change'; readonly changes: readonly Change[]; readonly warnings?: readonly string[] }
  | ({ readonly kind: 'later'; readonly missing: string; readonly waitsFor: string } & Partial<Foreseen>)
  | { readonly kind: 'blocked'; readonly problems: readonly Problem[] };

/** What verify saw. */
export type Verdict =
  | { readonly healthy: true; readonly evidence: string; readonly warnings?: readonly string[]; readonly replication?: ReplicationTable }
  | {
      readonly healthy: false;
      /** What is being waited for, in a few words with the value seen: 'Cluster.status.registrationStatus is RegistrationInProgress'. */
      readonly waitingFor: string;
      /** Told if the wait ends without health, or at once where `final`. */
      readonly problem: Problem;
      /** What the same look found wrong besides. */
      readonly besides?: readonly Problem[];
      readonly warnings?: readonly string[];
      /** True when waiting cannot help. */
      readonly final?: boolean;
      /** Waiting for longer than this is hopeless, milliseconds since the wait began; absent: the step's own time-out alone counts. */
      readonly patienceMs?: number;
      /** Set where the evidence cannot be watched (SQL, DNS, exec): look again after this time even if nothing watched changed. */
      readonly recheckEveryMs?: number;
      readonly replication?: ReplicationTable;
    };

/** What a step would write, now or when its turn comes. */
export const changesOf = (finding: Finding): readonly Change[] =>
  finding.kind === 'change' || finding.kind === 'later' ? (finding.changes ?? []) : [];

export const inPlace = (evidence: string, warnings?: readonly string[]): Finding => ({
  kind: 'in-place',
  evidence,
  ...(warnings?.length ? { warnings } : {}),
});
export const change = (changes: readonly Change[], warnings?: readonly string[]): Finding => ({
  kind: 'change',
  changes,
  ...(warnings?.length ? { warnings } : {}),
});
/** All that a look found wrong, what leads first; nothing of a healthy one. */
export const problemsIn = (verdict: Verdict): readonly Problem[] => (verdict.healthy ? [] : [verdict.problem, ...(verdict.besides ?? [])]);

export const blocked = (...problems: readonly Problem[]): Finding => ({ kind: 'blocked', problems });
export const healthy = (evidence: string, warnings?: readonly string[]): Verdict => ({
  healthy: true,
  evidence,
  ...(warnings?.length ? { warnings } : {}),
});
