import type { ApiObject, Fields } from '../object.ts';
import { objectLabelSelector } from '../selectors.ts';
import type { Store } from '../store/store.ts';
import type { Attempt } from './admission.ts';

const NAMESPACES = { group: '', plural: 'namespaces' };

/** True when a webhook is to be asked about an attempt: rules, then the selectors of namespace and object. */
export const concerns = (webhook: Fields, attempt: Attempt, store: Store): boolean =>
  ((webhook['rules'] ?? []) as Fields[]).some((rule) => matchesRule(rule, attempt, webhook['matchPolicy'] !== 'Exact')) &&
  matchesNamespace(webhook['namespaceSelector'] as Fields | undefined, attempt, store) &&
  matchesObject(webhook['objectSelector'] as Fields | undefined, attempt);

const has = (list: unknown, value: string): boolean => Array.isArray(list) && (list.includes('*') || list.includes(value));

const matchesRule = (rule: Fields, { call, operation }: Attempt, alsoOtherVersions: boolean): boolean => {
  const { type, version, subresource } = call;
  const versions = alsoOtherVersions ? type.versions.map(({ name }) => name) : [version.name];
  const scope = (rule['scope'] ?? '*') as string;
  return (
    has(rule['operations'], operation) &&
    has(rule['apiGroups'], type.group) &&
    versions.some((one) => has(rule['apiVersions'], one)) &&
    ((rule['resources'] ?? []) as string[]).some((resource) => matchesResource(resource, type.plural, subresource)) &&
    (scope === '*' || (scope === 'Namespaced') === type.namespaced)
  );
};

/** 'pods', 'pods/status', 'pods/*', '*', '*' with '/status', and all with all. */
const matchesResource = (wanted: string, plural: string, subresource: string | undefined): boolean => {
  const [resource, sub] = wanted.split('/');
  return (resource === '*' || resource === plural) && (sub === '*' || sub === subresource);
};

const matchesNamespace = (selector: Fields | undefined, { call, object, oldObject }: Attempt, store: Store): boolean => {
  const own = call.type.kind === 'Namespace' && call.type.group === '' ? (object ?? oldObject) : undefined;
  const namespace = own ?? (call.type.namespaced ? store.get(NAMESPACES, undefined, call.namespace ?? '') : undefined);
  return namespace === undefined || objectLabelSelector(selector)(namespace.metadata.labels ?? {});
};

const matchesObject = (selector: Fields | undefined, { object, oldObject }: Attempt): boolean => {
  const selects = objectLabelSelector(selector);
  const candidates = [object, oldObject].filter((one): one is ApiObject => one !== undefined);
  return candidates.some(({ metadata }) => selects(metadata.labels ?? {}));
};
