import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { brief, readPlainFile } from '../yaml/read-yaml.ts';
import { holdsCertificate } from './authorities.ts';
import { headerText } from './impersonation.ts';
import type { OneContext } from './kube-config.ts';
import { KubeConfigError } from './kube-config-error.ts';
import { LIMITS } from './limits.ts';

/** What a user shows without any program being asked. */
export interface GivenCredentials {
  /** Value of the header. */
  readonly authorization: string | undefined;
  /** PEM. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** Files that the context names: their content counts as the kubeconfig's own. */
export const filesNamedBy = ({ cluster, user }: OneContext): readonly string[] =>
  [cluster.caFile, user?.tokenFile, user?.certFile, user?.keyFile].filter((path) => path !== undefined);

/** PEM of the cluster's authority; undefined: the kubeconfig has none, or the file is empty. Throws KubeConfigError. */
export const authorityOf = ({ cluster }: OneContext): string | undefined => {
  const pem = dataOrFile(cluster.caData, cluster.caFile, 'certificate-authority');
  if (pem === undefined || pem === '') return undefined;
  if (!holdsCertificate(pem)) throw new KubeConfigError(`certificate-authority of cluster ${brief(cluster.name)} holds no certificate`);
  return pem;
};

/**
 * Precedence is client-go's: of a token and a readable file with one the file counts, a token before a password, a certificate beside either, and any of
 * them before a plugin. Throws KubeConfigError when a file cannot be read or certificate and key are no pair.
 */
export const givenCredentials = ({ user }: OneContext): GivenCredentials => {
  if (user === undefined) return { authorization: undefined, cert: undefined, key: undefined };
  const { username, password } = user;
  const token = tokenOf(user);
  if (token !== undefined && username !== undefined)
    throw new KubeConfigError(`user ${brief(user.name)} of the kubeconfig has a tokenFile and a password: remove one`);
  const basic = username === undefined ? undefined : `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
  return { authorization: token === undefined ? basic : `Bearer ${headerText(token)}`, ...pairOf(user) };
};

type User = NonNullable<OneContext['user']>;

const tokenOf = ({ name, token, tokenFile }: User): string | undefined => {
  if (tokenFile === undefined) return token;
  try {
    const read = contentOf(tokenFile, 'tokenFile').trim();
    if (read !== '') return read;
  } catch (error) {
    if (token === undefined) throw error;
  }
  if (token !== undefined) return token;
  throw new KubeConfigError(`tokenFile of user ${brief(name)} of the kubeconfig is empty`);
};

const pairOf = ({ name, certData, certFile, keyData, keyFile }: User): Pick<GivenCredentials, 'cert' | 'key'> => {
  if ((certData ?? certFile) === undefined) return { cert: undefined, key: undefined };
  const cert = dataOrFile(certData, certFile, 'client-certificate');
  const key = dataOrFile(keyData, keyFile, 'client-key');
  if (cert === undefined || key === undefined || !isPair(cert, key))
    throw new KubeConfigError(`client-certificate and client-key of user ${brief(name)} of the kubeconfig are no pair`);
  return { cert, key };
};

/** True when both can be read and belong together. */
export const isPair = (cert: string, key: string): boolean => {
  try {
    createSecureContext({ cert, key });
    return new X509Certificate(cert).raw.length > 0;
  } catch {
    return false;
  }
};

const dataOrFile = (data: string | undefined, file: string | undefined, what: string): string | undefined => {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  return file === undefined ? undefined : contentOf(file, what);
};

const contentOf = (path: string, what: string): string => {
  try {
    return readPlainFile(path, LIMITS.fileBytes).toString('utf8');
  } catch (error) {
    // Without its path, which tells people nothing: the kubeconfig names it.
    throw new KubeConfigError(`${what} of the kubeconfig: ${(error as Error).message}`, { cause: error });
  }
};
