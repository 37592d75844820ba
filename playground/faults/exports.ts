import { POD } from '../control/objects.ts';
import { gone, kept, together, type Fault, type FaultWorld } from './fault.ts';

const WORK = 'work.open-cluster-management.io/v1';

/** KubeDB exports the pods of a database twice: the primary under its name, all of them under NAME-pods. */
const exportsOf = ({ database: { namespace, name } }: FaultWorld) =>
  [name, `${name}-pods`].map((one) => ({ apiVersion: 'networking.kubeslice.io/v1beta1', kind: 'ServiceExport', namespace, name: one }));

/** What gives the pods of a database their names in the other clusters. */
export const EXPORTS: readonly Fault[] = [
  {
    id: 'exports-work-deleted',
    hop: 'Pods',
    plants: "somebody deleted the work that has KubeDB's ServiceExports for a spoke",
    code: 'PGD-054',
    says: ['postgres-serviceexports does not exist', 'have no address on', 'kubectl', 'provisioner'],
    remedy: "restart KubeDB's provisioner: it makes the work again",
    async plant({ client, hub, spoke, database }) {
      const work = { apiVersion: WORK, kind: 'ManifestWork', namespace: spoke, name: `${database.name}-serviceexports` };
      await client(hub).delete(work);
      await gone(client(hub), work);
      return () =>
        client(hub)
          .delete({ ...POD, namespace: 'kubedb', name: 'kubedb-kubedb-provisioner-0' })
          .then(() => undefined);
    },
  },
  {
    id: 'exports-of-no-pod',
    hop: 'Pods',
    plants: 'a script for tidy labels keeps the selectors of the ServiceExports of a spoke at a label that no pod has',
    code: 'PGD-054',
    says: ['has no endpoint', 'selector', '--show-labels'],
    remedy: 'end the script, and give them their selector back',
    plant: (world) =>
      together(
        ...exportsOf(world).map(
          (ref) => () => kept(world.client(world.spoke), ref, { spec: { selector: { matchLabels: { 'team.example.com/owner': 'tidy' } } } }),
        ),
      ),
  },
];
