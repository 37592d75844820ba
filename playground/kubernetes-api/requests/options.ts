import type { Call } from '../call.ts';
import { fieldNotSupported, fieldRequired, invalid } from '../errors.ts';

/** True for dryRun=All; another value is refused. */
export const isDryRun = ({ query }: Pick<Call, 'query'>): boolean => {
  const values = query.getAll('dryRun').filter((value) => value !== '');
  if (values.some((value) => value !== 'All'))
    throw invalid({ group: 'meta.k8s.io', kind: 'CreateOptions' }, '', [fieldNotSupported('dryRun', values, ['All'])]);
  return values.length > 0;
};

/** Manager of a write other than apply: as asked for, else the first part of the user agent. */
export const managerOf = ({ query, userAgent }: Pick<Call, 'query' | 'userAgent'>): string => {
  const stated = query.get('fieldManager');
  return stated !== null && stated !== '' ? stated : (userAgent.split('/')[0] ?? 'unknown').slice(0, 128);
};

/** An apply has to say who applies. */
export const applyManagerOf = ({ query }: Pick<Call, 'query'>): string => {
  const stated = query.get('fieldManager');
  if (stated === null || stated === '')
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [fieldRequired('fieldManager', 'is required for apply patch')]);
  return stated;
};

export const isForced = ({ query }: Pick<Call, 'query'>): boolean => query.get('force') === 'true';

const DIRECTIVES = ['', 'Ignore', 'Strict', 'Warn'];

/** Refuses a fieldValidation that is none. */
export const checkFieldValidation = ({ query, method }: Pick<Call, 'query' | 'method'>): void => {
  const directive = query.get('fieldValidation');
  if (directive === null || DIRECTIVES.includes(directive)) return;
  const kind = method === 'POST' ? 'CreateOptions' : method === 'PUT' ? 'UpdateOptions' : 'PatchOptions';
  throw invalid({ group: 'meta.k8s.io', kind }, '', [fieldNotSupported('fieldValidation', directive, DIRECTIVES)]);
};
