/** A call as its budget sees it: calls of one key share the `most` of any `windowMs`. */
export interface BudgetedCall {
  /** Method, and the channel where the limit is one of each channel: 'chat.update', 'chat.postMessage C0DATABASES'. */
  readonly key: string;
  readonly most: number;
  readonly windowMs: number;
}

/** What came of a call: an answer, be it a refusal; the wish to be left alone, milliseconds; or nothing that is known. */
export type CallEnd = { readonly kind: 'answered' } | { readonly kind: 'rate-limited'; readonly retryAfterMs: number } | { readonly kind: 'unknown' };

/**
 * Keeps all processes together within what Slack allows: counts the calls of each key, and remembers which of them are to rest because Slack said
 * so, or did not answer. Neither rejects.
 */
export interface CallBudget {
  /** Milliseconds until the call may be made; 0: now, and it is counted. While Slack does not answer, one call at a time may try. */
  take(call: BudgetedCall): Promise<number>;
  settle(call: BudgetedCall, end: CallEnd): Promise<void>;
}

/** How long a key rests after so many calls in a row of which nothing is known, milliseconds. */
export const restAfterMs = (failures: number): number => Math.min(MOST_REST_MS, FIRST_REST_MS * 2 ** Math.max(0, failures - 1));

const FIRST_REST_MS = 2_000;
const MOST_REST_MS = 60_000;
