import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { Expiring } from '../../domain/expiry.ts';
import { byDeploy, type Problem } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { ClusterRefusedError } from '../../ports/cluster-errors.ts';
import { AGENT_NAMESPACE } from './objects.ts';

/** What the agent of a spoke acts with on the hub. Of its keys only the certificate is looked at. */
export const AGENT_SECRET = { apiVersion: 'v1', kind: 'Secret', namespace: AGENT_NAMESPACE, name: 'hub-kubeconfig-secret' } as const;
const secretSchema = z.object({ data: z.object({ 'tls.crt': z.string().max(65_536) }) });

/** An agent asks for the next certificate when 20 to 25 % of its life are left (OCM, pkg/registration/register/csr): at this share that failed. */
const OVERDUE = 0.15;

/** When the certificate of a spoke's agent began and ends; undefined where it is not there, cannot be read, or may not be. */
export const agentCertificate = async (spoke: ClusterReader): Promise<Expiring | undefined> => {
  const secret = secretSchema.safeParse(await spoke.read(AGENT_SECRET).catch(unlessRefused));
  const pem = secret.success ? Buffer.from(secret.data.data['tls.crt'], 'base64').toString('utf8') : '';
  const chain = (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(lifeOf);
  const [first, ...others] = chain.filter((life) => life !== undefined);
  if (first === undefined) return undefined;
  // A chain is good as long as all of it is.
  const life = others.reduce(
    (all, { notBefore, notAfter }) => ({
      notBefore: notBefore > all.notBefore ? notBefore : all.notBefore,
      notAfter: notAfter < all.notAfter ? notAfter : all.notAfter,
    }),
    first,
  );
  const { name } = spoke;
  return {
    key: `agent-certificate-${name}`,
    what: `The certificate with which OCM's agent of ${name} asks the hub`,
    cluster: name,
    ...life,
    renewedAt: OVERDUE,
    consequence: `its agent has not renewed it, as it does by itself; then ${name} is lost to the hub, the database runs on`,
    remedy: told`Look at condition ClusterCertificateRotated of ManagedCluster ${name} on the hub and at the log of klusterlet-registration-agent on ${name}. Once it has ended, a deploy joins ${name} again.`,
  };
};

const lifeOf = (pem: string): Pick<Expiring, 'notBefore' | 'notAfter'> | undefined => {
  try {
    const { validFromDate: notBefore, validToDate: notAfter } = new X509Certificate(pem);
    return { notBefore, notAfter };
  } catch {
    return undefined;
  }
};

const unlessRefused = (error: unknown): undefined => {
  if (error instanceof ClusterRefusedError) return undefined;
  throw error;
};

/** What ended, with what the clusters say of it; undefined where it is good or not known. */
export const endedCertificate = (certificate: Expiring | undefined, now: Date, evidence: readonly string[]): Problem | undefined =>
  certificate === undefined || certificate.notAfter > now
    ? undefined
    : {
        code: 'PGD-026',
        cluster: certificate.cluster,
        what: told`the certificate with which OCM's agent of ${certificate.cluster} asks the hub has ended`,
        evidence: [
          `it was valid from ${certificate.notBefore.toISOString()} to ${certificate.notAfter.toISOString()}; the worker's clock says ${now.toISOString()}`,
          ...evidence,
        ],
        ...byDeploy(told`Deploy: pgdist joins ${certificate.cluster} again and approves the request of its agent. The database runs on meanwhile.`),
      };
