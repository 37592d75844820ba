import type { Actor, Run } from '../../domain/run.ts';
import type { Text } from '../../domain/text.ts';

/** Who typed or clicked, as Slack's signed payload says, and where. */
export interface Asker {
  readonly by: Actor;
  readonly channel: string;
  /** Slack's id of the request: equal when it is delivered twice. */
  readonly idempotencyKey: string;
  readonly responseUrl?: string;
}

/** Answers what is typed after /pgdist; throws UserError with the sentence for the asker. */
export type Answer = (text: string, asker: Asker) => Promise<{ readonly text: Text }>;

/** Where Slack says that a button was pressed; it must be where the run is shown. */
export interface Click {
  readonly runId: string;
  readonly by: Actor;
  readonly channel: string;
  readonly messageTs: string;
  /** Absent for a message that is in no thread. */
  readonly threadTs?: string;
}

/** What a button can do. Each throws UserError with the sentence for the clicker. */
export interface ButtonUseCases {
  get(runId: string): Promise<Run | undefined>;
  approve(click: Click): Promise<Run>;
  reject(click: Click & { readonly reason?: string }): Promise<Run>;
  retry(click: Click): Promise<Run>;
  cancel(request: { readonly runId: string; readonly by: Actor; readonly channel: string }): Promise<Run>;
}
