import { webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '../../../control/x509.ts';
import type { Mutable } from '../../../control/kit.ts';
import { secretText } from './kubeconfig.ts';

/** An agent asks for its next certificate when a random share between 20 and 25 % of the life of this one is left (pkg/registration/register/csr). */
const RENEWED_AT = { least: 0.2, spread: 0.05 };

const ofSecret = (secret: Mutable | undefined): X509Certificate | undefined => {
  const pem = secretText(secret, 'tls.crt');
  if (pem === undefined) return undefined;
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};

/** Whether the hub lets nobody in with it: it ended, or there is none. */
export const hasEnded = (secret: Mutable | undefined, now: Date): boolean => (ofSecret(secret)?.validToDate ?? now) <= now;

export const isDue = (secret: Mutable | undefined, now: Date, random: () => number): boolean => {
  const certificate = ofSecret(secret);
  if (certificate === undefined) return false;
  const { validFromDate, validToDate } = certificate;
  const share = RENEWED_AT.least + random() * RENEWED_AT.spread;
  return validToDate.getTime() - now.getTime() < share * (validToDate.getTime() - validFromDate.getTime());
};

/** The condition that an agent sets once it has another certificate. */
export const rotatedMessage = (pem: string): string => {
  const { validFromDate, validToDate } = new X509Certificate(pem);
  return `client certificate rotated starting from ${goTime(validFromDate)} to ${goTime(validToDate)}`;
};

const YEAR_MS = 365 * 86_400_000;

/** PEM of a certificate of a year, as kube-controller-manager makes them for agents by default, that ends then. */
export const agentCertificateEnding = async (cluster: string, notAfter: Date): Promise<string> => {
  const group = `system:open-cluster-management:${cluster}`;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: new x509.Name([{ O: [group] }, { O: ['system:open-cluster-management:managed-clusters'] }, { CN: [`${group}:agent`] }]).toString(),
    keys: await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']),
    notBefore: new Date(notAfter.getTime() - YEAR_MS),
    notAfter,
    signingAlgorithm: ALGORITHM,
  });
  return `${certificate.toString('pem')}\n`;
};

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** As Go prints an instant. */
const goTime = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
