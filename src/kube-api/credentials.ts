import { isDeepStrictEqual } from 'node:util';
import type { Access, AccessSource } from './access.ts';
import type { CredentialPluginError } from './credential-plugin-error.ts';
import { askIdentityProvider } from './identity-provider.ts';
import { createPluginCache, type PluginOptions } from './plugin-cache.ts';
import type { OneContext } from './kube-config.ts';
import { authorityOf, type GivenCredentials } from './given-credentials.ts';
import { createKubeConfigReader, type Reading } from './kube-config-reader.ts';
import { impersonationHeaders } from './impersonation.ts';
import { portableKubeConfig } from './portable-kube-config.ts';
import type { Environment } from './proxy.ts';
import { wayTo } from './way.ts';

/** How one cluster is reached and who asks, as its kubeconfig and the files that this names say it now. */
interface Credentials extends AccessSource {
  /** PEM of the certificate authority, undefined for the system's, or when it cannot be read: requests tell that. */
  caPem(): string | undefined;
  /** What kubectl passes over in silence and a person should know. */
  note(): string | undefined;
  /** What to tell of a plugin that has not ended yet; undefined: none runs. */
  pluginUnderWay(): CredentialPluginError | undefined;
  /** PEM of the certificate that the kubeconfig itself has for its user, without the key; undefined: none, or one that a plugin renews. */
  clientCertificate(): Promise<string | undefined>;
  /** YAML of a kubeconfig with this context alone, everything inlined, the plugins' tokens too: for a file that lives as long as one call of a tool. */
  portable(): Promise<string>;
}

export interface CredentialOptions extends PluginOptions {
  /** Told every token, password and key as it is granted, also a renewed one. */
  readonly learn?: (...secrets: readonly (string | undefined)[]) => void;
  /** Where proxies and the machine's authorities are named; default: this process's. */
  readonly environment?: Environment;
}

interface Current {
  readonly reading: Reading;
  readonly granted: GivenCredentials;
  readonly access: Access;
}

/**
 * Tokens, files and certificates as the kubeconfig has them, read again when a file changes; plugins of which pgdist.yaml knows; identity providers.
 * Requests at the same time share one look. Throws KubeConfigError and CredentialPluginError from `now`, `renew` and `portable`.
 */
export const credentialsOf = (
  one: OneContext,
  { learn = () => undefined, environment = process.env, ...options }: CredentialOptions = {},
): Credentials => {
  const reader = createKubeConfigReader(one);
  const plugin = createPluginCache({ ...options, environment });
  let current: Current | undefined;
  let flight: Promise<Current> | undefined;

  const look = (): Promise<Current> => {
    flight ??= found().finally(() => {
      flight = undefined;
    });
    return flight;
  };
  const found = async (): Promise<Current> => {
    const reading = await reader.read();
    const granted = await grant(reading);
    if (current?.reading === reading && isDeepStrictEqual(current.granted, granted)) return current;
    const { user } = reading.one;
    learn(user?.password, user?.token, granted.key, granted.authorization?.replace(/^(?:Bearer|Basic) /, ''));
    const way = wayTo(reading, granted, environment);
    const { proxyUrl } = way;
    if (proxyUrl !== undefined && URL.canParse(proxyUrl)) learn(decodeURIComponent(new URL(proxyUrl).password));
    const { authorization } = granted;
    const headers = {
      ...(authorization === undefined ? {} : { authorization }),
      ...(user === undefined ? {} : impersonationHeaders(user.impersonation)),
    };
    const access: Access = { way: current !== undefined && isDeepStrictEqual(current.access.way, way) ? current.access.way : way, headers };
    current = { reading, granted, access };
    return current;
  };
  const grant = async ({ one: { context, cluster, user }, one: whole, address, given, caPem }: Reading): Promise<GivenCredentials> => {
    if (address.authorization !== undefined) return { ...given, authorization: address.authorization };
    if (!address.secure || user === undefined) return given;
    const isGiven = given.authorization !== undefined || given.cert !== undefined;
    if (user.authProvider !== undefined) {
      const provided = await askIdentityProvider(whole, user.authProvider);
      return { ...given, authorization: given.authorization ?? provided };
    }
    if (isGiven || user.exec === undefined) return given;
    return plugin.credential(user.exec, { context: context.name, cluster, caPem });
  };

  return {
    now: async () => (await look()).access,
    async renew(used, why) {
      await flight?.catch(() => undefined);
      if (current !== undefined && current.access === used) {
        reader.forget();
        // A server that refuses a certificate ends the connection.
        if (why === 'refused' || used.way.cert !== undefined) plugin.forget();
      }
      const { access } = await look();
      return access !== used;
    },
    caPem() {
      try {
        return authorityOf(current?.reading.one ?? one);
      } catch {
        return undefined;
      }
    },
    pluginUnderWay: () => plugin.underWay(),
    note: () => (current?.reading.one ?? one).note,
    clientCertificate: async () => (await look()).reading.given.cert,
    async portable() {
      const { reading, granted } = await look();
      return portableKubeConfig(reading, granted);
    },
  };
};
