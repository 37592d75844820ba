/** Tells workers at once that a run is to be cancelled; what counts is RunStore.cancelRequested. */
export interface CancelChannel {
  /** Calls back when somebody asks to cancel the run; returns how to stop listening. */
  listen(runId: string, onCancel: () => void): () => void;
}
