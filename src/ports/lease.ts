/** The right of one worker to work on a run: short, renewed while held, counted by epoch. */
export interface WorkerLease {
  /** Grows with every holder. */
  readonly epoch: number;
  /** Aborted with LeaseLostError once the lease was lost or could not be renewed in time. */
  readonly signal: AbortSignal;
  /** Milliseconds for which it is held although nothing renews it; 0 once it is lost. What outlives this process must end within them. */
  leftMs(): number;
  /** Throws LeaseLostError unless the lease is held now, by a clock that only grows. */
  assertHeld(): void;
  release(): Promise<void>;
}

export interface Leases {
  /** undefined: somebody else holds it. */
  take(name: string): Promise<WorkerLease | undefined>;
}

export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
  /** True: it was held until Redis forgot it, so that nobody else can have gone on. False where its time ran out: somebody may have. */
  readonly wasForgotten: boolean;

  constructor(message: string, { wasForgotten = false }: { readonly wasForgotten?: boolean } = {}) {
    super(message);
    this.wasForgotten = wasForgotten;
  }
}

/** Name of the lease of the worker that works on a run. */
export const runLease = (runId: string): string => `run:${runId}`;
/** Name of the lease of the worker that shows a run. */
export const reportLease = (runId: string): string => `report:${runId}`;
