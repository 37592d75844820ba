import { serverCertificate } from '../../../playground/control/certificate.ts';
import { makeServingCertificate, type ServingCertificate } from '../../../playground/kubernetes-api/auth/certificates.ts';

export interface Pair {
  /** Its common name. */
  readonly name: string;
  readonly certPem: string;
  readonly keyPem: string;
}

/** What the servers of all forms show, and what their clients may show; made anew for each run. */
export interface Certificates {
  readonly serving: ServingCertificate;
  /** An authority that signed none of them. */
  readonly otherCaPem: string;
  readonly client: Pair;
  readonly otherClient: Pair;
}

export const makeCertificates = async (): Promise<Certificates> => {
  const [serving, other, client, otherClient] = await Promise.all([
    makeServingCertificate('recorded', ['::1', '*.example.test']),
    makeServingCertificate('other', []),
    clientPair('the client'),
    clientPair('another client'),
  ]);
  return { serving, otherCaPem: other.caPem, client, otherClient };
};

const clientPair = async (name: string): Promise<Pair> => {
  const { certificate, key } = await serverCertificate(name, '127.0.0.1');
  return { name, certPem: `${certificate}\n`, keyPem: key };
};
