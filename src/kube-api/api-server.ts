import { request as httpRequest, type Dispatcher } from 'undici';
import { readJson, readRefusal, readText, discard, refuseEncoded } from './response.ts';
import { ApiError, sizeText, tooLarge, type ApiStatus } from './api-error.ts';
import { isUnreached, poolsFor, type Access, type AccessSource } from './access.ts';
import type { Way } from './dispatcher.ts';
import { pacedIntake, type Intake } from './intake.ts';
import { LIMITS } from './limits.ts';
import { breather } from './pace.ts';
import { lineSplitter } from './split-lines.ts';
import { openWebSocket, type ApiSocket } from './web-socket.ts';

export { ApiError } from './api-error.ts';

interface ClientOptions {
  readonly userAgent: string;
  /** Requests in flight at most; default 8. Watches and WebSockets do not count: they would starve the rest. */
  readonly connections?: number;
  /** How fast answers are taken; default: paced. */
  readonly intake?: Intake;
}

interface ApiServerOptions extends Way, ClientOptions {
  /** Value of the Authorization header of one request, undefined for none. */
  readonly authorization?: () => Promise<string | undefined>;
}

export interface ApiRequest {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Content type of the body; default application/json. */
  readonly type?: string;
  readonly signal?: AbortSignal;
  /** Default 15 s; Infinity: the signal alone ends it. */
  readonly timeoutMs?: number;
  /** Of the answer; default LIMITS.answerBytes. */
  readonly mostBytes?: number;
  /** Default application/json. */
  readonly accept?: string;
}

/** Every answer is bounded (LIMITS): what exceeds its bound is an ApiError (isTooLarge, isNotTaken), and its connection is gone. */
export interface ApiServer {
  /** Parsed JSON of a 2xx answer. Throws ApiError, or the network's error. */
  json<T>(method: Dispatcher.HttpMethod, path: string, request?: ApiRequest): Promise<T>;
  /** The same with what the answer counts, in bytes. */
  weighed(method: Dispatcher.HttpMethod, path: string, request?: ApiRequest): Promise<{ readonly value: unknown; readonly cost: number }>;
  text(method: Dispatcher.HttpMethod, path: string, request?: ApiRequest): Promise<string>;
  /** What the server says of the time of its answer, a whole second; undefined where it says nothing. */
  time(path: string, request?: ApiRequest): Promise<Date | undefined>;
  /** Lines of an answer that does not end by itself, as they come; `idleMs` without any ends it with an error. */
  lines(
    path: string,
    request: Pick<ApiRequest, 'query' | 'accept'> & { readonly signal: AbortSignal; readonly idleMs: number },
  ): AsyncGenerator<string>;
  /** Open WebSocket with the first of `protocols` that the server speaks. Throws ApiError when it refuses. */
  socket(path: string, request: SocketRequest): Promise<ApiSocket>;
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
export const connectApiServer = ({ authorization, userAgent, connections, intake, ...way }: ApiServerOptions): ApiServer =>
  connectApiServerBy(
    {
      async now() {
        const value = await authorization?.();
        return { way, headers: value === undefined ? {} : { authorization: value } };
      },
      renew: async () => false,
    },
    { userAgent, ...(connections === undefined ? {} : { connections }), ...(intake === undefined ? {} : { intake }) },
  );

/**
 * The same for an access that may change. After a 401, and when no connection could be made, the source is asked for another; if it has one the request
 * is sent once more.
 */
export const connectApiServerBy = (source: AccessSource, options: ClientOptions): ApiServer => {
  const pools = poolsFor(options.connections ?? 8);
  const sockets = new Set<ApiSocket>();
  const intake = options.intake ?? pacedIntake();

  const send = async (
    method: Dispatcher.HttpMethod,
    path: string,
    request: ApiRequest,
    signal: AbortSignal,
    by: 'agent' | 'streams' = 'agent',
  ): Promise<Dispatcher.ResponseData> => {
    for (let attempt = 1; ; attempt += 1) {
      const access = await source.now();
      signal.throwIfAborted();
      const renew = async (why: 'refused' | 'unreachable'): Promise<boolean> => attempt === 1 && source.renew(access, why);
      let response: Dispatcher.ResponseData;
      try {
        response = await ask(access, method, path, request, signal, by);
      } catch (error) {
        if (!signal.aborted && isUnreached(error) && (await renew('unreachable'))) continue;
        throw error;
      }
      if (response.statusCode >= 200 && response.statusCode < 300) return response;
      const refusal = await readRefusal(response, { intake, signal });
      if (response.statusCode !== 401 || !(await renew('refused'))) throw refusal;
    }
  };

  const ask = (
    { way, headers }: Access,
    method: Dispatcher.HttpMethod,
    path: string,
    { query = {}, body, type = 'application/json', accept = 'application/json' }: ApiRequest,
    signal: AbortSignal,
    by: 'agent' | 'streams',
  ): Promise<Dispatcher.ResponseData> => {
    const { base, [by]: dispatcher } = pools.to(way);
    const url = new URL(base + path);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    return httpRequest(url, {
      method,
      dispatcher,
      signal,
      headers: {
        accept,
        'accept-encoding': 'identity',
        'user-agent': options.userAgent,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  };

  const bounded = ({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiRequest): AbortSignal =>
    AbortSignal.any([...(timeoutMs === Infinity ? [] : [AbortSignal.timeout(timeoutMs)]), ...(signal === undefined ? [] : [signal])]);

  const weighed: ApiServer['weighed'] = async (method, path, request = {}) => {
    const signal = bounded(request);
    const response = await send(method, path, request, signal);
    return readJson(response, { mostBytes: request.mostBytes ?? LIMITS.answerBytes, intake, signal });
  };

  return {
    weighed,
    json: async <T>(method: Dispatcher.HttpMethod, path: string, request?: ApiRequest) => (await weighed(method, path, request)).value as T,
    async text(method, path, request = {}) {
      const signal = bounded(request);
      const response = await send(method, path, request, signal);
      return readText(response, { mostBytes: request.mostBytes ?? LIMITS.answerBytes, intake, signal });
    },
    async time(path, request = {}) {
      const response = await send('GET', path, request, bounded(request));
      discard(response);
      const told = new Date(String(response.headers['date'] ?? ''));
      return Number.isNaN(told.getTime()) ? undefined : told;
    },
    async *lines(path, { signal, idleMs, ...request }) {
      const idle = new AbortController();
      const watchdog = setTimeout(() => idle.abort(new Error(`nothing came for ${idleMs} ms`)), idleMs);
      const within = AbortSignal.any([idle.signal, signal]);
      const split = lineSplitter(LIMITS.answerBytes, () => tooLarge(`a line of the answer is larger than ${sizeText(LIMITS.answerBytes)}`));
      const breathe = breather();
      try {
        const response = await send('GET', path, request, within, 'streams');
        try {
          refuseEncoded(response);
          for await (const chunk of response.body as AsyncIterable<Buffer>) {
            await intake.take(chunk.length, within);
            for (const line of split.add(chunk)) {
              // Not at each chunk: bytes that never end a line would keep what is dead alive.
              watchdog.refresh();
              await breathe();
              if (line !== '') yield line;
            }
          }
        } finally {
          discard(response);
        }
      } finally {
        clearTimeout(watchdog);
        idle.abort(OVER);
      }
    },
    async socket(path, { query, protocols, signal, timeoutMs }) {
      const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString();
      const within = bounded({ ...(signal === undefined ? {} : { signal }), ...(timeoutMs === undefined ? {} : { timeoutMs }) });
      const open = async ({ way, headers }: Access): Promise<ApiSocket> => {
        const { base, streams } = pools.to(way);
        const url = new URL(`${base}${path}${search === '' ? '' : `?${search}`}`);
        return openWebSocket({ url, protocols, headers: { 'user-agent': options.userAgent, ...headers }, dispatcher: streams, signal: within });
      };
      const access = await source.now();
      const socket = await open(access).catch(async (error: unknown) => {
        within.throwIfAborted();
        // A refused identity is renewed by an ordinary request, which also tells what the connection itself did not.
        if (error instanceof ApiError && error.status.code !== 401) throw error;
        await send('GET', `${path}${search === '' ? '' : `?${search}`}`, {}, within, 'streams').then(discard, (refused: unknown) => {
          if (refused instanceof ApiError && !isMissingUpgrade(refused.status)) throw refused;
        });
        const renewed = await source.now();
        if (renewed === access) throw error;
        return open(renewed);
      });
      sockets.add(socket);
      socket.socket.addEventListener('close', () => sockets.delete(socket));
      return socket;
    },
    async close() {
      for (const socket of sockets) socket.end();
      await pools.close();
    },
  };
};

/** Made once: an abort without a reason makes an exception with a stack each time. */
const OVER = new Error('the stream ended first');

/** All that is wrong with such a request is that it was asked without an upgrade. */
const isMissingUpgrade = ({ code, message }: ApiStatus): boolean => code === 400 && /^(upgrade request required|unable to upgrade)/i.test(message);
