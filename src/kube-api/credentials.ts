import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import type { ApiServerOptions } from './api-server.ts';
import type { OneContext } from './kube-config.ts';

/** How one cluster is reached and who asks. */
interface Credentials {
  /** All that a connection needs. A client certificate that a plugin gives is taken once, at connection. */
  options(): Promise<Omit<ApiServerOptions, 'userAgent'>>;
  /** PEM of the certificate authority, undefined for the system's. */
  readonly caPem: string | undefined;
  /** YAML of a kubeconfig with this context alone, everything inlined, the plugins' tokens too: for a file that lives as long as one call of a tool. */
  portable(): Promise<string>;
}

interface Granted {
  readonly authorization: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/**
 * Tokens, files and certificates as the kubeconfig has them; plugins and identity providers through client-node, with what it lacks: single
 * flight, and a fresh start after a 401. It is loaded for these alone: its generated half takes 90 MB of memory.
 */
export const credentialsOf = (one: OneContext): Credentials => {
  const { cluster, user } = one;
  const caPem = pem(cluster.caFile, cluster.caData);
  let plugin: Promise<KubeConfig> | undefined;
  let flight: Promise<Granted> | undefined;

  const granted = (): Promise<Granted> => {
    flight ??= grant().finally(() => {
      flight = undefined;
    });
    return flight;
  };
  const grant = async (): Promise<Granted> => {
    if (user?.exec == null && user?.authProvider == null) return plain(user);
    plugin ??= clientNode(one);
    return ask(await plugin);
  };
  /** A new KubeConfig has no remembered plugin answers. */
  const forget = (): void => {
    plugin = undefined;
  };

  return {
    caPem,
    async options() {
      const { cert, key } = await granted();
      return {
        server: cluster.server,
        skipTlsVerify: cluster.skipTLSVerify,
        ...(caPem === undefined ? {} : { ca: caPem }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        ...(cluster.tlsServerName === undefined ? {} : { serverName: cluster.tlsServerName }),
        ...(cluster.proxyUrl === undefined ? {} : { proxyUrl: cluster.proxyUrl }),
        authorization: async () => (await granted()).authorization,
        renewAuthorization: forget,
      };
    },
    async portable() {
      const { authorization, cert, key } = await granted();
      const token = authorization?.startsWith('Bearer ') === true ? authorization.slice('Bearer '.length) : undefined;
      const { name } = one.context;
      return stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': name,
        contexts: [{ name, context: { cluster: name, user: name } }],
        clusters: [
          {
            name,
            cluster: defined({
              server: cluster.server,
              'certificate-authority-data': caPem === undefined ? undefined : base64(caPem),
              'insecure-skip-tls-verify': cluster.skipTLSVerify ? true : undefined,
              'tls-server-name': cluster.tlsServerName,
              'proxy-url': cluster.proxyUrl,
            }),
          },
        ],
        users: [
          {
            name,
            user: defined({
              token,
              'client-certificate-data': cert === undefined ? undefined : base64(cert),
              'client-key-data': key === undefined ? undefined : base64(key),
              username: user?.username,
              password: user?.password,
            }),
          },
        ],
      });
    },
  };
};

const clientNode = async ({ cluster, user, context }: OneContext): Promise<KubeConfig> => {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromOptions({ clusters: [cluster], users: user === undefined ? [] : [user], contexts: [context], currentContext: context.name });
  return config;
};

/** What needs no program to find out. */
const plain = (user: OneContext['user']): Granted => ({
  authorization:
    user?.token != null && user.token !== ''
      ? `Bearer ${user.token.trim()}`
      : user?.username != null && user.username !== ''
        ? `Basic ${base64(`${user.username}:${user.password ?? ''}`)}`
        : undefined,
  cert: pem(user?.certFile, user?.certData),
  key: pem(user?.keyFile, user?.keyData),
});

const ask = async (kubeConfig: KubeConfig): Promise<Granted> => {
  const options: RequestOptions & { headers: Record<string, string> } = { headers: {} };
  await kubeConfig.applyToHTTPSOptions(options);
  const bearer = options.headers['Authorization']?.trim();
  const basic = options.auth == null ? undefined : `Basic ${base64(options.auth)}`;
  return { authorization: bearer ?? basic, cert: text(options.cert), key: text(options.key) };
};

const pem = (file: string | null | undefined, data: string | null | undefined): string | undefined => {
  if (file != null) return readFileSync(file, 'utf8');
  return data == null ? undefined : Buffer.from(data, 'base64').toString('utf8');
};
const base64 = (value: string): string => Buffer.from(value).toString('base64');
const text = (value: RequestOptions['cert'] | RequestOptions['key']): string | undefined =>
  typeof value === 'string' || Buffer.isBuffer(value) ? value.toString('utf8') : undefined;
const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
