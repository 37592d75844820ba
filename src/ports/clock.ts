/** Time and randomness, passed in so that tests own them. */
export interface Clock {
  /** Wall time for what people read. */
  now(): Date;
  /** Milliseconds that only grow, for deadlines. */
  monotonicMs(): number;
  /** Resolves after ms, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** In [0, 1). */
  number(): number;
  /** Lower-case letters and digits without look-alikes, for run ids. */
  id(length: number): string;
}
