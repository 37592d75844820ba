import type { KubeObject } from '../../kube-api/objects.ts';

/** Who wrote fields of the object, as its managedFields tell; empty where they tell nothing. */
export const fieldManagersOf = ({ metadata }: KubeObject): string[] => {
  const managed: unknown = metadata.managedFields;
  return Array.isArray(managed)
    ? managed.flatMap((one: { manager?: unknown } | null) => (typeof one?.manager === 'string' ? [one.manager] : []))
    : [];
};
