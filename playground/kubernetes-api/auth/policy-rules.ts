import type { ApiObject, Fields } from '../object.ts';
import type { Attributes } from './request-attributes.ts';

/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

export const rulesIn = (role: ApiObject | Fields): readonly PolicyRule[] => (role['rules'] ?? []) as PolicyRule[];

const holds = (values: readonly string[] | undefined, value: string): boolean => values?.some((one) => one === '*' || one === value) === true;

export const ruleAllows = (rule: PolicyRule, asked: Attributes): boolean => {
  if (!holds(rule.verbs, asked.verb)) return false;
  if ('path' in asked) return rule.nonResourceURLs?.some((pattern) => pathMatches(pattern, asked.path)) === true;
  const { resourceNames = [] } = rule;
  return (
    holds(rule.apiGroups, asked.group) &&
    resourceMatches(rule.resources, asked.resource, asked.subresource) &&
    (resourceNames.length === 0 || (asked.name !== undefined && resourceNames.includes(asked.name)))
  );
};

// '*' is everything, subresources too; '*/scale' this subresource of everything; 'pods/*' nothing.
const resourceMatches = (resources: readonly string[] = [], resource: string, subresource: string | undefined): boolean => {
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  return resources.some((one) => one === '*' || one === whole || (subresource !== undefined && one === `*/${subresource}`));
};

const pathMatches = (pattern: string, path: string): boolean =>
  pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')));

/** Parts of `wanted` that no rule of `held` covers, one verb, group, resource and name in each: what granting them would add. */
export const rulesBeyond = (held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] =>
  wanted.flatMap(partsOf).filter((part) => !held.some((rule) => covers(rule, part)));

const partsOf = ({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): PolicyRule[] => [
  ...verbs.flatMap((verb) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource): PolicyRule[] => {
        const part = { verbs: [verb], apiGroups: [group], resources: [resource] };
        return resourceNames.length === 0 ? [part] : resourceNames.map((name) => ({ ...part, resourceNames: [name] }));
      }),
    ),
  ),
  ...verbs.flatMap((verb) => nonResourceURLs.map((url) => ({ verbs: [verb], nonResourceURLs: [url] }))),
];

const covers = (rule: PolicyRule, part: PolicyRule): boolean => {
  const each = (values: readonly string[] | undefined, wanted: readonly string[] = []): boolean => wanted.every((value) => holds(values, value));
  if (!each(rule.verbs, part.verbs)) return false;
  if (part.nonResourceURLs !== undefined)
    return part.nonResourceURLs.every((url) => rule.nonResourceURLs?.some((pattern) => pathMatches(pattern, url)) === true);
  const resources = (part.resources ?? []).every((one) => {
    const [, subresource] = one.split('/');
    return rule.resources?.some((held) => held === '*' || held === one || (subresource !== undefined && held === `*/${subresource}`)) === true;
  });
  const names = rule.resourceNames ?? [];
  const namesCovered = names.length === 0 || ((part.resourceNames?.length ?? 0) > 0 && part.resourceNames?.every((name) => names.includes(name)));
  return each(rule.apiGroups, part.apiGroups) && resources && namesCovered === true;
};

/** A rule as the real server prints it: {APIGroups:[""], Resources:["secrets"], Verbs:["get"]} */
export const shownRule = ({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }: PolicyRule): string => {
  const list = (name: string, values: readonly string[] | undefined): string[] =>
    values === undefined || values.length === 0 ? [] : [`${name}:[${values.map((value) => JSON.stringify(value)).join(', ')}]`];
  const fields = [
    ...list('APIGroups', apiGroups),
    ...list('Resources', resources),
    ...list('ResourceNames', resourceNames),
    ...list('NonResourceURLs', nonResourceURLs),
    ...list('Verbs', verbs),
  ];
  return `{${fields.join(', ')}}`;
};
