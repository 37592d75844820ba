/** What was heard of workers. Exported for tests. */
export interface Heard {
  /** One of them at least is within the time for which it said that it lives. */
  readonly alive: boolean;
  /** ISO instant, by the clock of the worker that spoke last; absent: nothing is kept of any. */
  readonly lastAt?: string;
}

/** Where workers say that they live. A worker is a name, new for each process. */
export interface WorkerBeats {
  /** The worker lives now, and says so again within `forMs`. */
  beat(name: string, forMs: number): Promise<void>;
  /** It ends, and will not be heard again. */
  withdraw(name: string): Promise<void>;
  /** Rejects while the store does not answer: then nothing is known. */
  heard(): Promise<Heard>;
}
