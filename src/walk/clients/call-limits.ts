/** What a walk tells a client of one call. The walk ends a call that takes too long; the client has no time-out of its own. */
export interface CallLimits {
  /** Ends the call: the walk is over, or the call's time. */
  readonly signal: AbortSignal;
  /** How long the signal leaves the call; a client that pauses before it asks again begins no pause that this would cut short. */
  readonly timeoutMs: number;
}
