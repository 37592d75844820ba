import { webcrypto } from 'node:crypto';
import * as x509 from '../../playground/control/x509.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** PEM of a certificate request with any subject ('O=a, O=b, CN=c' as entries) and extensions. */
export const signingRequest = async (
  subject: readonly Readonly<Record<string, readonly string[]>>[],
  extensions: readonly x509.Extension[] = [],
): Promise<string> => {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subject.map((entry) => Object.fromEntries(Object.entries(entry).map(([type, values]) => [type, [...values]]))),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [...extensions],
  });
  return `${csr.toString('pem')}\n`;
};

const GROUP = 'system:open-cluster-management:';

/** As an agent of OCM asks, with more in its subject on demand. */
export const requestOfAgent = (cluster: string, agent: string, more: readonly Readonly<Record<string, readonly string[]>>[] = []): Promise<string> =>
  signingRequest([{ O: [`${GROUP}${cluster}`] }, { O: [`${GROUP}managed-clusters`] }, ...more, { CN: [`${GROUP}${cluster}:${agent}`] }]);
