import { webApi } from '@slack/bolt';
import { aboutRefusal } from '../../domain/thread-refusal.ts';

const { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } = webApi;

/**
 * What a failed call to Slack means. refused: Slack said no, nothing was done. rate-limited: nothing was done, try again then.
 * unknown: no answer came; it may have been done.
 */
export type SlackFailure =
  | { readonly kind: 'refused'; readonly error: string; readonly details: readonly string[]; readonly needed?: string; readonly provided?: string }
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  | {
      readonly kind: 'unknown';
      readonly error: string;
      /** True: Slack, or what stands before it, answered; without an answer the call may be carried out later. */
      readonly isAnswered: boolean;
    };

/** The bytes of a file did not reach Slack. */
export class UploadLostError extends Error {
  override readonly name = 'UploadLostError';
}

/** What was sent shortly before, by this process or by one that died, is not there, and may come yet. */
export class UnderWayError extends Error {
  override readonly name = 'UnderWayError';
}

/** A 200 with `ratelimited` names no time. */
const UNNAMED_RETRY_MS = 10_000;

/** The scopes that `missing_scope` names: 'users:read,chat:write'. */
const isScope = (named: unknown): named is string => typeof named === 'string' && /^[a-z:._, -]{1,2000}$/.test(named);

/** Slack's name for a refusal; anything else came from something in between. */
const isCode = (code: unknown): code is string => typeof code === 'string' && /^[a-z0-9_.-]{1,100}$/i.test(code);

/** What a 429 without a time is to Slack's library: no error of its own. */
const UNTIMED_429 = /^Retry header did not contain/;

const INTERNAL: readonly unknown[] = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'update_failed', 'upstream_error'];

/** undefined: not an error of a Slack call. */
export const slackFailure = (error: unknown): SlackFailure | undefined => {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate-limited', retryAfterMs: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) {
    const { error: code, response_metadata: metadata } = error.data;
    const { needed, provided } = error.data as { readonly needed?: unknown; readonly provided?: unknown };
    if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'rate-limited', retryAfterMs: UNNAMED_RETRY_MS };
    // Errors of Slack's own making: whether the call took effect is not said.
    if (INTERNAL.includes(code) || !isCode(code))
      return { kind: 'unknown', error: isCode(code) ? code : 'an answer that is none of Slack', isAnswered: true };
    return {
      kind: 'refused',
      error: code,
      details: metadata?.messages ?? [],
      ...(isScope(needed) ? { needed } : {}),
      ...(isScope(provided) ? { provided } : {}),
    };
  }
  if (error instanceof WebAPIHTTPError) return { kind: 'unknown', error: `HTTP ${error.statusCode}`, isAnswered: true };
  if (error instanceof WebAPIRequestError || error instanceof UploadLostError || error instanceof UnderWayError)
    return { kind: 'unknown', error: error.message, isAnswered: false };
  if (error instanceof Error && UNTIMED_429.test(error.message)) return { kind: 'rate-limited', retryAfterMs: UNNAMED_RETRY_MS };
  return undefined;
};

/** Refusals of the token: trying again does not help, a person must mend the app. */
const ABOUT_THE_TOKEN = [
  'missing_scope',
  'no_permission',
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'access_denied',
  'ekm_access_denied',
  'org_login_required',
  'team_access_not_granted',
];

/** What pgdist's app lacks to be told who somebody is: a scope, or Slack's error where it names none; undefined: it is refused for another reason. */
export const lackedRight = (failure: Extract<SlackFailure, { readonly kind: 'refused' }>): string | undefined =>
  ABOUT_THE_TOKEN.includes(failure.error) ? (failure.needed ?? failure.error) : undefined;

/** Refusals of the form of a message: the same content in plainer blocks may pass. */
export const isFormRefusal = (failure: SlackFailure | undefined): boolean => failure?.kind === 'refused' && aboutRefusal(failure.error) === 'form';

/** How long to leave Slack alone after a failure before showing the run again. */
export const againAfterMs = (failure: SlackFailure): number => {
  switch (failure.kind) {
    case 'rate-limited':
      return failure.retryAfterMs;
    case 'unknown':
      return 5_000;
    case 'refused':
      return 60_000;
  }
};

/** How long to wait after so many failures in a row: from 1 s on, doubled each time, a minute at most; `random` in [0, 1) takes up to half of it away. */
export const backOffMs = (failures: number, random: number): number => Math.min(60_000, 1_000 * 2 ** Math.min(10, failures - 1)) * (1 - random / 2);

/** Words for the log; nothing of the message is in them. */
export const failureWords = (failure: SlackFailure): string =>
  failure.kind === 'rate-limited'
    ? `rate limited for ${failure.retryAfterMs} ms`
    : failure.kind === 'refused' && failure.details.length > 0
      ? `${failure.error}: ${failure.details.join('; ')}`
      : failure.error;
