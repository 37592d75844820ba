import { systemAuthorities } from './authorities.ts';
import type { Way } from './dispatcher.ts';
import type { GivenCredentials } from './given-credentials.ts';
import type { Reading } from './kube-config-reader.ts';
import { proxyFor, type Environment } from './proxy.ts';

/** The way to the server of a kubeconfig, with who shows a certificate on it. */
export const wayTo = ({ one: { cluster }, address, caPem }: Reading, { cert, key }: GivenCredentials, environment: Environment): Way => {
  const proxyUrl = proxyFor(address.base, cluster.proxyUrl, environment);
  return {
    server: address.base,
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    ...(address.secure
      ? {
          skipTlsVerify: cluster.skipTLSVerify,
          ca: caPem ?? systemAuthorities(environment),
          ...(cert === undefined ? {} : { cert }),
          ...(key === undefined ? {} : { key }),
          ...(cluster.tlsServerName === undefined ? {} : { serverName: cluster.tlsServerName }),
        }
      : {}),
  };
};
