export interface CallLimits {
  readonly signal: AbortSignal;
  /** Of one call; absent: the client's own. */
  readonly timeoutMs?: number;
}
