import { X509Certificate } from 'node:crypto';
import type { Expiring } from '../domain/expiry.ts';
import type { Cluster, Fleet } from '../domain/fleet.ts';
import { readLicence } from '../domain/licence.ts';
import { told } from '../domain/text.ts';
import { sliceKeys } from '../steps/kubeslice/slice-keys.ts';
import { agentCertificate } from '../steps/ocm/agent-certificate.ts';
import { verifyingClients } from '../walk/clients/verifying-clients.ts';
import { lookingTools } from './looking.ts';
import type { WorkerDeps } from './worker-deps.ts';

/**
 * Licence, client certificates, those of OCM's agents, and the keys of the slice, as far as they are known when the signal ends the look. What cannot be
 * read is told by the steps that need it. Never rejects.
 */
export const thingsThatEnd = async (deps: WorkerDeps, fleet: Fleet, signal: AbortSignal): Promise<Expiring[]> => {
  const clusterOf = verifyingClients(lookingTools(deps, fleet, signal));
  const looks = [
    () => licence(deps, fleet),
    () => sliceKeys(clusterOf(fleet.hub), fleet),
    ...fleet.clusters.flatMap((cluster) => [() => clientCertificate(deps, cluster, signal), () => agentCertificate(clusterOf(cluster.name))]),
  ];
  const known = await Promise.all(looks.map((look) => look().catch(() => undefined)));
  return known.filter((thing) => thing !== undefined);
};

const licence = async (deps: WorkerDeps, fleet: Fleet): Promise<Expiring | undefined> => {
  const found = readLicence(await deps.licence());
  if ('unreadable' in found) return undefined;
  return {
    key: 'licence',
    what: 'The KubeDB licence',
    cluster: fleet.hub,
    notBefore: found.notBefore,
    notAfter: found.notAfter,
    consequence: 'then KubeDB stops, the databases run on',
    remedy: told`Get a licence from the AppsCode licence server with the UID of the hub, and put it where kubedb.licenceFile says.`,
  };
};

const clientCertificate = async (deps: WorkerDeps, cluster: Cluster, signal: AbortSignal): Promise<Expiring | undefined> => {
  const pem = await Promise.race([deps.clientCertificate(cluster), ended(signal)]);
  if (pem === undefined) return undefined;
  const { validFromDate: notBefore, validToDate: notAfter } = new X509Certificate(pem);
  return {
    key: `client-certificate-${cluster.name}`,
    what: `The client certificate with which pgdist asks ${cluster.name}`,
    cluster: cluster.name,
    notBefore,
    notAfter,
    consequence: `then pgdist can neither look at ${cluster.name} nor change it`,
    remedy: told`Put a new certificate and key for ${cluster.name} into the kubeconfig of the worker; it is read again when it changes.`,
  };
};

/** A credential plugin listens to no signal. */
const ended = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
