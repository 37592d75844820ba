import { DEPLOYMENT } from '../control/objects.ts';
import { SECRET } from '../control/objects.ts';
import { changed, deleted, scaled, stopped, together, type Fault, type FaultWorld, type Mend } from './fault.ts';

const OPERATOR = { ...DEPLOYMENT, namespace: 'open-cluster-management', name: 'klusterlet' };
const managedCluster = (name: string) => ({ apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster', name });
const agent = (name: string) => ({ ...DEPLOYMENT, namespace: 'open-cluster-management-agent', name: `klusterlet-${name}-agent` });
const KLUSTERLET_REF = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'Klusterlet', name: 'klusterlet' };

const withOperator = ({ client, spoke }: FaultWorld, name: string): Promise<Mend> =>
  together(
    () => stopped(client(spoke), OPERATOR),
    () => stopped(client(spoke), agent(name)),
    // What the operator had under way when it was stopped may have brought it back.
    () => scaled(client(spoke), agent(name), 0),
  );

/** The token of a join lives for minutes: whoever asks with it later is not let in. */
const withOldToken = async ({ client, spoke }: FaultWorld): Promise<Mend> => {
  const secret = { ...SECRET, namespace: 'open-cluster-management-agent', name: 'bootstrap-hub-kubeconfig' };
  const kubeconfig = Buffer.from((await client(spoke).get(secret))?.data?.kubeconfig ?? '', 'base64').toString();
  const old = kubeconfig.replace(/token: .*/, 'token: ended-long-ago');
  return changed(client(spoke), secret, { data: { kubeconfig: Buffer.from(old).toString('base64') } });
};

/** As many requests of one cluster as keep its agent from making another. */
const REQUESTS = 10;

const requestsLeft = async ({ client, hub, spoke }: FaultWorld): Promise<Mend> => {
  const refs = Array.from({ length: REQUESTS }, (_, at) => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    name: `${spoke}-left-${at}`,
  }));
  for (const { name, ...kind } of refs)
    await client(hub).create({
      ...kind,
      metadata: { name, labels: { 'open-cluster-management.io/cluster-name': spoke } },
      spec: { request: REQUEST, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
    });
  return async () => {
    for (const ref of refs) await client(hub).delete(ref);
  };
};

/** Nobody approves it, so that nobody reads it. */
const REQUEST = Buffer.from('-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n').toString('base64');

export const KLUSTERLET: readonly Fault[] = [
  {
    id: 'agent-certificate-ended',
    hop: 'Registration',
    plants: "the certificate with which OCM's agent of a spoke asks the hub ended yesterday",
    code: 'PGD-026',
    says: ['has ended', 'it was valid from', 'Deploy'],
    remedy: 'deploy: the spoke is joined again and the request of its agent approved',
    deploys: true,
    plant: (world) =>
      together(
        () => withOldToken(world),
        () => world.certify(world.spoke, -1),
      ),
  },
  {
    id: 'agent-certificate-not-renewed',
    hop: 'Registration',
    plants: 'requests piled up on the hub, so that the agent of a spoke asks for no other certificate, and its own ends in days',
    code: 'PGD-093',
    says: ["certificate with which OCM's agent", 'ends in 5 days', 'too many csr'],
    remedy: 'delete the requests that nobody needs: the agent goes on by itself',
    told: 'a word',
    plant: (world) =>
      together(
        () => requestsLeft(world),
        () => world.certify(world.spoke, 5.5),
      ),
  },
  {
    id: 'cluster-not-accepted',
    hop: 'Registration',
    plants: 'somebody denied a spoke on the hub',
    code: 'PGD-023',
    says: ['hubAcceptsClient', 'kubectl', 'denied'],
    remedy: 'accept it again',
    plant: ({ client, hub, spoke }) => changed(client(hub), managedCluster(spoke), { spec: { hubAcceptsClient: false } }),
  },
  {
    id: 'cluster-tainted-on-the-hub',
    hop: 'Registration',
    plants: 'somebody tainted a spoke on the hub for maintenance, so that Placements leave it out',
    code: 'PGD-023',
    says: ['is tainted', 'maintenance:NoSelect', 'kubectl'],
    remedy: 'take the taint off',
    plant: ({ client, hub, spoke }) =>
      changed(client(hub), managedCluster(spoke), {
        spec: { taints: [{ key: 'maintenance', effect: 'NoSelect', timeAdded: new Date().toISOString().replace(/\.\d+/, '') }] },
      }),
  },
  {
    id: 'agent-removed',
    hop: 'Registration',
    plants: "somebody removed OCM's agent from a spoke, which the hub still has as a member",
    code: 'PGD-021',
    says: ['agent was removed', 'join it again', 'Do not delete ManagedCluster'],
    remedy: 'join it again under the same name',
    plant: ({ client, spoke }) => deleted(client(spoke), KLUSTERLET_REF),
  },
  {
    id: 'registration-agent-scaled-to-0',
    hop: 'Registration',
    plants: "OCM's registration agent and its operator were scaled to 0 on a spoke",
    code: 'PGD-021',
    says: ['klusterlet-registration-agent', 'scaled to 0', 'kubectl'],
    remedy: 'scale both up again',
    plant: (world) => withOperator(world, 'registration'),
  },
  {
    id: 'hub-out-of-reach',
    hop: 'Registration',
    plants: 'a firewall keeps pods of a spoke from the API server of the hub',
    code: 'PGD-017',
    says: ['i/o timeout', '10.250.0.10'],
    remedy: 'let pods of the spoke reach the hub',
    async plant({ reaches, spoke }) {
      reaches(spoke, false);
      return async () => reaches(spoke, true);
    },
  },
  {
    id: 'klusterlet-of-another-name',
    hop: 'Registration',
    plants: 'a spoke was joined again under another name',
    code: 'PGD-022',
    says: ['somebody-else'],
    remedy: 'give the Klusterlet its name back',
    plant: ({ client, spoke }) => changed(client(spoke), KLUSTERLET_REF, { spec: { clusterName: 'somebody-else' } }),
  },
  {
    id: 'work-agent-scaled-to-0',
    hop: 'Klusterlet',
    plants: "OCM's work agent and its operator were scaled to 0 on a spoke",
    code: 'PGD-024',
    says: ['klusterlet-work-agent', 'scaled to 0', 'kubectl'],
    remedy: 'scale both up again',
    plant: (world) => withOperator(world, 'work'),
  },
  {
    id: 'klusterlet-operator-scaled-to-0',
    hop: 'Klusterlet',
    plants: "OCM's operator was scaled to 0 on a spoke",
    code: 'PGD-024',
    says: ['open-cluster-management/klusterlet', 'scaled to 0'],
    remedy: 'scale it up again',
    plant: ({ client, spoke }) => scaled(client(spoke), OPERATOR, 0),
  },
  {
    id: 'feedback-gate-off',
    hop: 'Klusterlet',
    plants: 'the gate for feedback of whole objects was switched off on a spoke',
    code: 'PGD-024',
    says: ['RawFeedbackJsonString'],
    remedy: 'deploy: the gate is added and the others are kept',
    deploys: true,
    plant: ({ client, spoke }) => changed(client(spoke), KLUSTERLET_REF, { spec: { workConfiguration: { featureGates: [] } } }),
  },
];
