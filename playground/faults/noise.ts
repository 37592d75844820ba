import { CONFIG_MAP, DEPLOYMENT, NAMESPACE } from '../control/objects.ts';
import { recordEvent } from '../control/events.ts';
import { together, type FaultWorld, type Mend } from './fault.ts';

/** What goes on in a fleet besides, and has nothing to do with its databases. */
interface Noise {
  readonly id: string;
  readonly plants: string;
  plant(world: FaultWorld): Promise<Mend>;
}

/** A workload of somebody else: its image is not there, so that its pod never starts. */
const broken = async ({ client, pulls }: FaultWorld, cluster: string, namespace: string): Promise<Mend> => {
  const image = 'registry.example.org/somebody-elses-app';
  const labels = { app: 'somebody-elses-app' };
  const ref = { ...DEPLOYMENT, namespace, name: 'somebody-elses-app' };
  pulls(cluster, image, false);
  await client(cluster).create({ ...NAMESPACE, metadata: { name: namespace } });
  await client(cluster).create({
    ...DEPLOYMENT,
    metadata: { namespace, name: ref.name, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: `${image}:1` }] } },
    },
  });
  return async () => {
    await client(cluster).delete(ref);
    pulls(cluster, image, true);
  };
};

/** A workload of somebody else that was scaled to 0 for good reasons. */
const idle = async ({ client }: FaultWorld, cluster: string, namespace: string): Promise<Mend> => {
  const labels = { app: 'retired' };
  await client(cluster).create({ ...NAMESPACE, metadata: { name: namespace } });
  await client(cluster).create({
    ...DEPLOYMENT,
    metadata: { namespace, name: 'retired', labels },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'any:1' }] } },
    },
  });
  return () => client(cluster).delete({ ...DEPLOYMENT, namespace, name: 'retired' });
};

const HOURS_AGO = 3 * 3_600_000;

/** A warning of hours ago about a pod that has long been well. */
const warned = async ({ client }: FaultWorld, cluster: string, [namespace, pod]: readonly [string, string]): Promise<Mend> => {
  const object = await client(cluster).get({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod });
  if (object === undefined) return async () => undefined;
  const about = { ...object, apiVersion: 'v1', kind: 'Pod' };
  const message = `Back-off restarting failed container postgres in pod ${pod}`;
  await recordEvent(client(cluster), new Date(Date.now() - HOURS_AGO), { about, type: 'Warning', reason: 'BackOff', message, component: 'kubelet' });
  return async () => undefined;
};

export const NOISES: readonly Noise[] = [
  { id: 'crash-loop-elsewhere', plants: 'an application of somebody else does not start', plant: (world) => broken(world, world.spoke, 'shop') },
  {
    id: 'crash-loop-beside-dns',
    plants: 'an add-on of somebody else does not start in kube-system',
    plant: (world) => broken(world, world.spoke, 'kube-system'),
  },
  {
    id: 'crash-loop-beside-database',
    plants: 'an application beside the database does not start',
    plant: (world) => broken(world, world.hub, world.database.namespace),
  },
  {
    id: 'retired-beside-dns',
    plants: 'an add-on of somebody else is scaled to 0 in kube-system',
    plant: (world) => idle(world, world.hub, 'kube-system'),
  },
  {
    id: 'old-warning',
    plants: 'a warning of hours ago about a database pod',
    plant: (world) => warned(world, world.spoke, [world.database.namespace, world.database.remote]),
  },
  {
    id: 'slow-api',
    plants: 'the API servers turn callers away now and then',
    async plant({ throttles, hub, spoke }) {
      for (const cluster of [hub, spoke]) throttles(cluster, 3);
      return async () => undefined;
    },
  },
  {
    id: 'other-database-broken',
    plants: 'a ConfigMap and a pod of another database are broken',
    plant: (world) =>
      together(
        () => broken(world, world.spoke, 'other-database'),
        async () => {
          const ref = { ...CONFIG_MAP, namespace: 'other-database', name: 'settings' };
          await world
            .client(world.spoke)
            .create({ ...CONFIG_MAP, metadata: { namespace: ref.namespace, name: ref.name }, data: { 'user.conf': 'garbage' } });
          return () => world.client(world.spoke).delete(ref);
        },
      ),
  },
];
