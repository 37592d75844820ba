import * as x509 from '../../playground/control/x509.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

export interface Pem {
  readonly certificate: string;
  readonly key: string;
}

/** Signs certificates, for servers and for clients. */
export interface TestAuthority {
  readonly pem: string;
  issue(options?: { readonly name?: string; readonly ip?: string; readonly notAfter?: Date }): Promise<Pem>;
}

export const certificateAuthority = async (name: string): Promise<TestAuthority> => {
  x509.cryptoProvider.set(crypto);
  const keys = await newKeys();
  const now = Date.now();
  const validity = { notBefore: new Date(now - 30 * DAY_MS), notAfter: new Date(now + DAY_MS) };
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    ...validity,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)],
  });
  return {
    pem: own.toString('pem'),
    async issue({ name: subject = 'redis', ip = '127.0.0.1', notAfter = validity.notAfter } = {}) {
      const mine = await newKeys();
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${subject}`,
        issuer: own.subject,
        notBefore: validity.notBefore,
        notAfter,
        signingAlgorithm: ALGORITHM,
        publicKey: mine.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new x509.SubjectAlternativeNameExtension([
            { type: 'ip', value: ip },
            { type: 'dns', value: `${subject}.test` },
          ]),
        ],
      });
      return { certificate: certificate.toString('pem'), key: await keyPem(mine.privateKey) };
    },
  };
};

const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const keyPem = async (key: Parameters<typeof crypto.subtle.exportKey>[1]): Promise<string> => {
  const base64 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${base64.match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END PRIVATE KEY-----\n`;
};
