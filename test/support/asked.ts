import type { Right } from '../../src/domain/right.ts';
import type { ApiObserver } from '../../playground/kubernetes-api/contract.ts';

export type Asked = Parameters<NonNullable<ApiObserver['authorized']>>[0];

/** Whether the right lets through what was asked for, as an API server judges it. */
export const lets = (right: Omit<Right, 'cluster' | 'why'>, asked: Asked): boolean =>
  right.verb === asked.verb &&
  right.group === asked.group &&
  right.resource === asked.resource &&
  right.subresource === asked.subresource &&
  (right.namespace === undefined || right.namespace === asked.namespace) &&
  (right.name === undefined || right.name === asked.name);

/** What everybody may do: paths, and questions about oneself. */
export const isEverybodys = ({ path, group = '' }: Asked): boolean =>
  path !== undefined || group === 'authorization.k8s.io' || group === 'authentication.k8s.io';

export const askedText = ({ verb, resource = '', group = '', subresource, namespace, name }: Asked): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`} ns=${namespace ?? '*'} name=${name ?? '*'}`;
