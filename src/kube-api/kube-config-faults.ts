import { brief } from '../yaml/read-yaml.ts';
import { isHeaderText } from './impersonation.ts';
import type { Cluster, User } from './kube-config-file.ts';
import { proxyFault } from './proxy.ts';
import { addressOf } from './server-address.ts';

/** Why kubectl refuses such a cluster and user, one clause each; what only reading its files tells is not among them. */
export const faultsOf = (cluster: Cluster, user: User | undefined): string[] => [
  ...clusterFaults(cluster),
  ...(user === undefined ? [] : userFaults(user)),
];

const clusterFaults = ({ name, server, caData, caFile, skipTLSVerify, proxyUrl }: Cluster): string[] => {
  const of = `cluster ${brief(name)}`;
  if (server === undefined) return [`${of} names no server`];
  const address = addressOf(server);
  if (address.kind === 'refused') return [`the server of ${of} ${address.reason}`];
  const proxy = proxyUrl === undefined ? undefined : proxyFault(proxyUrl);
  return [
    ...(proxy === undefined ? [] : [`proxy-url of ${of} ${proxy}`]),
    ...(caData !== undefined && caFile !== undefined ? [`${of} has certificate-authority-data and certificate-authority: remove one`] : []),
    ...(address.secure && skipTLSVerify && (caData ?? caFile) !== undefined
      ? [`${of} has insecure-skip-tls-verify and a certificate authority: remove one`]
      : []),
  ];
};

const userFaults = ({ name, impersonation, ...user }: User): string[] => {
  const of = `user ${brief(name)}`;
  const { groups, extra, uid } = impersonation;
  const hasCertificate = (user.certData ?? user.certFile) !== undefined;
  return [
    ...(user.token !== undefined && (user.username ?? user.password) !== undefined ? [`${of} has a token and a password: remove one`] : []),
    ...(hasCertificate && user.certData !== undefined && user.certFile !== undefined
      ? [`${of} has client-certificate-data and client-certificate: remove one`]
      : []),
    ...(hasCertificate && user.keyData !== undefined && user.keyFile !== undefined ? [`${of} has client-key-data and client-key: remove one`] : []),
    ...(hasCertificate && (user.keyData ?? user.keyFile) === undefined ? [`${of} has a client certificate without its key`] : []),
    ...(user.exec !== undefined && user.authProvider !== undefined ? [`${of} has exec and auth-provider: remove one`] : []),
    ...(impersonation.user === undefined && (uid !== undefined || groups.length > 0 || Object.keys(extra).length > 0)
      ? [`${of} has as-uid, as-groups or as-user-extra without as`]
      : []),
    ...([user.token, impersonation.user, uid, ...groups, ...Object.values(extra).flat()].every((value) => isHeaderText(value ?? ''))
      ? []
      : [`${of} has a value that no header can hold`]),
  ];
};
