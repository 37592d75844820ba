import type { Actor, Run, RunKind } from '../domain/run.ts';

/** What a person asks for; ids come from Slack's signed payload. */
export interface StartRequest {
  readonly kind: RunKind;
  readonly database: string;
  readonly by: Actor;
  readonly channel: string;
  readonly private?: boolean;
  readonly responseUrl?: string;
  /** trigger_id of the command: a command delivered twice starts one run. */
  readonly idempotencyKey: string;
}

/** A click on a button of a run. `channel`, `messageTs` and `threadTs` are where Slack says the click happened; they must be where the run is shown. */
export interface Click {
  readonly runId: string;
  readonly by: Actor;
  readonly channel: string;
  readonly messageTs: string;
  /** Absent for a message that is in no thread. */
  readonly threadTs?: string;
}

/** The use cases that the bot calls. Each throws UserError with the sentence for the asker; anything else thrown is a bug or an outage. */
export interface Runs {
  /** Stored and queued when it returns. */
  start(request: StartRequest): Promise<Run>;
  approve(click: Click): Promise<Run>;
  reject(click: Click & { readonly reason?: string }): Promise<Run>;
  retry(click: Click): Promise<Run>;
  /** From a button or from `/pgdist cancel <run>`. */
  cancel(request: { readonly runId: string; readonly by: Actor; readonly channel: string }): Promise<Run>;
  list(limit: number): Promise<readonly Run[]>;
  get(id: string): Promise<Run | undefined>;
}
