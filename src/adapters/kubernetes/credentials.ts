import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import type { ApiServerOptions } from './api-server.ts';

/** How one cluster is reached and who asks. */
export interface Credentials {
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

/** Reads credentials through client-node (tokens, files, certificates, exec plugins, OIDC), with what it lacks: single flight, and a fresh start after a 401. */
export const credentialsOf = (kubeConfig: KubeConfig): Credentials => {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current cluster');
  const caPem = pem(cluster.caFile, cluster.caData);
  let source = kubeConfig;
  let flight: Promise<Granted> | undefined;

  const granted = (): Promise<Granted> => {
    flight ??= ask(source).finally(() => {
      flight = undefined;
    });
    return flight;
  };
  /** A new KubeConfig has no remembered plugin answers. */
  const forget = (): void => {
    source = new KubeConfig();
    source.loadFromOptions({
      clusters: kubeConfig.clusters,
      users: kubeConfig.users,
      contexts: kubeConfig.contexts,
      currentContext: kubeConfig.currentContext,
    });
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
      const user = kubeConfig.getCurrentUser();
      const token = authorization?.startsWith('Bearer ') === true ? authorization.slice('Bearer '.length) : undefined;
      const name = kubeConfig.currentContext;
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

const ask = async (kubeConfig: KubeConfig): Promise<Granted> => {
  const options: RequestOptions & { headers: Record<string, string> } = { headers: {} };
  await kubeConfig.applyToHTTPSOptions(options);
  const bearer = options.headers['Authorization']?.trim();
  const basic = options.auth == null ? undefined : `Basic ${base64(options.auth)}`;
  return { authorization: bearer ?? basic, cert: text(options.cert), key: text(options.key) };
};

const pem = (file: string | undefined, data: string | undefined): string | undefined => {
  if (file !== undefined) return readFileSync(file, 'utf8');
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
};
const base64 = (value: string): string => Buffer.from(value).toString('base64');
const text = (value: RequestOptions['cert'] | RequestOptions['key']): string | undefined =>
  typeof value === 'string' || Buffer.isBuffer(value) ? value.toString('utf8') : undefined;
const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
