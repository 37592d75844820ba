/** Where a Redis is, as REDIS_URL says it. */
export type RedisAddress = Login &
  (
    | { readonly kind: 'server'; readonly tls: boolean; readonly host: string; readonly port: number }
    | { readonly kind: 'socket'; readonly tls: false; readonly path: string }
    /** The master of this name, wherever the Sentinels say that it is. */
    | { readonly kind: 'sentinel'; readonly tls: boolean; readonly sentinels: readonly Endpoint[]; readonly master: string }
  );

interface Login {
  /** Absent: Redis's user 'default'. */
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
}

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What a connection needs besides the address; files are read again for each connection, so that what is renewed on disk counts. */
export interface RedisAccess {
  /** Login at the Sentinels, which know nothing of the users of Redis itself. */
  readonly sentinel?: { readonly username?: string; readonly password?: string };
  readonly tls?: {
    /** PEM of the authorities that are trusted instead of the system's. */
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
    /** Name that the server's certificate must have; absent: the host of the address. */
    readonly serverName?: string;
  };
}

const EXAMPLE = 'redis://127.0.0.1:6379';
const SHAPE = /^(rediss?|rediss?\+sentinel|unix):\/\/([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/;

/** The address, or what is wrong with the text; that never repeats it, since it may hold a password. */
export const redisAddress = (text: string): RedisAddress | string => {
  const [, scheme = '', authority = '', path = '', query] = (/[\s\\\p{C}]/u.test(text) ? null : SHAPE.exec(text)) ?? [];
  if (scheme === '') return `must be a URL such as ${EXAMPLE}, rediss://… for TLS, redis+sentinel://host,host/master or unix:///path`;
  const at = authority.lastIndexOf('@');
  const login = loginIn(authority.slice(0, Math.max(0, at)));
  if (typeof login === 'string') return login;
  const hosts = authority.slice(at + 1);
  const tls = scheme.startsWith('rediss');
  if (scheme === 'unix') return socketAt(hosts, path, query, login);
  if (query !== undefined) return 'must have nothing after a "?": pgdist takes no parameters there';
  if (scheme.endsWith('+sentinel')) return behindSentinels(hosts, path, { ...login, tls });
  if (hosts.includes(',')) return 'names several hosts: only redis+sentinel://host,host/master may';
  const endpoint = endpointIn(hosts, 6379);
  if (typeof endpoint === 'string') return endpoint;
  const db = dbIn(path.slice(1));
  return typeof db === 'string' ? db : { kind: 'server', tls, ...endpoint, ...login, db };
};

const socketAt = (hosts: string, path: string, query: string | undefined, login: Omit<Login, 'db'>): RedisAddress | string => {
  if (hosts !== '' || path.length < 2) return 'must have three slashes before the path of the socket: unix:///run/redis.sock';
  const [, number = ''] = /^db=(\d*)$/.exec(query ?? 'db=') ?? [undefined, 'none'];
  const db = dbIn(number);
  return typeof db === 'string'
    ? 'must have nothing after "?" but db=NUMBER'
    : { kind: 'socket', tls: false, path: decoded(path) ?? path, ...login, db };
};

const behindSentinels = (hosts: string, path: string, login: Omit<Login, 'db'> & { readonly tls: boolean }): RedisAddress | string => {
  const sentinels = hosts.split(',').map((host) => endpointIn(host, 26379));
  const wrong = sentinels.find((endpoint) => typeof endpoint === 'string');
  if (wrong !== undefined) return wrong;
  const [master = '', number = '', ...more] = path.slice(1).split('/');
  if (master === '' || more.length > 0)
    return 'must end in the name by which the Sentinels know the master: redis+sentinel://host:26379,host:26379/master';
  const db = dbIn(number);
  if (typeof db === 'string') return db;
  return {
    kind: 'sentinel',
    sentinels: sentinels.filter((endpoint) => typeof endpoint !== 'string'),
    master: decoded(master) ?? master,
    ...login,
    db,
  };
};

const loginIn = (text: string): Omit<Login, 'db'> | string => {
  if (text === '') return {};
  const colon = text.indexOf(':');
  const [username, password] = [text.slice(0, colon < 0 ? undefined : colon), colon < 0 ? '' : text.slice(colon + 1)].map(decoded);
  if (username === undefined || password === undefined) return 'has a "%" in its user or password that begins no escape: write %25 for it';
  if (password === '') return 'has a user but no password: write user:password@ in front of the host';
  return username === '' ? { password } : { username, password };
};

const endpointIn = (text: string, usual: number): Endpoint | string => {
  const [, ipv6, name, port] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined) return `must be a URL such as ${EXAMPLE}: after "://" or "@" comes the name or address of a host`;
  const number = Number(port ?? usual);
  return number >= 1 && number <= 65_535 ? { host, port: number } : 'must have a port from 1 to 65535';
};

const dbIn = (text: string): number | string => {
  if (text === '') return 0;
  return /^\d{1,5}$/.test(text) ? Number(text) : 'must end in the number of a database, such as /0, or in nothing';
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** The hosts, for people: 'redis:6379', 'master mymaster of a:26379, b:26379'. */
export const placeOfRedis = (address: RedisAddress): string => {
  switch (address.kind) {
    case 'server':
      return hostAndPort(address);
    case 'socket':
      return address.path;
    case 'sentinel':
      return `master ${address.master} of ${address.sentinels.map(hostAndPort).join(', ')}`;
  }
};

const hostAndPort = ({ host, port }: Endpoint): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
