import { createHash } from 'node:crypto';
import type { Kind } from '../../src/kube-api/objects.ts';
import type { Mutable, OperatorClient } from './kit.ts';
import type { SimulatedTime } from './simulated-time.ts';
import type { Observe } from './observed.ts';

/** What every controller of a cluster is given. */
export interface ControllerContext {
  readonly client: OperatorClient;
  readonly observe: Observe;
  readonly time: SimulatedTime;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** In [0, 1). */
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}

export const POD: Kind = { apiVersion: 'v1', kind: 'Pod' };
export const NODE: Kind = { apiVersion: 'v1', kind: 'Node' };
export const NAMESPACE: Kind = { apiVersion: 'v1', kind: 'Namespace' };
export const SECRET: Kind = { apiVersion: 'v1', kind: 'Secret' };
export const CONFIG_MAP: Kind = { apiVersion: 'v1', kind: 'ConfigMap' };
export const SERVICE: Kind = { apiVersion: 'v1', kind: 'Service' };
export const SERVICE_ACCOUNT: Kind = { apiVersion: 'v1', kind: 'ServiceAccount' };
export const CLAIM: Kind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
export const DEPLOYMENT: Kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
export const REPLICA_SET: Kind = { apiVersion: 'apps/v1', kind: 'ReplicaSet' };
export const STATEFUL_SET: Kind = { apiVersion: 'apps/v1', kind: 'StatefulSet' };
export const DAEMON_SET: Kind = { apiVersion: 'apps/v1', kind: 'DaemonSet' };
export const JOB: Kind = { apiVersion: 'batch/v1', kind: 'Job' };
export const STORAGE_CLASS: Kind = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' };

/** Annotation of the storage class for claims that name none. */
const DEFAULT_CLASS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/** The class that a claim without one gets: of those marked as default by either annotation the newest, then the first by name. */
export const defaultClassOf = (classes: readonly Mutable[]): Mutable | undefined =>
  classes
    .filter(({ metadata }) => DEFAULT_CLASS.some((mark) => metadata.annotations?.[mark] === 'true'))
    .toSorted(
      (a, b) =>
        (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') || (a.metadata.name < b.metadata.name ? -1 : 1),
    )[0];

interface OwnerReference extends Kind {
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export const ownerReference = (owner: Mutable): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

export const controllerOf = (object: Mutable): OwnerReference | undefined =>
  (object.metadata as { ownerReferences?: OwnerReference[] }).ownerReferences?.find(({ controller }) => controller === true);

export const ownedBy =
  (owner: Mutable) =>
  (object: Mutable): boolean =>
    controllerOf(object)?.uid === owner.metadata.uid;

/** Name letters as Kubernetes uses them in generated names: no vowels, no look-alikes. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

export const randomSuffix = (random: () => number, length = 5): string =>
  Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');

/** Stable short hash of a value, in name letters. */
export const shortHash = (value: unknown, length = 10): string =>
  [...createHash('sha256').update(JSON.stringify(value)).digest().subarray(0, length)].map((byte) => LETTERS[byte % LETTERS.length]).join('');

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/** An empty selector matches everything, an absent one nothing. */
export const matchesLabels = (selector: LabelSelector | undefined, labels: Readonly<Record<string, string>> = {}): boolean =>
  selector !== undefined &&
  Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector.matchExpressions ?? []).every((expression) => matchesExpression(expression, labels));

export const matchesExpression = (
  { key, operator, values = [] }: { readonly key: string; readonly operator: string; readonly values?: readonly string[] },
  labels: Readonly<Record<string, string>>,
): boolean => {
  const value = labels[key];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  if (operator === 'Gt') return Number(value) > Number(values[0]);
  return operator === 'Lt' && Number(value) < Number(values[0]);
};

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** Puts a condition into a status, keeping its transition time when the status of the condition did not change. */
export const setCondition = (status: { conditions?: any[] }, condition: Condition, now: Date): void => {
  const conditions = (status.conditions ??= []);
  const index = conditions.findIndex(({ type }) => type === condition.type);
  const before = conditions[index];
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : stamp(now);
  const after = { ...condition, lastTransitionTime };
  if (index < 0) conditions.push(after);
  else conditions[index] = after;
};

/** Takes a condition out of a status; an empty list goes too. */
export const removeCondition = (status: { conditions?: any[] }, type: string): void => {
  const left = status.conditions?.filter((condition) => condition.type !== type) ?? [];
  if (left.length > 0) status.conditions = left;
  else delete status.conditions;
};

export const conditionOf = (object: Mutable | undefined, type: string): { status: string; reason: string; message: string } | undefined =>
  object?.status?.conditions?.find((condition: { type: string }) => condition.type === type);

/** Kubernetes' time format: seconds. */
export const stamp = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

export const isReady = (pod: Mutable): boolean => conditionOf(pod, 'Ready')?.status === 'True';
export const isFinished = (pod: Mutable): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
export const isActive = (pod: Mutable): boolean => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
