/** What a refusal offers in its place, as a button for who was refused: a deed that this person may do to the run as it stands. */
export interface Offer {
  readonly deed: 'retry' | 'plan-again';
  readonly runId: string;
  /** How often the run had been retried when it was offered. */
  readonly retries: number;
}
