import { webApi } from '@slack/bolt';

const { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } = webApi;

/**
 * What a failed call to Slack means. refused: Slack said no, nothing was done. rate-limited: nothing was done, try again then.
 * unknown: no answer came; it may have been done.
 */
type SlackFailure =
  | { readonly kind: 'refused'; readonly error: string; readonly details: readonly string[] }
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  | { readonly kind: 'unknown'; readonly error: string };

/** A 200 with `ratelimited` names no time. */
const UNNAMED_RETRY_MS = 10_000;

/** undefined: not an error of a Slack call. */
export const slackFailure = (error: unknown): SlackFailure | undefined => {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate-limited', retryAfterMs: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) {
    const { error: code, response_metadata: metadata } = error.data;
    if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'rate-limited', retryAfterMs: UNNAMED_RETRY_MS };
    // Errors of Slack's own making: whether the call took effect is not said.
    if (code === 'internal_error' || code === 'fatal_error' || code === 'service_unavailable' || code === 'request_timeout')
      return { kind: 'unknown', error: code };
    return { kind: 'refused', error: code, details: metadata?.messages ?? [] };
  }
  if (error instanceof WebAPIHTTPError) return { kind: 'unknown', error: `HTTP ${error.statusCode}` };
  if (error instanceof WebAPIRequestError) return { kind: 'unknown', error: error.message };
  return undefined;
};

/** Refusals of the form of a message: the same content in plainer blocks may pass. */
const FORM_REFUSALS = ['invalid_blocks', 'invalid_blocks_format', 'invalid_attachments', 'msg_blocks_too_long', 'msg_too_long'];

export const isFormRefusal = (failure: SlackFailure | undefined): boolean => failure?.kind === 'refused' && FORM_REFUSALS.includes(failure.error);

/** How long to leave Slack alone after a failure before showing the run again. */
export const againAfterMs = (failure: SlackFailure): number => {
  switch (failure.kind) {
    case 'rate-limited':
      return failure.retryAfterMs;
    case 'unknown':
      return 5_000;
    case 'refused':
      // A person may invite the bot or renew its token meanwhile.
      return 60_000;
  }
};

/** Words for the log; nothing of the message is in them. */
export const failureWords = (failure: SlackFailure): string =>
  failure.kind === 'rate-limited'
    ? `rate limited for ${failure.retryAfterMs} ms`
    : failure.kind === 'refused' && failure.details.length > 0
      ? `${failure.error}: ${failure.details.join('; ')}`
      : failure.error;
