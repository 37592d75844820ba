import * as x509 from '../../control/x509.ts';
import { webcrypto } from 'node:crypto';
import type { Mutable } from '../../control/kit.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import type { ControllerContext } from '../../control/objects.ts';
import { workQueue } from '../../control/work-queue.ts';

const CSR = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' } as const;
const SIGNER = 'kubernetes.io/kube-apiserver-client';
const YEAR_MS = 365 * 24 * 3600_000;
/** Kubernetes removes decided requests after an hour, pending ones after a day. */
const KEEP_DECIDED_MS = 3600_000;
const KEEP_PENDING_MS = 24 * 3600_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Signs approved client certificate requests with an authority of its own, and removes old requests. */
export const startCsrSigner = ({ client, observe, time, signal, now, onError }: ControllerContext): void => {
  const authority = certificateAuthority(client.cluster, now());
  const timed = new Set<string>();
  const queue = workQueue(
    async (key) => {
      const ref = { ...CSR, name: fromKey(key).name };
      const request = await client.get(ref);
      if (request?.spec.signerName !== SIGNER) return;
      if (request.status?.certificate !== undefined || !has(request, 'Approved') || has(request, 'Denied')) return;
      const certificate = await sign(await authority, request.spec.request, (request.spec.expirationSeconds ?? YEAR_MS / 1000) * 1000, now());
      await client.setStatus(ref, (status) => {
        status.certificate = Buffer.from(certificate).toString('base64');
      });
    },
    { signal, onError },
  );
  const removeAfter = async ({ metadata }: Mutable, ms: number): Promise<void> => {
    const id = `${metadata.uid} ${ms}`;
    if (timed.has(id)) return;
    timed.add(id);
    if (!(await time.after(ms, signal))) return;
    const ref = { ...CSR, name: metadata.name };
    if ((await client.get(ref))?.metadata.uid === metadata.uid) await client.delete(ref);
  };
  observe(CSR).subscribe((request, gone) => {
    if (gone) return;
    queue.add(keyOf(request));
    void removeAfter(request, has(request, 'Approved') || has(request, 'Denied') ? KEEP_DECIDED_MS : KEEP_PENDING_MS).catch(onError);
  });
};

const has = (request: Mutable, type: string): boolean =>
  (request.status?.conditions ?? []).some((condition: { type: string }) => condition.type === type);

interface Authority {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

const certificateAuthority = async (cluster: string, now: Date): Promise<Authority> => {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${cluster}-client-ca`,
    keys,
    notBefore: now,
    notAfter: new Date(now.getTime() + 10 * YEAR_MS),
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return { name: root.subject, keys };
};

/** PEM of a certificate with the subject and key of the request (base64 of PEM, as the API holds it). */
const sign = async ({ name, keys }: Authority, request: string, validMs: number, now: Date): Promise<string> => {
  const csr = new x509.Pkcs10CertificateRequest(Buffer.from(request, 'base64').toString());
  if (!(await csr.verify())) throw new Error('the request is not signed by its own key');
  const certificate = await x509.X509CertificateGenerator.create({
    subject: csr.subject,
    issuer: name,
    publicKey: await csr.publicKey.export(),
    signingKey: keys.privateKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(now.getTime() - 5 * 60_000),
    notAfter: new Date(now.getTime() + validMs),
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
    ],
  });
  return `${certificate.toString('pem')}\n`;
};
