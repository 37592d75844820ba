import { DEPLOYMENT } from '../control/objects.ts';
import { changed, scaled, stopped, together, type Fault, type FaultWorld, type Mend } from './fault.ts';

const OPERATOR = { ...DEPLOYMENT, namespace: 'open-cluster-management', name: 'cluster-manager' };
const part = (name: string) => ({ ...DEPLOYMENT, namespace: 'open-cluster-management-hub', name: `cluster-manager-${name}` });
const MANAGER = { apiVersion: 'operator.open-cluster-management.io/v1', kind: 'ClusterManager', name: 'cluster-manager' };

/** Its operator would bring a part back at once: whoever wants it down stops both. */
const withOperator = ({ client, hub }: FaultWorld, name: string): Promise<Mend> =>
  together(
    () => stopped(client(hub), OPERATOR),
    () => scaled(client(hub), part(name), 0),
  );

const parts = (
  [
    ['registration-controller', 'registration'],
    ['placement-controller', 'placement'],
    ['addon-manager-controller', 'add-ons'],
    ['work-controller', 'replicated works'],
    ['work-webhook', 'the webhook of works'],
  ] as const
).map(([name, words]): Fault => ({
  id: `hub-${name}-scaled-to-0`,
  hop: 'OCM hub',
  plants: `OCM's controller for ${words} and its operator were scaled to 0 to save resources`,
  code: 'PGD-020',
  says: [name, 'scaled to 0', 'kubectl'],
  remedy: 'scale both up again',
  plant: (world) => withOperator(world, name),
}));

export const OCM_HUB: readonly Fault[] = [
  ...parts,
  {
    id: 'hub-operator-scaled-to-0',
    hop: 'OCM hub',
    plants: "OCM's operator on the hub was scaled to 0",
    code: 'PGD-020',
    says: ['cluster-manager', 'scaled to 0'],
    remedy: 'scale it up again',
    plant: ({ client, hub }) => scaled(client(hub), OPERATOR, 0),
  },
  {
    id: 'hub-gate-off',
    hop: 'OCM hub',
    plants: "somebody replaced the hub's feature gates",
    code: 'PGD-020',
    says: ['ManifestWorkReplicaSet'],
    remedy: 'deploy: the gate is added and the others are kept',
    deploys: true,
    plant: ({ client, hub }) => changed(client(hub), MANAGER, { spec: { workConfiguration: { featureGates: [] } } }),
  },
  {
    id: 'hub-gate-unknown',
    hop: 'OCM hub',
    plants: 'a feature gate of a newer OCM was set on the hub',
    code: 'PGD-020',
    says: ['GateOfTheFuture', 'ValidFeatureGates'],
    remedy: 'remove the gate',
    async plant({ client, hub }) {
      const manager = await client(hub).get(MANAGER);
      const gates = (manager?.spec?.workConfiguration?.featureGates ?? []) as object[];
      return changed(client(hub), MANAGER, {
        spec: { workConfiguration: { featureGates: [...gates, { feature: 'GateOfTheFuture', mode: 'Enable' }] } },
      });
    },
  },
];
