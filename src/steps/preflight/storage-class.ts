import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { stepId } from '../../domain/step.ts';
import type { KubeObject } from '../../kube-api/objects.ts';
import type { Step } from '../context.ts';
import { gate } from '../gate.ts';
import { told } from '../../domain/text.ts';
import { reading, rightsTo } from '../rights.ts';

const DEFAULT_MARK = 'storageclass.kubernetes.io/is-default-class';

/** For a spoke that holds replicas: KubeDB checks the class on the hub alone, and a missing one leaves the volume Pending without a word on the hub. */
export const storageClass = (_fleet: Fleet, { name, storageClass: wanted }: Cluster): Step =>
  gate({
    id: stepId('preflight/storage-class', name),
    title: `${name} has a storage class for replicas`,
    stage: 'Preflight',
    cluster: name,
    rights: rightsTo('see whether replicas get volumes', name, reading({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' })),
    async examine(context) {
      const { items } = await context.cluster(name).list({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' });
      const found = items.find((item) => (wanted === undefined ? isDefault(item) : item.metadata.name === wanted));
      if (found !== undefined) return { problems: [], evidence: `StorageClass ${found.metadata.name}${wanted === undefined ? ', the default' : ''}` };
      const names = items.map((item) => `${item.metadata.name}${isDefault(item) ? ' (default)' : ''}`);
      return {
        evidence: '',
        problems: [
          {
            code: 'PGD-012',
            what: wanted === undefined ? told`${name} has no default storage class` : told`${name} has no storage class ${wanted}`,
            evidence: [names.length === 0 ? 'it has no storage class at all' : `it has ${names.join(', ')}`],
            remedy:
              names.length === 0
                ? told`Install a volume provisioner with a StorageClass on ${name}, then plan again.`
                : told`Set storageClass of cluster ${name} in pgdist.yaml to one of these, then plan again.`,
          },
        ],
      };
    },
  });

const isDefault = ({ metadata }: KubeObject): boolean => metadata.annotations?.[DEFAULT_MARK] === 'true';
