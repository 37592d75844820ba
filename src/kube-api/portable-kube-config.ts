import { stringify } from 'yaml';
import type { GivenCredentials } from './given-credentials.ts';
import type { Reading } from './kube-config-reader.ts';

/** YAML of a kubeconfig that grants what the reading grants and no more, without a file or a program besides it. */
export const portableKubeConfig = ({ one, address, caPem }: Reading, { authorization, cert, key }: GivenCredentials): string => {
  const { context, cluster, user } = one;
  const { name } = context;
  const { impersonation } = user ?? {};
  const [, username, password] = /^([^:]*):(.*)$/s.exec(basicOf(authorization) ?? '') ?? [];
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [
      {
        name,
        cluster: defined({
          server: address.base,
          'certificate-authority-data': caPem === undefined ? undefined : base64(caPem),
          'insecure-skip-tls-verify': cluster.skipTLSVerify || undefined,
          'tls-server-name': cluster.tlsServerName,
          'proxy-url': cluster.proxyUrl,
          'disable-compression': cluster.disableCompression || undefined,
        }),
      },
    ],
    users: [
      {
        name,
        user: defined({
          token: authorization?.startsWith(BEARER) === true ? Buffer.from(authorization.slice(BEARER.length), 'latin1').toString('utf8') : undefined,
          'client-certificate-data': cert === undefined ? undefined : base64(cert),
          'client-key-data': key === undefined ? undefined : base64(key),
          username,
          password,
          as: impersonation?.user,
          'as-uid': impersonation?.uid,
          'as-groups': impersonation?.groups.length === 0 ? undefined : impersonation?.groups,
          'as-user-extra': Object.keys(impersonation?.extra ?? {}).length === 0 ? undefined : impersonation?.extra,
        }),
      },
    ],
  });
};

const BEARER = 'Bearer ';

const basicOf = (authorization: string | undefined): string | undefined =>
  authorization?.startsWith('Basic ') === true ? Buffer.from(authorization.slice('Basic '.length), 'base64').toString('utf8') : undefined;

const base64 = (value: string): string => Buffer.from(value).toString('base64');
const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
