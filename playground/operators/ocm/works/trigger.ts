import type { Mutable } from '../../../control/kit.ts';

/**
 * What of a work makes the agent apply it: its labels and what its spec means, and that it is being deleted. Annotations do not, and neither does a
 * generation that rose because an empty list was written out: Go reads both as the same. Manifests are raw bytes to the agent, so that in them all counts.
 */
export const triggerOf = ({ metadata, spec }: Mutable): string => {
  const { uid, labels, deletionTimestamp } = metadata;
  const { workload, ...settings } = (spec ?? {}) as { workload?: { manifests?: unknown } };
  return JSON.stringify([uid, ordered(labels), deletionTimestamp, ordered(workload?.manifests), ordered(withoutEmpty(settings))]);
};

const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, ordered(inner)]),
  );
};

const withoutEmpty = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const kept = Object.entries(value).flatMap(([key, inner]) => {
    const rest = withoutEmpty(inner);
    return rest === undefined ? [] : [[key, rest] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
};
