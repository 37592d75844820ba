import { operatorClient, type OperatorClient } from '../../playground/control/kit.ts';
import type { Scene } from './scene.ts';

interface Rule {
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}

const KINDS = ['ClusterRole', 'Role'] as const;

/** Takes one verb of a resource out of every role of the workers on the hub, as an administrator would; returns the way to give it back. */
export const withoutVerb = async ({ playground }: Scene, resource: string, verb: string): Promise<() => Promise<void>> => {
  const hub = operatorClient(playground.fleet.connections[0]!, 'kubectl');
  const given = await Promise.all(KINDS.map((kind) => rolesOf(hub, kind)));
  let taken = 0;
  const write = async (change: (rule: Rule) => Rule): Promise<void> => {
    for (const { kind, name, namespace, rules } of given.flat())
      await hub.merge(
        { apiVersion: 'rbac.authorization.k8s.io/v1', kind, name, ...(namespace === undefined ? {} : { namespace }) },
        { rules: rules.map(change) },
      );
  };
  await write((rule) => {
    if (rule.resources?.includes(resource) !== true || !rule.verbs.includes(verb)) return rule;
    taken += 1;
    return { ...rule, verbs: rule.verbs.filter((one) => one !== verb) };
  });
  if (taken === 0) throw new Error(`the workers may not ${verb} ${resource}`);
  return async () => {
    await write((rule) => rule);
    await hub.close();
  };
};

const rolesOf = async (hub: OperatorClient, kind: (typeof KINDS)[number]) =>
  (await hub.list({ apiVersion: 'rbac.authorization.k8s.io/v1', kind }))
    .filter(({ metadata }) => metadata.name === 'pgdist')
    .map((role) => ({
      kind,
      name: role.metadata.name,
      namespace: role.metadata.namespace,
      rules: (role as unknown as { rules: readonly Rule[] }).rules,
    }));
