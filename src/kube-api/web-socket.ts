import { WebSocket, type Dispatcher } from 'undici';

interface WebSocketRequest {
  readonly url: URL;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  /** Ends the handshake; the open socket does not hear it. */
  readonly signal: AbortSignal;
}

/** Resolves with an open WebSocket for binary messages. Rejects when the handshake fails, without the server's reason: the protocol gives none. */
export const openWebSocket = async ({ url, protocols, headers, dispatcher, signal }: WebSocketRequest): Promise<WebSocket> => {
  signal.throwIfAborted();
  const address = new URL(url);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, { protocols: [...protocols], headers: { ...headers }, dispatcher });
  socket.binaryType = 'arraybuffer';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  socket.addEventListener('open', () => resolve());
  socket.addEventListener('error', ({ error, message }) => reject(new Error(message || 'the connection could not be upgraded', { cause: error })));
  socket.addEventListener('close', ({ code, reason }) => reject(new Error(`the connection was closed (${code} ${reason})`)));
  try {
    await promise;
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
