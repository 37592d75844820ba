import { Agent, ProxyAgent, type buildConnector, type Dispatcher } from 'undici';
import { LIMITS } from './limits.ts';

/** The way to one API server. */
export interface Way {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly skipTlsVerify?: boolean;
  /** http or https proxy on the way to the server. */
  readonly proxyUrl?: string;
}

/** A pool of TLS connections; `connections` null: as many as there are requests. */
export const dispatcherFor = (way: Way, connections: number | null): Dispatcher => {
  const tls: buildConnector.BuildOptions = {
    timeout: 10_000,
    ...(way.ca === undefined ? {} : { ca: way.ca }),
    ...(way.cert === undefined ? {} : { cert: way.cert }),
    ...(way.key === undefined ? {} : { key: way.key }),
    ...(way.serverName === undefined ? {} : { servername: way.serverName }),
    rejectUnauthorized: way.skipTlsVerify !== true,
  };
  // Whole connections are counted (openWebSocket), which tells why one ended; undici's own limit does not.
  const webSocket = { maxPayloadSize: 0 };
  const pool = { connections, keepAliveTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: LIMITS.headerBytes, webSocket };
  return way.proxyUrl === undefined ? new Agent({ ...pool, connect: tls }) : new ProxyAgent({ ...pool, uri: way.proxyUrl, requestTls: tls });
};
