import { Agent, ProxyAgent, request as httpRequest, type buildConnector, type Dispatcher, type WebSocket } from 'undici';
import { openWebSocket } from './web-socket.ts';

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
  /** Value of the Authorization header of one request, undefined for none. */
  readonly authorization?: () => Promise<string | undefined>;
  /** Called after a 401; the request is then sent once more with what `authorization` gives. */
  readonly renewAuthorization?: () => void;
  /** http or https proxy on the way to the server. */
  readonly proxyUrl?: string;
  readonly userAgent: string;
  /** Requests in flight at most; default 8. Watches and WebSockets do not count: they would starve the rest. */
  readonly connections?: number;
}

export interface ApiRequest {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Content type of the body; default application/json. */
  readonly type?: string;
  readonly signal?: AbortSignal;
  /** Default 15 s; Infinity: the signal alone ends it. */
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
  /** Open WebSocket with the first of `protocols` that the server speaks. Throws ApiError when it refuses. */
  socket(path: string, request: SocketRequest): Promise<WebSocket>;
  close(): Promise<void>;
}

interface SocketRequest {
  /** Pairs, for names may come twice. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly protocols: readonly string[];
  readonly signal?: AbortSignal;
  /** For the handshake; default 15 s, Infinity: the signal alone ends it. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** One API server behind one pool of TLS connections (client-node opens a connection per request). */
export const connectApiServer = (options: ApiServerOptions): ApiServer => {
  const agent = dispatcherFor(options, options.connections ?? 8);
  const streams = dispatcherFor(options, null);
  const sockets = new Set<WebSocket>();
  const base = options.server.replace(/\/$/, '');

  const send = async (
    method: Dispatcher.HttpMethod,
    path: string,
    { query = {}, body, type = 'application/json' }: ApiRequest,
    signal: AbortSignal,
    dispatcher: Dispatcher = agent,
  ): Promise<Dispatcher.ResponseData> => {
    const url = new URL(base + path);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    for (let attempt = 1; ; attempt += 1) {
      const authorization = await options.authorization?.();
      signal.throwIfAborted();
      const response = await httpRequest(url, {
        method,
        dispatcher,
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
      if (response.statusCode !== 401 || options.renewAuthorization === undefined || attempt > 1) throw await refusal(response);
      await response.body.dump();
      options.renewAuthorization();
    }
  };

  const bounded = ({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiRequest): AbortSignal =>
    AbortSignal.any([...(timeoutMs === Infinity ? [] : [AbortSignal.timeout(timeoutMs)]), ...(signal === undefined ? [] : [signal])]);

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
        const response = await send('GET', path, query === undefined ? {} : { query }, AbortSignal.any([idle.signal, signal]), streams);
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
        idle.abort(OVER);
      }
    },
    async socket(path, { query, protocols, signal, timeoutMs }) {
      const authorization = await options.authorization?.();
      const url = new URL(base + path);
      for (const [name, value] of query) url.searchParams.append(name, value);
      const headers = { 'user-agent': options.userAgent, ...(authorization === undefined ? {} : { authorization }) };
      const within = bounded({ ...(signal === undefined ? {} : { signal }), ...(timeoutMs === undefined ? {} : { timeoutMs }) });
      const socket = await openWebSocket({ url, protocols, headers, dispatcher: streams, signal: within }).catch(async (error: unknown) => {
        within.throwIfAborted();
        // A failed handshake hides the server's answer; asked without an upgrade it gives the same one with its reason.
        await send('GET', path + url.search, {}, within, streams).then(
          (response) => response.body.dump(),
          (refused: unknown) => {
            if (refused instanceof ApiError && !isMissingUpgrade(refused.status)) throw refused;
          },
        );
        throw error;
      });
      sockets.add(socket);
      socket.addEventListener('close', () => sockets.delete(socket));
      return socket;
    },
    async close() {
      for (const socket of sockets) socket.close();
      await Promise.all([agent.destroy(), streams.destroy()]);
    },
  };
};

/** Made once: an abort without a reason makes an exception with a stack each time. */
const OVER = new Error('the stream ended first');

/** All that is wrong with such a request is that it was asked without an upgrade. */
const isMissingUpgrade = ({ code, message }: ApiStatus): boolean => code === 400 && /^(upgrade request required|unable to upgrade)/i.test(message);

const dispatcherFor = (options: ApiServerOptions, connections: number | null): Dispatcher => {
  const tls: buildConnector.BuildOptions = {
    timeout: 10_000,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.cert === undefined ? {} : { cert: options.cert }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.serverName === undefined ? {} : { servername: options.serverName }),
    rejectUnauthorized: options.skipTlsVerify !== true,
  };
  const pool = { connections, keepAliveTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0 };
  return options.proxyUrl === undefined ? new Agent({ ...pool, connect: tls }) : new ProxyAgent({ ...pool, uri: options.proxyUrl, requestTls: tls });
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
