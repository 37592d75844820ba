import { LIMITS } from './limits.ts';

/** Status object of a refusal, as the API server sends it, cut to LIMITS. */
export interface ApiStatus {
  readonly message: string;
  readonly reason: string;
  readonly code: number;
  readonly details?: {
    readonly kind?: string;
    readonly name?: string;
    readonly causes?: readonly ApiCause[];
  };
}
interface ApiCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The API server answered with a status other than 2xx, or with something that is not taken. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: ApiStatus;
  /** From Retry-After, milliseconds. */
  readonly retryAfterMs: number | undefined;
  constructor(status: ApiStatus, retryAfterMs?: number) {
    super(status.message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Reasons of answers that are not taken. Asking again brings the same, but for less: a smaller page. */
const UNUSABLE = 'UnusableAnswer';
const TOO_LARGE = 'AnswerTooLarge';

/** Compressed, no JSON, too deep, not what was asked for. */
export const unusable = (message: string, code = 200): ApiError => new ApiError({ code, reason: UNUSABLE, message });
export const tooLarge = (message: string, code = 200): ApiError => new ApiError({ code, reason: TOO_LARGE, message });

export const isTooLarge = (error: unknown): error is ApiError => error instanceof ApiError && error.status.reason === TOO_LARGE;
/** Not taken, for whatever reason. */
export const isNotTaken = (error: unknown): error is ApiError => isTooLarge(error) || (error instanceof ApiError && error.status.reason === UNUSABLE);

/** '8 MiB', '16 KiB' */
export const sizeText = (bytes: number): string => (bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 2 ** 10} KiB`);

/** The status that any JSON value describes; what it lacks comes from the HTTP status. */
export const statusOf = (value: unknown, code: number, otherwise: string): ApiStatus => {
  const { message, reason, details } = fieldsOf(value);
  const { kind, name, causes } = fieldsOf(details);
  const listed = Array.isArray(causes) ? causes.slice(0, LIMITS.causes) : [];
  return {
    message: text(message, LIMITS.messageLength) ?? (cut(otherwise, 300) || `HTTP ${code}`),
    reason: text(reason, LIMITS.causeLength) ?? 'Unknown',
    code,
    ...(typeof details === 'object' && details !== null
      ? { details: { ...optional('kind', kind), ...optional('name', name), ...(Array.isArray(causes) ? { causes: listed.map(causeOf) } : {}) } }
      : {}),
  };
};

const causeOf = (value: unknown): ApiCause => {
  const { reason, message, field } = fieldsOf(value);
  return { ...optional('reason', reason), ...optional('message', message), ...optional('field', field) };
};

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const text = (value: unknown, most: number): string | undefined => (typeof value === 'string' ? cut(value, most) : undefined);
const optional = <K extends string>(key: K, value: unknown): { readonly [P in K]?: string } => {
  const words = text(value, LIMITS.causeLength);
  return (words === undefined ? {} : { [key]: words }) as { readonly [P in K]?: string };
};

/** At most so many characters, no half of a character at the end. */
export const cut = (words: string, most: number): string =>
  words.length <= most ? words : `${words.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
