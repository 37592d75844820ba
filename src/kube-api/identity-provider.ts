import type { RequestOptions } from 'node:https';
import { CredentialPluginError } from './credential-plugin-error.ts';
import type { OneContext } from './kube-config.ts';

/**
 * Value of the header Authorization from an auth-provider: oidc alone, by client-node, which asks the provider for a new token when the old one has
 * ended. It is loaded for this alone: its generated half takes 90 MB of memory. Throws CredentialPluginError.
 */
export const askIdentityProvider = async (
  { context, cluster }: OneContext,
  provider: { readonly name: string; readonly config: Readonly<Record<string, string>> },
): Promise<string | undefined> => {
  const failed = (reason: string, notAllowed = false): CredentialPluginError =>
    new CredentialPluginError(provider.name, context.name, reason, { notAllowed });
  // Others run programs of their own with all that the worker knows, and kubectl has forgotten them.
  if (provider.name !== 'oidc') throw failed('this auth-provider is out of date, use a plugin (exec)', true);
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'cluster', server: cluster.server, skipTLSVerify: false }],
    users: [{ name: 'user', authProvider: { name: provider.name, config: { ...provider.config } } }],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
    currentContext: 'context',
  });
  const options: RequestOptions & { headers: Record<string, string> } = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw failed(error instanceof Error ? error.message : 'the identity provider gave no token');
  }
  return options.headers['Authorization']?.trim();
};
