import { z } from 'zod';
import { redisAddress, type RedisAccess } from '../domain/redis-address.ts';

const of = (what: string) => z.string().min(1, `is empty: ${what}`).optional();

const addressFault = (text: string): string => {
  const address = redisAddress(text);
  return typeof address === 'string' ? address : '';
};

/** How Redis is reached, one variable for each part. */
export const redisVariables = {
  REDIS_URL: z
    .string({ error: 'is not set: must be a URL such as redis://127.0.0.1:6379' })
    .max(2_000, 'is longer than 2000 characters')
    .refine((value) => typeof redisAddress(value) !== 'string', { error: ({ input }) => addressFault(String(input)) }),
  REDIS_SENTINEL_USERNAME: of('the user of pgdist at the Sentinels'),
  REDIS_SENTINEL_PASSWORD: of('the password of pgdist at the Sentinels'),
  REDIS_CA_FILE: of('the path of a PEM file'),
  REDIS_CERT_FILE: of('the path of a PEM file'),
  REDIS_KEY_FILE: of('the path of a PEM file'),
  REDIS_TLS_SERVER_NAME: of('the name in the certificate of Redis'),
};

const OF_SENTINEL = ['REDIS_SENTINEL_USERNAME', 'REDIS_SENTINEL_PASSWORD'] as const;
const OF_TLS = ['REDIS_CA_FILE', 'REDIS_CERT_FILE', 'REDIS_KEY_FILE', 'REDIS_TLS_SERVER_NAME'] as const;
const TOGETHER = [
  ['REDIS_CERT_FILE', 'REDIS_KEY_FILE'],
  ['REDIS_KEY_FILE', 'REDIS_CERT_FILE'],
  ['REDIS_SENTINEL_USERNAME', 'REDIS_SENTINEL_PASSWORD'],
] as const;

type Variables = { readonly [Name in keyof typeof redisVariables]?: string | undefined };

/** Settings that would do nothing are refused: whoever set them expects something of them. */
export const agreeAboutRedis = (variables: Variables, context: z.core.$RefinementCtx): void => {
  const address = redisAddress(variables.REDIS_URL ?? '');
  if (typeof address === 'string') return;
  const refuse = (name: keyof Variables, message: string): void => {
    if (variables[name] !== undefined) context.addIssue({ code: 'custom', path: [name], message });
  };
  if (address.kind !== 'sentinel') for (const name of OF_SENTINEL) refuse(name, 'is set, but REDIS_URL does not begin with redis+sentinel://');
  if (!address.tls) for (const name of OF_TLS) refuse(name, 'is set, but REDIS_URL does not begin with rediss');
  for (const [name, other] of TOGETHER) if (variables[other] === undefined) refuse(name, `is set without ${other}`);
};

/** How Redis is reached besides its address. */
export const redisAccessOf = (variables: Variables): RedisAccess => ({
  sentinel: given({ username: variables.REDIS_SENTINEL_USERNAME, password: variables.REDIS_SENTINEL_PASSWORD }),
  tls: given({
    caFile: variables.REDIS_CA_FILE,
    certFile: variables.REDIS_CERT_FILE,
    keyFile: variables.REDIS_KEY_FILE,
    serverName: variables.REDIS_TLS_SERVER_NAME,
  }),
});

const given = <Name extends string>(values: Readonly<Record<Name, string | undefined>>): { readonly [N in Name]?: string } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { readonly [N in Name]?: string };
