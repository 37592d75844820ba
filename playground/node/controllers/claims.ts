import type { Mutable } from '../../control/kit.ts';
import { recordEvent } from '../../control/events.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import { CLAIM, defaultClassOf, POD, STORAGE_CLASS, type ControllerContext } from '../../control/objects.ts';
import { workQueue } from '../../control/work-queue.ts';

/** A local-path volume is a directory made by a helper pod: about two seconds. */
const PROVISION_MS = 2_000;
const BINDER = 'persistentvolume-controller';

/** Provisions and binds volumes of claims whose storage class exists: at once, or when a pod that uses the claim has its node. */
export const startClaims = (context: ControllerContext): void => {
  const { client, observe, time, signal, onError } = context;
  const claims = observe(CLAIM);
  const pods = observe(POD);
  const classes = observe(STORAGE_CLASS);

  const queue = workQueue(
    async (key) => {
      const ref = { ...CLAIM, ...fromKey(key) };
      const claim = await client.get(ref);
      if (claim === undefined || claim.metadata.deletionTimestamp !== undefined || claim.status?.phase === 'Bound') return;
      if (claim.spec.storageClassName === undefined) return adoptDefaultClass(claim);
      const name = claim.spec.storageClassName;
      const storageClass = classes.get('', name);
      await client.setStatus(ref, (status) => {
        status.phase = 'Pending';
      });
      if (storageClass === undefined) {
        const message = `storageclass.storage.k8s.io "${name}" not found`;
        return recordEvent(client, context.now(), { about: claim, type: 'Warning', reason: 'ProvisioningFailed', message, component: BINDER });
      }
      const node = consumerNode(claim);
      if (storageClass['volumeBindingMode'] === 'WaitForFirstConsumer' && node === undefined) {
        const message = 'waiting for first consumer to be created before binding';
        return recordEvent(client, context.now(), { about: claim, type: 'Normal', reason: 'WaitForFirstConsumer', message, component: BINDER });
      }
      if (await time.after(PROVISION_MS, signal)) await bind(claim, storageClass);
    },
    { signal, onError },
  );

  const consumerNode = ({ metadata }: Mutable): string | undefined =>
    pods.all().find((pod) => pod.spec.nodeName !== undefined && pod.metadata.namespace === metadata.namespace && uses(pod, metadata.name))?.spec
      .nodeName;

  const adoptDefaultClass = async ({ metadata: { namespace = '', name } }: Mutable): Promise<void> => {
    const standard = defaultClassOf(classes.all());
    if (standard !== undefined) await client.merge({ ...CLAIM, namespace, name }, { spec: { storageClassName: standard.metadata.name } });
  };

  const bind = async (claim: Mutable, storageClass: Mutable): Promise<void> => {
    const { namespace = '', name, uid = '' } = claim.metadata;
    const volume = `pvc-${uid}`;
    const storage = claim.spec.resources?.requests?.storage ?? '1Gi';
    await client.create({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume },
      spec: {
        capacity: { storage },
        accessModes: claim.spec.accessModes,
        persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete',
        storageClassName: storageClass.metadata.name,
        claimRef: { ...CLAIM, namespace, name, uid },
        hostPath: { path: `/opt/local-path-provisioner/${volume}_${namespace}_${name}`, type: 'DirectoryOrCreate' },
      },
    });
    await client.setStatus({ apiVersion: 'v1', kind: 'PersistentVolume', name: volume }, (status) => {
      status.phase = 'Bound';
    });
    await client.merge({ ...CLAIM, namespace, name }, { spec: { volumeName: volume } });
    await client.setStatus({ ...CLAIM, namespace, name }, (status) => {
      status.phase = 'Bound';
      status.accessModes = claim.spec.accessModes;
      status.capacity = { storage };
    });
  };

  const tryPending = (): void => {
    for (const claim of claims.all()) if (claim.status?.phase !== 'Bound') queue.add(keyOf(claim));
  };
  claims.subscribe((claim, gone) => {
    if (!gone) queue.add(keyOf(claim));
    else if (claim.spec.volumeName !== undefined)
      void client.delete({ apiVersion: 'v1', kind: 'PersistentVolume', name: claim.spec.volumeName }).catch(onError);
  });
  classes.subscribe(tryPending);
  pods.subscribe((pod, gone) => {
    if (gone || pod.spec.nodeName === undefined) return;
    for (const claim of claims.all()) if (claim.status?.phase !== 'Bound' && uses(pod, claim.metadata.name)) queue.add(keyOf(claim));
  });
};

const uses = (pod: Mutable, claim: string): boolean =>
  (pod.spec.volumes ?? []).some((volume: any) => volume.persistentVolumeClaim?.claimName === claim);
