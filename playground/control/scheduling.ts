import type { Mutable } from './kit.ts';
import { matchesExpression, matchesLabels } from './objects.ts';

/** Why a pod may not run on a node by its own wishes and the node's taints, in the scheduler's words; undefined: it may. */
export const unfitReason = (spec: any, node: Mutable): string | undefined => {
  const labels = node.metadata.labels ?? {};
  if (node.spec?.unschedulable === true && !tolerates(spec, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }))
    return 'node(s) were unschedulable';
  const wanted = Object.entries<string>(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  if (!wanted || !matchesNodeAffinity(spec, node)) return "node(s) didn't match Pod's node affinity/selector";
  const taint = (node.spec?.taints ?? []).find((one: Taint) => one.effect !== 'PreferNoSchedule' && !tolerates(spec, one));
  return taint === undefined ? undefined : `node(s) had untolerated taint(s)`;
};

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

const tolerates = (spec: any, taint: Taint): boolean =>
  (spec.tolerations ?? []).some(
    ({ key, operator = 'Equal', value = '', effect }: { key?: string; operator?: string; value?: string; effect?: string }) =>
      (effect === undefined || effect === '' || effect === taint.effect) &&
      (key === undefined || key === '' || key === taint.key) &&
      (operator === 'Exists' || value === (taint.value ?? '')),
  );

const matchesNodeAffinity = (spec: any, node: Mutable): boolean => {
  const terms: any[] | undefined = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined) return true;
  return terms.some(({ matchExpressions = [], matchFields = [] }) => {
    const fields = { 'metadata.name': node.metadata.name };
    return (
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((expression: any) => matchesExpression(expression, node.metadata.labels ?? {})) &&
      matchFields.every((expression: any) => matchesExpression(expression, fields))
    );
  });
};

/** Whether required pod anti-affinity by hostname, of the pod or of those already there, keeps the pod away from the node's pods. */
export const repelled = (pod: Mutable, onNode: readonly Mutable[]): boolean => onNode.some((other) => avoids(pod, other) || avoids(other, pod));

const avoids = (pod: Mutable, other: Mutable): boolean =>
  (pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(
    ({ labelSelector, topologyKey, namespaces }: any) =>
      topologyKey === 'kubernetes.io/hostname' &&
      (namespaces ?? [pod.metadata.namespace]).includes(other.metadata.namespace) &&
      matchesLabels(labelSelector, other.metadata.labels),
  );

interface Amounts {
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

/** What the pod's containers request together. */
export const requestsOf = (pod: Mutable): Amounts => {
  const requests = (pod.spec.containers ?? []).map((container: any) => amountsOf(container.resources?.requests ?? container.resources?.limits));
  return { cpu: sum(requests.map(({ cpu }: Amounts) => cpu)), memory: sum(requests.map(({ memory }: Amounts) => memory)) };
};

export const amountsOf = (resources: { cpu?: string | number; memory?: string | number } | undefined): Amounts => ({
  cpu: quantity(resources?.cpu ?? 0),
  memory: quantity(resources?.memory ?? 0),
});

const SUFFIXES: Readonly<Record<string, number>> = {
  m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
}; // prettier-ignore

/** Number behind a Kubernetes quantity: 500m, 2Gi, 4. */
const quantity = (value: string | number): number => {
  const match = /^([+-]?[0-9.]+(?:e[+-]?[0-9]+)?)([a-zA-Z]*)$/i.exec(String(value));
  return match === null ? 0 : Number(match[1]) * (match[2] === '' ? 1 : (SUFFIXES[match[2] ?? ''] ?? 1));
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
