import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import type { ApiServerOptions } from './api-server.ts';
import { CredentialPluginError, runCredentialPlugin, type PluginCredential, type PluginOptions } from './credential-plugin.ts';
import type { OneContext } from './kube-config.ts';
import { readPlainFile } from '../yaml/read-plain-file.ts';
import { LIMITS } from './limits.ts';

/** How one cluster is reached and who asks. */
interface Credentials {
  /** All that a connection needs. A client certificate that a plugin gives is taken once, at connection. */
  options(): Promise<Omit<ApiServerOptions, 'userAgent'>>;
  /** PEM of the certificate authority, undefined for the system's. */
  readonly caPem: string | undefined;
  /** YAML of a kubeconfig with this context alone, everything inlined, the plugins' tokens too: for a file that lives as long as one call of a tool. */
  portable(): Promise<string>;
}

export interface CredentialOptions extends PluginOptions {
  /** Told every token, password and key as it is granted, also a renewed one. */
  readonly learn?: (...secrets: readonly (string | undefined)[]) => void;
}

/** A credential is renewed so long before its end. */
const EARLY_MS = 60_000;
const KNOWN_PROVIDERS = ['tokenFile', 'oidc'];

interface Granted {
  readonly authorization: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/**
 * Tokens, files and certificates as the kubeconfig has them; plugins of which pgdist.yaml knows; identity providers through client-node, with what
 * it lacks: single flight, and a fresh start after a 401. It is loaded for these alone: its generated half takes 90 MB of memory.
 */
export const credentialsOf = (one: OneContext, { learn = () => undefined, ...options }: CredentialOptions = {}): Credentials => {
  const { cluster, user } = one;
  const caPem = pem(cluster.caFile, cluster.caData);
  let provider: Promise<KubeConfig> | undefined;
  let given: PluginCredential | undefined;
  let flight: Promise<Granted> | undefined;

  const granted = (): Promise<Granted> => {
    flight ??= grant()
      .then((fresh) => {
        learn(user?.password ?? undefined, user?.token ?? undefined, fresh.key, fresh.authorization?.replace(/^(?:Bearer|Basic) /, ''));
        return fresh;
      })
      .finally(() => {
        flight = undefined;
      });
    return flight;
  };
  const grant = async (): Promise<Granted> => {
    const exec: unknown = user?.exec ?? (user?.authProvider?.config as { exec?: unknown } | undefined)?.exec;
    if (exec != null) {
      if (given === undefined || (given.expiresAtMs !== undefined && given.expiresAtMs - EARLY_MS < Date.now()))
        given = await runCredentialPlugin(exec, one, options);
      return { ...given, authorization: given.token === undefined ? undefined : `Bearer ${given.token}` };
    }
    if (user?.authProvider == null) return plain(user);
    // Others run programs of their own with all that the worker knows.
    if (!KNOWN_PROVIDERS.includes(user.authProvider.name))
      throw new CredentialPluginError(user.authProvider.name, one.context.name, 'this auth-provider is out of date, use a plugin (exec)', {
        notAllowed: true,
      });
    provider ??= clientNode(one);
    return ask(await provider);
  };
  /** A new KubeConfig has no remembered answers. */
  const forget = (): void => {
    provider = undefined;
    given = undefined;
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
  if (file != null) return readPlainFile(file, LIMITS.fileBytes).toString('utf8');
  return data == null ? undefined : Buffer.from(data, 'base64').toString('utf8');
};
const base64 = (value: string): string => Buffer.from(value).toString('base64');
const text = (value: RequestOptions['cert'] | RequestOptions['key']): string | undefined =>
  typeof value === 'string' || Buffer.isBuffer(value) ? value.toString('utf8') : undefined;
const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
