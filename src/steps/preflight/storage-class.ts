import { z } from 'zod';
import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { stepId } from '../../domain/step.ts';
import type { Step } from '../context.ts';
import { gate } from '../gate.ts';
import { objectMeta } from '../kube/lenient.ts';
import { listObjects } from '../kube/read.ts';
import { told } from '../../domain/text.ts';
import { byLetters } from '../../domain/words.ts';
import { reading, rightsTo } from '../rights.ts';

/** Either one marks a class as the default (kubernetes/pkg/volume/util/storageclass.go, IsDefaultAnnotation). */
const DEFAULT_MARKS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/** Of a class its name and whether it is the default. Exported for tests. */
export const storageClassSchema = z.object({ metadata: objectMeta });
type StorageClass = z.infer<typeof storageClassSchema>;

/** For a spoke that holds replicas: KubeDB checks the class on the hub alone, and a missing one leaves the volume Pending without a word on the hub. */
export const storageClass = (_fleet: Fleet, { name, storageClass: wanted }: Cluster): Step =>
  gate({
    id: stepId('preflight/storage-class', name),
    title: `${name} has a storage class for replicas`,
    stage: 'Preflight',
    cluster: name,
    rights: rightsTo('see whether replicas get volumes', name, reading({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' })),
    async examine(context) {
      const classes = await listObjects(context.cluster(name), { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' }, storageClassSchema);
      const lasting = classes.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const defaults = lasting.filter(isDefault).toSorted(byAge);
      const found = wanted === undefined ? defaults[0] : lasting.find(({ metadata }) => metadata.name === wanted);
      if (found !== undefined)
        return {
          problems: [],
          evidence: `StorageClass ${found.metadata.name}${wanted === undefined ? ', the default' : ''}`,
          warnings: wanted === undefined && defaults.length > 1 ? [severalDefaults(name, defaults)] : [],
        };
      const names = classes.map(toldOf);
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
                : told`Set storageClass of cluster ${name}, or of the database, in pgdist.yaml to one of these, then plan again.`,
          },
        ],
      };
    },
  });

const isDefault = ({ metadata }: StorageClass): boolean => DEFAULT_MARKS.some((mark) => metadata.annotations[mark] === 'true');

/** Of several defaults Kubernetes takes the newest, of those of one second the first by name (GetDefaultClass, there). */
const byAge = (a: StorageClass, b: StorageClass): number =>
  byLetters(b.metadata.creationTimestamp ?? '', a.metadata.creationTimestamp ?? '') || byLetters(a.metadata.name, b.metadata.name);

const severalDefaults = (cluster: string, defaults: readonly StorageClass[]): string =>
  `${cluster} has ${defaults.length} default storage classes (${defaults.map(({ metadata }) => metadata.name).join(', ')}); Kubernetes takes the newest`;

const toldOf = (one: StorageClass): string =>
  `${one.metadata.name}${isDefault(one) ? ' (default)' : ''}${one.metadata.deletionTimestamp === undefined ? '' : ' (being deleted)'}`;
