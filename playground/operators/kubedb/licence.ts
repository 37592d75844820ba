import { webcrypto } from 'node:crypto';
import * as x509 from '../../control/x509.ts';

interface LicenceOptions {
  /** UID of the hub's namespace kube-system: what the licence is bound to. */
  readonly clusterUid: string;
  /** Default: an hour ago. */
  readonly notBefore?: Date;
  /** Default: in 30 days, the term of a trial. */
  readonly notAfter?: Date;
  /** Subject's O: what may run. */
  readonly features?: readonly string[];
}

const HOUR_MS = 3_600_000;
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A licence in the form of AppsCode's: a PEM client certificate whose DNS name is the cluster's UID. Signed by a key that is thrown away. */
export const makeLicence = async ({ clusterUid, notBefore, notAfter, features = FEATURES }: LicenceOptions): Promise<string> => {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const authority = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.Name([
      { CN: [clusterUid] },
      ...features.map((feature) => ({ O: [feature] })),
      { OU: ['kubedb-enterprise'] },
      { ST: ['enterprise'] },
    ]),
    issuer: 'CN=Playground licences,O=kubedb',
    notBefore: notBefore ?? new Date(Date.now() - HOUR_MS),
    notAfter: notAfter ?? new Date(Date.now() + 30 * 24 * HOUR_MS),
    publicKey: keys.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.ExtendedKeyUsageExtension([CLIENT_AUTH]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: clusterUid },
        { type: 'email', value: 'playground@example.com' },
      ]),
    ],
  });
  return `${certificate.toString('pem')}\n`;
};

const FEATURES = ['kubedb-enterprise', 'kubedb-community', 'kubedb-autoscaler'];
