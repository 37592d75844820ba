import type { Actor } from '../domain/run.ts';

/** What a person asked of a bot that has not told them yet what came of it. */
export interface OwedAnswer {
  /** Of the request, as Slack names it: equal when it is delivered twice, and the key under which it may have started a run. */
  readonly id: string;
  readonly by: Actor;
  /** 'approve', 'deploy postgres' */
  readonly what: string;
  /** The run whose button or form it is. */
  readonly runId?: string;
  /** Where it was asked; absent: where there is no channel. */
  readonly channel?: string;
  readonly threadTs?: string;
  /** ISO instant of its receipt, by the clock by which the audit of it is written. */
  readonly at: string;
}

/** What bots owe, kept so that another process tells it where the one that was asked is gone. Each is kept for half an hour at most. */
export interface OwedAnswers {
  /** Keeps it, and keeps others from telling it for ten seconds from now. */
  owe(answer: OwedAnswer): Promise<void>;
  /** It was told. */
  settle(id: string): Promise<void>;
  /** Those of which nobody said for ten seconds that they will be told, at most 20; for as long they are the caller's. */
  take(): Promise<readonly OwedAnswer[]>;
}
