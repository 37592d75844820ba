import { readFileSync } from 'node:fs';
import type { RedisOptions } from 'ioredis';
import type { RedisAccess, RedisAddress } from '../../domain/redis-address.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** A Sentinel that does not answer is passed over. */
const SENTINEL_TIMEOUT_MS = 1_500;

/** How ioredis is told where to go. `onFile` is told what is wrong with a file, or undefined once it can be read. */
export const connectOptions = (
  address: RedisAddress,
  { sentinel = {}, tls = {} }: RedisAccess,
  onFile: (setting: string, fault: string | undefined) => void,
): RedisOptions => {
  const { username, password, db } = address;
  const secured = address.tls ? { tls: tlsOptions(tls, onFile) } : {};
  return {
    db,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    // A server that is gone does not answer the farewell either.
    disconnectTimeout: 500,
    // Its INFO is a right that not everybody gives; what it would find is found by examine().
    enableReadyCheck: false,
    ...(address.kind === 'server' ? { host: address.host, port: address.port, ...secured } : {}),
    ...(address.kind === 'socket' ? { path: address.path } : {}),
    ...(address.kind === 'sentinel'
      ? {
          sentinels: address.sentinels.map((endpoint) => ({ ...endpoint })),
          name: address.master,
          sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
          sentinelRetryStrategy: (times) => Math.min(1_000, 50 * times),
          ...(sentinel.username === undefined ? {} : { sentinelUsername: sentinel.username }),
          ...(sentinel.password === undefined ? {} : { sentinelPassword: sentinel.password }),
          ...(address.tls ? { ...secured, sentinelTLS: secured.tls, enableTLSForSentinelMode: true } : {}),
        }
      : {}),
  };
};

type TlsOptions = NonNullable<RedisOptions['tls']>;

/** ioredis copies these for each connection that it opens: files are read then, so that a renewed certificate needs no restart. */
const tlsOptions = ({ caFile, certFile, keyFile, serverName }: NonNullable<RedisAccess['tls']>, onFile: OnFile): TlsOptions => {
  const ca = fileReader('REDIS_CA_FILE', caFile, onFile);
  const cert = fileReader('REDIS_CERT_FILE', certFile, onFile);
  const key = fileReader('REDIS_KEY_FILE', keyFile, onFile);
  return {
    ...(serverName === undefined ? {} : { servername: serverName }),
    get ca() {
      return ca();
    },
    get cert() {
      return cert();
    },
    get key() {
      return key();
    },
  };
};

type OnFile = (setting: string, fault: string | undefined) => void;

/** What the file holds; what it held last while it cannot be read, as in the moment of its replacement. */
const fileReader = (setting: string, path: string | undefined, onFile: OnFile): (() => string | undefined) => {
  let last: string | undefined;
  return () => {
    if (path === undefined) return undefined;
    try {
      last = readFileSync(path, 'utf8');
      onFile(setting, undefined);
    } catch (error) {
      onFile(setting, `${setting}: ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
    }
    return last;
  };
};
