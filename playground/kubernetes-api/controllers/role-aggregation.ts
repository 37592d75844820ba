import { rulesIn, type PolicyRule } from '../auth/policy-rules.ts';
import { equal, type ApiObject } from '../object.ts';
import type { Store } from '../store/store.ts';

const ROLES = { group: 'rbac.authorization.k8s.io', plural: 'clusterroles' };

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/** Fills in the rules of ClusterRoles with an aggregationRule from the roles that it selects, as the controller manager does. */
export const runRoleAggregation = (store: Store): (() => void) => {
  const aggregate = (): void => {
    const roles = store.list(ROLES);
    for (const role of roles) {
      const selectors = role['aggregationRule']?.clusterRoleSelectors as LabelSelector[] | undefined;
      if (selectors === undefined) continue;
      const others = roles.filter((other) => other !== role && selectors.some((selector) => selects(selector, other)));
      const rules = [...new Map(others.flatMap(rulesIn).map((rule): [string, PolicyRule] => [JSON.stringify(rule), rule])).values()];
      if (!equal(rules, rulesIn(role))) store.put(ROLES, { ...role, rules });
    }
  };
  return store.listenTo(ROLES, () => queueMicrotask(aggregate));
};

const selects = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector, { metadata: { labels = {} } }: ApiObject): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    return operator === 'In' ? value !== undefined && values.includes(value) : value === undefined || !values.includes(value);
  });
