import { Agent, request as httpRequest, type Dispatcher } from 'undici';

/** Status object of a refusal, as the API server sends it. */
export interface ApiStatus {
  readonly message: string;
  readonly reason: string;
  readonly code: number;
  readonly details?: {
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
    readonly [field: string]: unknown;
  };
}

/** The API server answered with a status other than 2xx. */
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

export interface ApiServerOptions {
  /** https URL, with a path when a proxy serves it. */
  readonly server: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly skipTlsVerify?: boolean;
  /** Headers that authenticate one request: a bearer token or nothing. */
  readonly authorization?: () => Promise<string | undefined>;
  readonly userAgent: string;
  /** Connections kept at most; default 8. */
  readonly connections?: number;
}

export interface ApiRequest {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Content type of the body; default application/json. */
  readonly type?: string;
  readonly signal?: AbortSignal;
  /** Default 15 s. */
  readonly timeoutMs?: number;
}

export interface ApiServer {
  readonly url: string;
  /** Parsed JSON of a 2xx answer. Throws ApiError, or the network's error. */
  json<T>(method: Dispatcher.HttpMethod, path: string, request?: ApiRequest): Promise<T>;
  text(method: Dispatcher.HttpMethod, path: string, request?: ApiRequest): Promise<string>;
  /** Lines of an answer that does not end by itself, as they come; `idleMs` without any ends it with an error. */
  lines(
    path: string,
    request: { readonly query?: ApiRequest['query']; readonly signal: AbortSignal; readonly idleMs: number },
  ): AsyncGenerator<string>;
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** One API server behind one pool of TLS connections (client-node opens a connection per request). */
export const connectApiServer = (options: ApiServerOptions): ApiServer => {
  const agent = new Agent({
    connections: options.connections ?? 8,
    keepAliveTimeout: 30_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      timeout: 10_000,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      ...(options.cert === undefined ? {} : { cert: options.cert }),
      ...(options.key === undefined ? {} : { key: options.key }),
      ...(options.serverName === undefined ? {} : { servername: options.serverName }),
      rejectUnauthorized: options.skipTlsVerify !== true,
    },
  });
  const base = options.server.replace(/\/$/, '');

  const send = async (
    method: Dispatcher.HttpMethod,
    path: string,
    { query = {}, body, type = 'application/json' }: ApiRequest,
    signal: AbortSignal,
  ) => {
    const url = new URL(base + path);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const authorization = await options.authorization?.();
    const response = await httpRequest(url, {
      method,
      dispatcher: agent,
      signal,
      headers: {
        accept: 'application/json',
        'user-agent': options.userAgent,
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    if (response.statusCode >= 200 && response.statusCode < 300) return response;
    throw await refusal(response);
  };

  const bounded = ({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiRequest): AbortSignal =>
    AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]);

  return {
    url: base,
    async json<T>(method: Dispatcher.HttpMethod, path: string, request: ApiRequest = {}) {
      const response = await send(method, path, request, bounded(request));
      return (await response.body.json()) as T;
    },
    async text(method, path, request = {}) {
      const response = await send(method, path, request, bounded(request));
      return response.body.text();
    },
    async *lines(path, { query, signal, idleMs }) {
      const idle = new AbortController();
      const watchdog = setTimeout(() => idle.abort(new Error(`nothing came for ${idleMs} ms`)), idleMs);
      try {
        const response = await send('GET', path, query === undefined ? {} : { query }, AbortSignal.any([idle.signal, signal]));
        let rest = '';
        response.body.setEncoding('utf8');
        for await (const chunk of response.body) {
          watchdog.refresh();
          const pieces = (rest + String(chunk)).split('\n');
          rest = pieces.pop() ?? '';
          yield* pieces.filter((piece) => piece !== '');
        }
      } finally {
        clearTimeout(watchdog);
        idle.abort();
      }
    },
    close: () => agent.destroy(),
  };
};

const refusal = async (response: Dispatcher.ResponseData): Promise<ApiError> => {
  const text = await response.body.text();
  const retryAfter = Number(response.headers['retry-after']);
  const retryAfterMs = Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined;
  try {
    const status = JSON.parse(text) as Partial<ApiStatus>;
    return new ApiError(
      {
        message: status.message ?? text,
        reason: status.reason ?? 'Unknown',
        code: response.statusCode,
        ...(status.details ? { details: status.details } : {}),
      },
      retryAfterMs,
    );
  } catch {
    return new ApiError({ message: text.slice(0, 300) || `HTTP ${response.statusCode}`, reason: 'Unknown', code: response.statusCode }, retryAfterMs);
  }
};
