import { X509Certificate } from 'node:crypto';

/** What a KubeDB licence says. Its PEM is never kept, logged or shown: serial number and dates are. */
export interface Licence {
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** UIDs of kube-system namespaces that it was issued for. */
  readonly clusters: readonly string[];
  /** True for a licence of every cluster (common name starts with "*."). */
  readonly everyCluster: boolean;
  /** Subject's O: what may run. */
  readonly features: readonly string[];
  readonly forClients: boolean;
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** Reads a licence: one PEM X.509 client certificate. The reason when it is none, as a person would look at the file. */
export const readLicence = (text: string): Licence | { readonly unreadable: string } => {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  const [pem] = blocks;
  if (pem === undefined) return { unreadable: notPem(text) };
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return { unreadable: 'it is marked as a certificate but does not decode as one: it was cut or changed on the way' };
  }
  const { CN: name, O: features } = certificate.toLegacyObject().subject as unknown as Record<'CN' | 'O', string | string[] | undefined>;
  return {
    serial: certificate.serialNumber,
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
    clusters: [...(certificate.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].map(([, host]) => host ?? ''),
    everyCluster: [name].flat().some((common) => common?.startsWith('*.') === true),
    features: [features].flat().filter((feature) => feature !== undefined),
    forClients: (certificate.keyUsage ?? []).includes(CLIENT_AUTH),
  };
};

const notPem = (text: string): string => {
  const start = text.trim();
  if (start === '') return 'it is empty';
  if (/^<(!doctype|html)/i.test(start)) return 'it is a web page: the download page was saved instead of the licence';
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(start)) return 'it is a JSON web token, not a licence';
  if (start.includes('PRIVATE KEY')) return 'it holds a private key, not a licence';
  return 'it holds no PEM certificate';
};
