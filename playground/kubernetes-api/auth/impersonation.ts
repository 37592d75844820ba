import type { IncomingMessage } from 'node:http';
import { internalError } from '../errors.ts';
import type { UserInfo } from './authentication.ts';
import type { Authorization } from './authorization.ts';

/** The user that a request acts as: whoever asks needs the verb `impersonate` on each part of the other. Throws 403 in the words of the real server. */
export const actingUser = (
  authorization: Authorization,
  asking: UserInfo,
  { headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>,
): UserInfo => {
  const valuesOf = (name: string): readonly string[] => headersDistinct[`impersonate-${name}`] ?? [];
  const [username] = valuesOf('user');
  const [uid] = valuesOf('uid');
  const groups = valuesOf('group');
  const extra = Object.fromEntries(
    Object.entries(headersDistinct).flatMap(([name, values = []]) =>
      name.startsWith(EXTRA) ? [[decodeURIComponent(name.slice(EXTRA.length)), values] as const] : [],
    ),
  );
  if (username === undefined) {
    if (uid === undefined && groups.length === 0 && Object.keys(extra).length === 0) return asking;
    throw internalError('requested groups, uid or extra without impersonating a user');
  }
  const demand = (
    resource: string,
    name: string,
    more: { readonly group?: string; readonly namespace?: string; readonly subresource?: string } = {},
  ): void => authorization.demand(asking, { verb: 'impersonate', group: '', subresource: undefined, namespace: undefined, ...more, resource, name });
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? [];
  if (namespace === undefined || account === undefined) demand('users', username);
  else demand('serviceaccounts', account, { namespace });
  for (const group of groups) demand('groups', group);
  if (uid !== undefined) demand('uids', uid, { group: AUTHENTICATION });
  for (const [subresource, values] of Object.entries(extra))
    for (const value of values) demand('userextras', value, { group: AUTHENTICATION, subresource });
  const usual = namespace === undefined || groups.length > 0 ? groups : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return { username, ...(uid === undefined ? {} : { uid }), groups: [...new Set([...usual, 'system:authenticated'])], extra };
};

const EXTRA = 'impersonate-extra-';
const AUTHENTICATION = 'authentication.k8s.io';
