import { POD, SECRET } from '../control/objects.ts';
import { changed, deleted, type Fault, type FaultWorld, type Mend } from './fault.ts';

const NAMESPACE = 'kubedb';
const LICENCE_SECRET = { ...SECRET, namespace: NAMESPACE, name: 'kubedb-license' };

const onDisk = async ({ licence }: FaultWorld, text: string | null): Promise<Mend> => {
  const before = await licence(text);
  return async () => void (await licence(before));
};

/** KubeDB looks at its licence when it starts, and every hour. */
const restarted = async ({ client, hub }: FaultWorld): Promise<void> => {
  for (const { metadata } of await client(hub).list({ ...POD, namespace: NAMESPACE }))
    await client(hub).delete({ ...POD, namespace: NAMESPACE, name: metadata.name });
};

export const LICENCE: readonly Fault[] = [
  {
    id: 'licence-file-gone',
    hop: 'Licence',
    plants: 'the file of the licence was removed where the worker runs',
    code: 'PGD-040',
    says: ['there is no such file', 'kubedb.licenceFile'],
    remedy: 'put the file back',
    plant: (world) => onDisk(world, null),
  },
  {
    id: 'licence-file-is-a-web-page',
    hop: 'Licence',
    plants: 'the file of the licence is the page of a proxy that asked for a login',
    code: 'PGD-040',
    says: ['UID of the hub'],
    remedy: 'put the licence there',
    plant: (world) => onDisk(world, '<!DOCTYPE html><title>Sign in</title>\n'),
  },
  {
    id: 'licence-of-a-spoke',
    hop: 'Licence',
    plants: 'the licence was issued for a spoke',
    code: 'PGD-041',
    says: ['another cluster', 'Get a licence for'],
    remedy: 'get one for the hub',
    plant: async (world) => onDisk(world, await world.issue({ cluster: world.spoke })),
  },
  {
    id: 'licence-expired',
    hop: 'Licence',
    plants: 'the licence ended yesterday',
    code: 'PGD-042',
    says: ['expired'],
    remedy: 'renew it',
    plant: async (world) => onDisk(world, await world.issue({ daysLeft: -1 })),
  },
  {
    id: 'licence-secret-damaged',
    hop: 'Licence',
    plants: 'somebody edited the Secret of the licence, and KubeDB was restarted',
    code: 'PGD-049',
    says: ['kubedb-license', 'invalid certificate', 'not needed'],
    remedy: 'put the licence back',
    async plant(world) {
      const mend = await changed(world.client(world.hub), LICENCE_SECRET, { data: { 'key.txt': Buffer.from('not a licence').toString('base64') } });
      await restarted(world);
      return mend;
    },
  },
  {
    id: 'licence-secret-deleted',
    hop: 'Licence',
    plants: 'the Secret of the licence was deleted, and KubeDB was restarted',
    code: 'PGD-049',
    says: ['kubedb-license', 'no license found', 'not needed'],
    remedy: 'put the licence back',
    async plant(world) {
      const mend = await deleted(world.client(world.hub), LICENCE_SECRET);
      await restarted(world);
      return mend;
    },
  },
];
