import { badRequest } from './errors.ts';
import { isFields, type ApiObject, type Fields } from './object.ts';
import type { ResourceType, ResourceVersionInfo } from './kinds/resource-type.ts';

export type Selector = (object: ApiObject) => boolean;

/** Fields by which built-in kinds can be selected, besides metadata.name and metadata.namespace. */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((field) => `involvedObject.${field}`),
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Secret: ['type'],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  Job: ['status.successful'],
  CertificateSigningRequest: ['spec.signerName'],
  Service: ['spec.clusterIP', 'spec.type'],
};

/** `metadata.name=x,status.phase!=Running`. Throws 400 for a field that the kind cannot be selected by. */
export const fieldSelector = (text: string, type: ResourceType, version: ResourceVersionInfo): Selector => {
  const known = ['metadata.name', 'metadata.namespace', ...(SELECTABLE[type.kind] ?? []), ...version.selectableFields];
  const tests = text
    .split(',')
    .filter((term) => term !== '')
    .map((term): Selector => {
      const [, field, operator, value] = /^([^=!]+)(==|!=|=)(.*)$/.exec(term) ?? [];
      if (field === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      if (!known.includes(field)) throw badRequest(unknownField(field, type));
      return (object) => (fieldText(object, field) === value) === (operator !== '!=');
    });
  return (object) => tests.every((test) => test(object));
};

/** Kinds with a list of their own word it as their converters do, the rest as the generic one does. */
const unknownField = (field: string, { kind, custom }: ResourceType): string => {
  if (kind === 'Job' && !custom) return `field label "${field}" not supported for Job`;
  return custom || kind in SELECTABLE
    ? `field label not supported: ${field}`
    : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
};

const fieldText = (object: ApiObject, path: string): string => {
  if (path === 'source') return String(object['source']?.component ?? object['reportingComponent'] ?? '');
  const value = path.split('.').reduce<unknown>((at, name) => (isFields(at) ? at[name] : undefined), object);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
};

/** `a=b,c!=d,e in (x,y),f notin (z),g,!h`. Throws 400 when it cannot be read. */
export const labelSelector = (text: string): Selector => {
  const tests = text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '')
    .map((term) => requirement(term, text));
  return ({ metadata: { labels = {} } }) => tests.every((test) => test(labels));
};

const requirement = (term: string, whole: string): ((labels: Record<string, string>) => boolean) => {
  const [, setKey, operator, list] = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(term) ?? [];
  if (setKey !== undefined && list !== undefined) {
    const values = list.split(',').map((value) => value.trim());
    const isIn = (labels: Record<string, string>): boolean => labels[setKey] !== undefined && values.includes(labels[setKey]);
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const [, key, comparison, value] = /^([^=!\s]+)\s*(==|!=|=)\s*(\S*)$/.exec(term) ?? [];
  if (key !== undefined) return (labels) => (labels[key] === value) === (comparison !== '!=');
  const [, not, existing] = /^(!?)\s*([^=!\s()]+)$/.exec(term) ?? [];
  if (existing === undefined) throw badRequest(`unable to parse requirement: found '${term}' in '${whole}'`);
  return (labels) => (labels[existing] !== undefined) === (not === '');
};

/** A metav1.LabelSelector (matchLabels, matchExpressions); an empty one selects all. */
export const objectLabelSelector = (selector: Fields | undefined): ((labels: Record<string, string>) => boolean) => {
  const matchLabels = Object.entries((selector?.['matchLabels'] ?? {}) as Record<string, string>);
  const expressions = (selector?.['matchExpressions'] ?? []) as { key: string; operator: string; values?: string[] }[];
  return (labels) =>
    matchLabels.every(([key, value]) => labels[key] === value) &&
    expressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      if (operator === 'In') return value !== undefined && values.includes(value);
      return value === undefined || !values.includes(value);
    });
};
