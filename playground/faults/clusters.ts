import { DEPLOYMENT } from '../control/objects.ts';
import { scaled, type Fault } from './fault.ts';

export const CLUSTERS: readonly Fault[] = [
  {
    id: 'spoke-api-down',
    hop: 'Clusters',
    plants: 'the API server of a spoke refuses connections',
    code: 'PGD-001',
    says: ['connection refused'],
    async plant({ answers, spoke }) {
      answers(spoke, 'refuses');
      return async () => answers(spoke, 'answers');
    },
  },
  {
    id: 'hub-api-hangs',
    hop: 'Clusters',
    plants: 'the API server of the hub takes connections and answers nothing',
    code: 'PGD-001',
    says: ['no answer'],
    async plant({ answers, hub }) {
      answers(hub, 'hangs');
      return async () => answers(hub, 'answers');
    },
  },
];

export const OCM: readonly Fault[] = [
  {
    id: 'hub-controller-scaled-to-0',
    hop: 'Open Cluster Management',
    plants: "OCM's registration controller on the hub was scaled to 0",
    code: 'PGD-020',
    says: ['registration-controller'],
    plant: ({ client, hub }) =>
      scaled(client(hub), { ...DEPLOYMENT, namespace: 'open-cluster-management-hub', name: 'cluster-manager-registration-controller' }, 0),
  },
];
