import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Duplex } from 'node:stream';
import { WebSocket, type Dispatcher } from 'undici';
import { type ApiError, sizeText, tooLarge, unusable } from './api-error.ts';
import type { Headers } from './impersonation.ts';
import { LIMITS } from './limits.ts';
import { refusalIn } from './response.ts';

interface WebSocketRequest {
  readonly url: URL;
  readonly protocols: readonly string[];
  readonly headers: Headers;
  readonly dispatcher: Dispatcher;
  /** Ends the handshake; the open socket does not hear it. */
  readonly signal: AbortSignal;
}

/** An open WebSocket for binary messages, whose connection ends after LIMITS.socketBytes or .socketMessages. */
export interface ApiSocket {
  readonly socket: WebSocket;
  /**
   * Tells every message, then the end, once each. Those too that came before this is called: a busy machine reads the first messages, and even the
   * end, together with the server's word that the connection is open.
   */
  listen(listener: SocketListener): void;
  /** Why the connection was ended here, if it was: more came than is taken. */
  refused(): ApiError | undefined;
  /** Says goodbye and ends the connection, without waiting for the other side. */
  end(): void;
}

interface SocketListener {
  message(content: Buffer): void;
  ended(): void;
}

/** Resolves with an open WebSocket. Rejects when the handshake fails: with ApiError where the server answered it with something else. */
export const openWebSocket = async ({ url, protocols, headers, dispatcher, signal }: WebSocketRequest): Promise<ApiSocket> => {
  signal.throwIfAborted();
  const address = new URL(url);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  let connection: Duplex | undefined;
  let refused: ApiError | undefined;
  const refuse = (reason: ApiError): void => {
    refused ??= reason;
    connection?.destroy();
  };
  const upgraded = (from: Duplex, extensions: unknown): void => {
    connection = from;
    if (extensions !== undefined) refuse(unusable('the connection is compressed, which was not asked for', 101));
  };
  const countBytes = (): void => {
    let bytes = 0;
    connection?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LIMITS.socketBytes) refuse(tooLarge(`more than ${sizeText(LIMITS.socketBytes)} came`, 413));
    });
  };
  const socket = new WebSocket(address, {
    protocols: [...protocols],
    dispatcher: dispatcher.compose(plainUpgrade(headers, upgraded, (reason) => (refused ??= reason))),
  });
  socket.binaryType = 'arraybuffer';
  countMessages(socket, () => refuse(tooLarge(`more than ${LIMITS.socketMessages} messages came`, 413)));
  const listen = keepFor(socket);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  // Not before undici reads: the first listener sets what came together with the upgrade flowing, past those that come later.
  socket.addEventListener('open', countBytes);
  socket.addEventListener('open', () => resolve());
  socket.addEventListener('error', ({ error, message }) => reject(new Error(message || 'the connection could not be upgraded', { cause: error })));
  socket.addEventListener('close', ({ code, reason }) => reject(new Error(`the connection was closed (${code} ${reason})`)));
  const end = (): void => {
    socket.close();
    connection?.end(() => connection?.destroy());
  };
  try {
    await promise;
    return { socket, listen, refused: () => refused, end };
  } catch (error) {
    end();
    throw refused ?? error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** Keeps what comes until somebody listens. */
const keepFor = (socket: WebSocket): ApiSocket['listen'] => {
  const early: Buffer[] = [];
  let listener: SocketListener | undefined;
  let ended = false;
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') return;
    const content = Buffer.from(data as ArrayBuffer);
    if (listener === undefined) early.push(content);
    else listener.message(content);
  });
  const end = (): void => {
    if (!ended) listener?.ended();
    ended = true;
  };
  socket.addEventListener('close', end);
  socket.addEventListener('error', end);
  return (given) => {
    listener = given;
    for (const content of early.splice(0)) given.message(content);
    if (ended) given.ended();
  };
};

/** Calls back at the message that is one too many. Pings count: undici answers each, and keeps the answers that the other side does not read. */
const countMessages = (socket: WebSocket, tooMany: () => void): void => {
  let messages = 0;
  const count = (): void => {
    messages += 1;
    if (messages === LIMITS.socketMessages) tooMany();
  };
  const pinged = (event: unknown): void => {
    if ((event as { readonly websocket: WebSocket }).websocket === socket) count();
  };
  socket.addEventListener('message', count);
  subscribe(PING, pinged);
  socket.addEventListener('close', () => unsubscribe(PING, pinged));
};

/** undici's channel of diagnostics. */
const PING = 'undici:websocket:ping';

/**
 * Asks for an upgrade without compression, which undici offers always, and tells the connection that was upgraded, or the answer that is
 * no upgrade. Headers join here, as undici's WebSocket would write several values of one name into one line.
 */
const plainUpgrade =
  (
    headers: Headers,
    upgraded: (connection: Duplex, extensions: unknown) => void,
    answered: (refusal: ApiError) => void,
  ): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    let status = 0;
    const body: Buffer[] = [];
    let bytes = 0;
    const fail = (controller: Dispatcher.DispatchController): void => {
      const words = Buffer.concat(body).toString('utf8');
      const refusal = refusalIn(words, status);
      answered(refusal);
      handler.onResponseError?.(controller, refusal);
    };
    return dispatch(
      { ...options, headers: { ...withoutExtensions(options.headers), ...headers } },
      {
        onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
        onRequestUpgrade(controller, code, answer, connection) {
          upgraded(connection, answer['sec-websocket-extensions']);
          handler.onRequestUpgrade?.(controller, code, answer, connection);
        },
        onResponseStart(_controller, code) {
          if (code >= 200) status = code;
        },
        onResponseData(controller, chunk) {
          bytes += chunk.length;
          if (bytes <= LIMITS.refusalBytes) return void body.push(chunk);
          answered(tooLarge(`HTTP ${status}, and the answer is larger than ${sizeText(LIMITS.refusalBytes)}`, status));
          controller.abort(new Error('the answer is too large'));
        },
        onResponseEnd: fail,
        onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
      },
    );
  };

const withoutExtensions = (headers: Dispatcher.DispatchOptions['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...(headers as Record<string, string>), 'accept-encoding': 'identity' }).filter(
      ([name]) => name.toLowerCase() !== 'sec-websocket-extensions',
    ),
  );
