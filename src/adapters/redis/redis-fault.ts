/** Why a Redis cannot be used. */
export interface RedisFault {
  /** 'setting': waiting mends nothing, somebody has to change what `text` names. 'passing': it may mend itself. */
  readonly kind: 'setting' | 'passing';
  /** One sentence with what to change; never holds a password. */
  readonly text: string;
  /** This Redis takes no writes since it follows another. */
  readonly replica?: true;
}

/** What the sentences name. */
export interface RedisPlace {
  /** As placeOfRedis says it. */
  readonly at: string;
  /** Who pgdist is for Redis. */
  readonly user: string;
  readonly db: number;
  readonly tls: boolean;
  /** A replica is answered by asking the Sentinels again. */
  readonly sentinel: boolean;
}

const setting = (text: string): RedisFault => ({ kind: 'setting', text });
const passing = (text: string): RedisFault => ({ kind: 'passing', text });

type Say = (place: RedisPlace) => RedisFault;

/** What Redis answers, by the beginning of its answer; the first that fits. */
const REPLIES: readonly (readonly [RegExp, Say])[] = [
  [
    /WRONGPASS|invalid (username|password)/i,
    ({ at, user }) =>
      setting(
        `Redis at ${at} refuses the user ${user} or its password (a user that is off is refused the same way): correct REDIS_URL, or the user with ACL SETUSER`,
      ),
  ],
  [/NOAUTH/, ({ at }) => setting(`Redis at ${at} wants a password and REDIS_URL has none: write :password@ or user:password@ in front of the host`)],
  [
    /^DENIED|protected mode/i,
    ({ at }) =>
      setting(`Redis at ${at} is in protected mode and refuses other hosts: give it a password (requirepass or ACL), and REDIS_URL the same`),
  ],
  [
    /max(imum)? number of clients/i,
    ({ at }) => passing(`Redis at ${at} has no connection left: raise its maxclients, or end clients that are not needed`),
  ],
  [/^LOADING/, ({ at }) => passing(`Redis at ${at} is still loading its data`)],
  [/^BUSY /, ({ at }) => passing(`Redis at ${at} is busy with somebody's script: SCRIPT KILL ends it`)],
  [
    /^MISCONF/,
    ({ at }) => passing(`Redis at ${at} takes no writes because it cannot save to its disk (MISCONF): free or mend the disk; its log says more`),
  ],
  [/^OOM/, ({ at }) => passing(`Redis at ${at} is out of memory and takes no writes: raise its maxmemory, or delete keys that are not pgdist's`)],
  [
    /^NOREPLICAS/,
    ({ at }) => passing(`Redis at ${at} takes no writes because it has too few good replicas: bring them back, or lower its min-replicas-to-write`),
  ],
  [/^(READONLY|MASTERDOWN|UNBLOCKED)/, (place) => replicaFault(place)],
  [/^(MOVED|ASK|CROSSSLOT|CLUSTERDOWN|TRYAGAIN) |cluster support|in cluster mode/i, (place) => clusterFault(place)],
  [
    /DB index is out of range|invalid DB index/i,
    ({ at, db }) => setting(`Redis at ${at} has no database ${db}: lower the number at the end of REDIS_URL, or raise its setting databases`),
  ],
  [
    /No such master|invalid reply: null/,
    ({ at }) => setting(`the Sentinels know no ${at.split(' of ')[0] ?? at}: correct the name at the end of REDIS_URL`),
  ],
  [
    /unknown command ['`]?SENTINEL/i,
    ({ at }) => setting(`what answers for ${at} is no Sentinel: name the Sentinels in REDIS_URL, or write redis:// for this Redis`),
  ],
  [/^NOPERM/, ({ at, user }) => setting(`Redis at ${at} refuses the user ${user} a right that pgdist needs: docs/requirements.md has the list`)],
  [
    /^ERR unknown command/i,
    ({ at }) => setting(`Redis at ${at} lacks a command that pgdist needs (renamed, switched off, or no Redis): it cannot be used`),
  ],
  [
    /Protocol error|Unknown RESP|unexpected .*reply|ParserError/i,
    ({ at }) => setting(`what listens at ${at} does not speak as Redis does: correct REDIS_URL`),
  ],
];

export const clusterFault = ({ at }: RedisPlace): RedisFault =>
  setting(`Redis at ${at} runs in cluster mode, which pgdist does not use: give it a Redis without cluster mode, alone or behind Sentinel`);

/** The same for a Redis that was a replica from the start, and for one that became one. */
export const replicaFault = ({ at, sentinel }: RedisPlace): RedisFault => ({
  ...(sentinel
    ? passing(`Redis at ${at} is a replica at this moment: the Sentinels are asked for the master again`)
    : setting(`Redis at ${at} is a replica and takes no writes: REDIS_URL must lead to the master, or to the Sentinels (redis+sentinel://)`)),
  replica: true,
});

/** What the network and TLS say, by code. */
const CODES: readonly (readonly [RegExp, (code: string, at: string) => RedisFault])[] = [
  [/^(ENOTFOUND|EAI_)/, (code, at) => passing(`the name of Redis at ${at} cannot be resolved (${code})`)],
  [/^EACCES/, (code, at) => setting(`the socket of Redis at ${at} may not be opened (${code}): change its unixsocketperm`)],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_UNTRUSTED|INVALID_CA/,
    (code, at) => setting(`the certificate of Redis at ${at} is signed by nobody who is trusted (${code}): name its authority in REDIS_CA_FILE`),
  ],
  [
    /ALTNAME_INVALID/,
    (code, at) =>
      setting(`the certificate of Redis at ${at} is for another name (${code}): connect by a name that it has, or set REDIS_TLS_SERVER_NAME`),
  ],
  [/CERT_(HAS_EXPIRED|NOT_YET_VALID)/, (code, at) => setting(`the certificate of Redis at ${at} is not valid at this time (${code}): renew it`)],
  [
    /CERTIFICATE_REQUIRED|ALERT_(BAD|UNKNOWN|UNSUPPORTED|HANDSHAKE|CERTIFICATE)/,
    (code, at) =>
      setting(`Redis at ${at} does not take this client's certificate (${code}): set REDIS_CERT_FILE and REDIS_KEY_FILE to one of its authority`),
  ],
  [/^ERR_SSL|^EPROTO/, (code, at) => setting(`Redis at ${at} does not speak TLS (${code}): write redis:// instead of rediss://, or its TLS port`)],
  [/^E[A-Z]+$/, (code, at) => passing(`nobody answers at ${at} (${code})`)],
];

/** The fault behind an error of a command or of a connection. */
export const redisFault = (error: unknown, place: RedisPlace): RedisFault => {
  const message = replyIn(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (place.sentinel && error instanceof Error && !('command' in error) && /NOAUTH|WRONGPASS|NOPERM/.test(message)) return sentinelLoginFault(place);
  const reply = REPLIES.find(([pattern]) => pattern.test(message));
  if (reply !== undefined) return reply[1](place);
  if (code === 'ETIMEDOUT' && place.tls) return silentFault(place);
  if (/^(ECONNRESET|EPIPE)/.test(code) || message === 'Connection is closed.') return closedFault(place);
  const network = CODES.find(([pattern]) => pattern.test(code));
  if (network !== undefined) return network[1](code, place.at);
  if (/timed? ?out|Socket timeout/i.test(message)) return silentFault(place);
  if (/sentinel/i.test(message)) return passing(`no Sentinel answers for ${place.at}`);
  return passing(`Redis at ${place.at} cannot be reached: ${message}`);
};

/** Redis says why, and closes; what it said may be lost on the way. */
const closedFault = ({ at, tls }: RedisPlace): RedisFault => {
  const wanted = tls ? 'wants a certificate of its clients (REDIS_CERT_FILE, REDIS_KEY_FILE)' : 'wants TLS (rediss://)';
  return passing(`Redis at ${at} closes the connection without a word: see in its log whether it ${wanted}, or has none left (maxclients)`);
};

/** A Redis without TLS waits for the end of what TLS begins with. */
const silentFault = ({ at, tls }: RedisPlace): RedisFault =>
  passing(`Redis at ${at} does not answer in time${tls ? '; if it does not speak TLS there, write redis:// instead of rediss://' : ''}`);

const sentinelLoginFault = ({ at }: RedisPlace): RedisFault =>
  setting(`the Sentinels of ${at} refuse pgdist: set REDIS_SENTINEL_PASSWORD, and REDIS_SENTINEL_USERNAME where they have users`);

/** What Redis answered: before Redis 7 an answer inside of a script came wrapped. */
const replyIn = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^ERR Error running script .*?: -?(?=[A-Z]+ )/s, '');

/** True when this connection leads to a Redis that takes no writes, so that another one should be opened. */
export const saysReplica = (error: Error): boolean => /^(READONLY|MASTERDOWN|UNBLOCKED)/.test(replyIn(error));
