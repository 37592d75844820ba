import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { forbidden } from '../errors.ts';

/**
 * Entering a pod over a WebSocket is a GET, and was allowed to whoever may `get`; since 1.35 (gate AuthorizePodWebsocketUpgradeCreatePermission)
 * they must be allowed to `create` as well. The real server gives no reason of its own.
 */
export const demandCreate = ({ version, authorization }: Cluster, { type, user, method, namespace, name = '', subresource }: Call): void => {
  const [, minor = ''] = /^v1\.(\d+)/.exec(version) ?? [];
  if (Number(minor) < 35 || method === 'POST') return;
  const asked = { verb: 'create', group: type.group, resource: type.plural, subresource, namespace, name };
  const { allowed, reason } = authorization.note(user, asked);
  if (!allowed) throw forbidden(type, name, reason);
};
