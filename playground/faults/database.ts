import { POD } from '../control/objects.ts';
import { deleted, evicted, gone, nudged, together, type Fault } from './fault.ts';

export const DATABASE: readonly Fault[] = [
  {
    id: 'database-never-deployed',
    hop: 'Placement',
    plants: 'everything is there, and nobody has deployed the database yet',
    code: 'PGD-070',
    says: ['is not deployed', '/pgdist deploy postgres'],
    remedy: 'deploy',
    deploys: true,
    async plant({ client, hub, spoke, database: { namespace, name, remote } }) {
      const mend = await deleted(client(hub), { apiVersion: 'kubedb.com/v1', kind: 'Postgres', namespace, name });
      // Its pods go with it, and with them what they held.
      await gone(client(hub), { apiVersion: 'kubedb.com/v1', kind: 'Postgres', namespace, name });
      await gone(client(spoke), { apiVersion: 'v1', kind: 'Pod', namespace, name: remote });
      return mend;
    },
  },
  {
    id: 'standby-container-stopped',
    hop: 'Pods',
    plants: 'the container of the remote standby does not come up',
    code: 'PGD-060',
    says: ['postgres-1', 'CrashLoopBackOff'],
    remedy: 'end what keeps it from starting',
    async plant({ runs, spoke, database: { namespace, remote: pod } }) {
      runs(spoke, { namespace, pod }, false);
      return async () => runs(spoke, { namespace, pod }, true);
    },
  },
  {
    id: 'coordinator-stopped',
    hop: 'Pods',
    plants: 'pg-coordinator of the remote standby crashes again and again',
    code: 'PGD-060',
    says: ['postgres-1', 'pg-coordinator'],
    remedy: 'end what keeps it from starting',
    async plant({ runs, spoke, database: { namespace, remote: pod } }) {
      runs(spoke, { namespace, pod, container: 'pg-coordinator' }, false);
      return async () => runs(spoke, { namespace, pod }, true);
    },
  },
  {
    id: 'every-server-down',
    hop: 'Pods',
    plants: 'no container of the database comes up',
    code: 'PGD-060',
    says: ['CrashLoopBackOff'],
    remedy: 'end what keeps them from starting',
    async plant({ runs, hub, spoke, database: { namespace, name, remote } }) {
      const pods = [...[0, 2].map((index) => [hub, { namespace, pod: `${name}-${index}` }] as const), [spoke, { namespace, pod: remote }] as const];
      for (const [cluster, pod] of pods) runs(cluster, pod, false);
      return async () => {
        for (const [cluster, pod] of pods) runs(cluster, pod, true);
      };
    },
  },
  {
    id: 'postgres-image-gone',
    hop: 'Pods',
    plants: 'the pod of the remote standby was restarted while its registry cannot be reached',
    code: 'PGD-060',
    says: ['ImagePull', 'registry'],
    remedy: 'let the nodes reach the registry',
    async plant(world) {
      const {
        spoke,
        pulls,
        database: { namespace, remote },
      } = world;
      pulls(spoke, 'postgres', false);
      await evicted(world, spoke, { namespace, name: remote });
      return async () => pulls(spoke, 'postgres', true);
    },
  },
  {
    id: 'quota-leaves-no-room',
    hop: 'Pods',
    plants: "a ResourceQuota was set on the database's namespace of a spoke, and the pod was restarted",
    code: 'PGD-060',
    says: ['exceeded quota', 'ResourceQuota'],
    remedy: 'raise the quota',
    async plant(world) {
      const {
        client,
        spoke,
        hub,
        database: { namespace, remote },
      } = world;
      const quota = { apiVersion: 'v1', kind: 'ResourceQuota', namespace, name: 'small' };
      await client(spoke).create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace, name: 'small' }, spec: { hard: { pods: '0' } } });
      await evicted(world, spoke, { namespace, name: remote });
      return async () => {
        await client(spoke).delete(quota);
        await nudged(client(hub), { namespace: spoke, name: remote });
      };
    },
  },
  {
    id: 'pod-held-by-a-finalizer',
    hop: 'Pods',
    plants: 'the pod of the remote standby was deleted and is held by a finalizer of a controller that is gone',
    code: 'PGD-060',
    says: ['held by finalizer example.com/inventory', 'take the finalizer off'],
    remedy: 'take the finalizer off',
    async plant({ client, hub, spoke, database: { namespace, remote } }) {
      const ref = { ...POD, namespace, name: remote };
      await client(spoke).merge(ref, { metadata: { finalizers: ['example.com/inventory'] } });
      await client(spoke).delete(ref);
      return async () => {
        await client(spoke).merge(ref, { metadata: { finalizers: null } });
        await nudged(client(hub), { namespace: spoke, name: remote });
      };
    },
  },
  {
    id: 'work-agent-stopped-and-pod-lost',
    hop: 'Klusterlet',
    plants: 'the pod of the remote standby was deleted while the work agent does not run',
    code: 'PGD-024',
    says: ['klusterlet-work-agent', 'scaled to 0'],
    remedy: 'scale the agent up again',
    async plant(world) {
      const { client, spoke, database } = world;
      const { KLUSTERLET } = await import('./klusterlet.ts');
      const stopped = KLUSTERLET.find(({ id }) => id === 'work-agent-scaled-to-0')!;
      return together(
        () => stopped.plant(world),
        async () => {
          await client(spoke).delete({ ...POD, namespace: database.namespace, name: database.remote });
          return async () => undefined;
        },
      );
    },
  },
];
