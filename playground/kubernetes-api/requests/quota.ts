import type { Call } from '../call.ts';
import type { Cluster } from '../cluster.ts';
import { forbidden } from '../errors.ts';
import type { ApiObject } from '../object.ts';

const QUOTAS = { group: '', plural: 'resourcequotas' };

/** A ResourceQuota of the number of pods is kept to; asked after all webhooks, as the real server asks. */
export const checkQuota = ({ store }: Cluster, { type, namespace }: Call, { metadata: { name } }: ApiObject): void => {
  if (type.group !== '' || type.plural !== 'pods' || namespace === undefined) return;
  const used = store.list(type, namespace).filter(({ status }) => !['Succeeded', 'Failed'].includes(String(status?.phase))).length;
  for (const { metadata, spec } of store.list(QUOTAS, namespace) as (ApiObject & { spec?: { hard?: Record<string, string> } })[]) {
    const limit = spec?.hard?.['pods'] ?? spec?.hard?.['count/pods'];
    if (limit !== undefined && used + 1 > Number(limit))
      throw forbidden(type, name, `exceeded quota: ${metadata.name}, requested: pods=1, used: pods=${used}, limited: pods=${limit}`);
  }
};
