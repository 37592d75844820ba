import { DEPLOYMENT } from '../control/objects.ts';
import { changed, scaled, stopped, together, type Fault, type FaultWorld, type Mend } from './fault.ts';

const OPERATOR = { ...DEPLOYMENT, namespace: 'open-cluster-management', name: 'klusterlet' };
const agent = (name: string) => ({ ...DEPLOYMENT, namespace: 'open-cluster-management-agent', name: `klusterlet-${name}-agent` });
const KLUSTERLET_REF = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'Klusterlet', name: 'klusterlet' };

const withOperator = ({ client, spoke }: FaultWorld, name: string): Promise<Mend> =>
  together(
    () => stopped(client(spoke), OPERATOR),
    () => stopped(client(spoke), agent(name)),
    // What the operator had under way when it was stopped may have brought it back.
    () => scaled(client(spoke), agent(name), 0),
  );

export const KLUSTERLET: readonly Fault[] = [
  {
    id: 'cluster-not-accepted',
    hop: 'Registration',
    plants: 'somebody denied a spoke on the hub',
    code: 'PGD-023',
    says: ['hubAcceptsClient', 'kubectl', 'denied'],
    remedy: 'accept it again',
    plant: ({ client, hub, spoke }) =>
      changed(
        client(hub),
        { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster', name: spoke },
        { spec: { hubAcceptsClient: false } },
      ),
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
