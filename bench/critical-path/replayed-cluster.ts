import { z } from 'zod';
import type { ApiObject } from '../../playground/kubernetes-api/object.ts';
import { labelSelector } from '../../playground/kubernetes-api/selectors.ts';
import { KindMissingError } from '../../src/ports/cluster-errors.ts';
import type { ExecTarget, Kind, KubeObject, Query } from '../../src/kube-api/objects.ts';
import type { ClusterReader } from '../../src/ports/cluster.ts';
import { collectionKey, type History } from './history.ts';

/** An answer that only a running cluster can give: of a program in a pod, or of a port. */
export class NotRecordedError extends Error {
  override readonly name = 'NotRecordedError';
}

/** What a verdict rested on. */
export interface Asked {
  /** Collections that were read (collectionKey). */
  readonly collections: Set<string>;
  /** For every question that is not recorded: was the pod that would have answered it ready? */
  readonly pods: boolean[];
}

/** One cluster as a recording remembers it. Dry runs are taken as answered: by then the webhooks' pods were read as ready. */
export const replayedCluster = (name: string, history: History, asked: Asked): ClusterReader => {
  const collection = (kind: Kind): readonly KubeObject[] => {
    asked.collections.add(collectionKey(name, kind));
    return history.objects(name, kind);
  };
  const isServed = ({ apiVersion, kind }: Kind): boolean => {
    const [group = ''] = apiVersion.split('/');
    if (!apiVersion.includes('/') || !group.includes('.') || group.endsWith('.k8s.io')) return true;
    return collection(DEFINITION).some((object) => {
      const { spec, status } = Definition.parse(object);
      return (
        spec.group === group &&
        spec.names.kind === kind &&
        status.conditions.some(({ type, status: met }) => type === 'Established' && met === 'True')
      );
    });
  };
  const list = async ({ labelSelector: labels, fieldSelector, ...query }: Query) => {
    if (!isServed(query)) throw new KindMissingError(`kind ${query.kind} on ${name}`);
    const wanted = labels === undefined ? () => true : labelSelector(labels);
    const items = collection(query)
      .filter((object) => query.namespace === undefined || object.metadata.namespace === query.namespace)
      .filter((object) => wanted(object as ApiObject) && matches(object, fieldSelector))
      .map((object) => ({ ...object, apiVersion: query.apiVersion, kind: query.kind }));
    return { items, resourceVersion: '0' };
  };
  const onlyLive = async (target: ExecTarget): Promise<never> => {
    const pod = history.objects(name, POD).find(({ metadata }) => metadata.namespace === target.namespace && metadata.name === target.pod);
    asked.collections.add(collectionKey(name, POD));
    asked.pods.push(pod !== undefined && isReady(pod));
    throw new NotRecordedError(`pod ${target.pod} on ${name}`);
  };
  return {
    name,
    caPem: undefined,
    note: undefined,
    hindrance: undefined,
    version: async () => 'v1.35.4',
    serves: async (kind) => isServed(kind),
    list,
    read: async ({ name: wanted, ...ref }) => (await list(ref)).items.find(({ metadata }) => metadata.name === wanted),
    diff: async () => ({ exists: true, changes: [] }),
    rehearse: async () => undefined,
    exec: onlyLive,
    forward: onlyLive,
    logs: async () => '',
    allowed: async () => true,
    watch() {
      throw new NotRecordedError(`watch on ${name}`);
    },
  };
};

const DEFINITION: Kind = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
const POD: Kind = { apiVersion: 'v1', kind: 'Pod' };

const Conditions = z.array(z.object({ type: z.string(), status: z.string() })).default([]);
const Definition = z.object({
  spec: z.object({ group: z.string(), names: z.object({ kind: z.string() }) }),
  status: z.object({ conditions: Conditions }).default({ conditions: [] }),
});
const Pod = z.object({ status: z.object({ conditions: Conditions }).default({ conditions: [] }) });

const isReady = (pod: KubeObject): boolean => Pod.parse(pod).status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

/** metadata.name and other plain equalities, which is what steps select by. */
const matches = (object: KubeObject, selector = ''): boolean =>
  selector
    .split(',')
    .filter((term) => term !== '')
    .every((term) => {
      const [path = '', value] = term.split(/==?/);
      return path.split('.').reduce<unknown>((at, field) => (at as Record<string, unknown> | undefined)?.[field], object) === value;
    });
