import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext } from 'node:tls';
import { Agent, buildConnector, Pool, ProxyAgent, type Dispatcher } from 'undici';
import { LIMITS } from './limits.ts';
import { connectThroughSocks5 } from './socks5.ts';

/** The way to one API server. */
export interface Way {
  /** https URL, with a path when a proxy serves it. */
  readonly server: string;
  /** PEM of what its certificate has to be signed by; default: what comes with Node. */
  readonly ca?: string | readonly string[];
  readonly cert?: string;
  readonly key?: string;
  /** Name or address that its certificate has to be for. */
  readonly serverName?: string;
  readonly skipTlsVerify?: boolean;
  /** http, https or socks5 proxy on the way to the server. */
  readonly proxyUrl?: string;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** A pool of connections; `connections` null: as many as there are requests. Throws Error when certificate and key do not fit. */
export const dispatcherFor = (way: Way, connections: number | null): Dispatcher => {
  const tls = tlsOf(way);
  const { serverName } = way;
  // Whole connections are counted (openWebSocket), which tells why one ended; undici's own limit does not.
  const webSocket = { maxPayloadSize: 0 };
  const pool = {
    connections,
    allowH2: false,
    keepAliveTimeout: 30_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: LIMITS.headerBytes,
    webSocket,
  };
  if (way.proxyUrl === undefined) return new Agent({ ...pool, connect: directly(tls, serverName) });
  const proxy = new URL(way.proxyUrl);
  if (proxy.protocol === 'socks5:') return new Agent({ ...pool, connect: throughSocks5(proxy, directly(tls, serverName)) });
  return new ProxyAgent({
    ...pool,
    uri: way.proxyUrl,
    requestTls: tls,
    // As client-go: the cluster's authority vouches for a proxy over TLS, too.
    proxyTls: tls,
    factory: (origin, options) => new Pool(origin, { ...pool, ...(options as Pool.Options) }),
  });
};

const tlsOf = ({ ca, cert, key, serverName, skipTlsVerify }: Way): buildConnector.BuildOptions => ({
  timeout: CONNECT_TIMEOUT_MS,
  // A real API server takes HTTP/2 where it is offered, over which there is no upgrade to a WebSocket.
  allowH2: false,
  // Read once: hundreds of authorities take a while.
  secureContext: createSecureContext({
    ...(ca === undefined ? {} : { ca: [ca].flat() }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }),
  ...(serverName === undefined ? {} : nameOf(serverName)),
  rejectUnauthorized: skipTlsVerify !== true,
});

/** An address is no name to ask for (RFC 6066), but one to look for in the certificate. */
const nameOf = (serverName: string): buildConnector.BuildOptions =>
  isIP(serverName) === 0 ? { servername: serverName } : { checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate) };

/** undici asks for the name of `host` unless that is an address. */
const directly = (tls: buildConnector.BuildOptions, serverName: string | undefined): buildConnector.connector => {
  const connect = buildConnector(tls);
  return serverName === undefined || isIP(serverName) === 0 ? connect : (options, callback) => connect({ ...options, host: serverName }, callback);
};

const throughSocks5 =
  (proxy: URL, secure: buildConnector.connector): buildConnector.connector =>
  (options, callback) => {
    const isSecure = options.protocol === 'https:';
    const reach = async (): Promise<void> => {
      try {
        const socket = await connectThroughSocks5(proxy, options.hostname, Number(options.port || (isSecure ? 443 : 80)), CONNECT_TIMEOUT_MS);
        if (isSecure) secure({ ...options, httpSocket: socket }, callback);
        else callback(null, socket);
      } catch (error) {
        callback(error as Error, null);
      }
    };
    void reach();
  };
