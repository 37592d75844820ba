import type { ClusterClient } from '../ports/cluster.ts';
import type { FirstFailure } from './first-failure.ts';
import type { ApplyTools, Progress } from './walk-tools.ts';

/** What the steps of one apply share. */
export interface ApplyWalk {
  readonly tools: ApplyTools;
  readonly progress: Progress;
  readonly cluster: (name: string) => ClusterClient;
  /** As ApplyContext has it. */
  readonly afterCancel: (name: string) => ClusterClient;
  readonly failed: FirstFailure;
}
