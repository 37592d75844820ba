import type { ApplyingClients } from './clients/applying-clients.ts';
import type { FirstFailure } from './first-failure.ts';
import type { Progress } from './progress.ts';
import type { ApplyTools } from './tools.ts';

/** What the steps of one apply share. */
export interface ApplyScope {
  readonly tools: ApplyTools;
  readonly progress: Progress;
  readonly clients: ApplyingClients;
  readonly failed: FirstFailure;
}
