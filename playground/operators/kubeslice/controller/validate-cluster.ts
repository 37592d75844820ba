import { isIP } from 'node:net';
import { SLICE_CONFIG } from '../kinds.ts';
import type { Validator } from './validator.ts';

export const validateCluster: Validator = async ({ operation, name, namespace = '', object }, { hub, projectPrefix }) => {
  if (operation === 'DELETE') {
    const slices = await hub.list({ ...SLICE_CONFIG, namespace });
    if (!slices.some(({ spec }) => (spec?.clusters ?? []).includes(name))) return undefined;
    return { type: 'Forbidden', field: 'Cluster', message: 'The cluster cannot be deleted which is participating in slice config' };
  }
  if (!namespace.startsWith(`${projectPrefix}-`) || namespace === `${projectPrefix}-controller` || namespace === `${projectPrefix}-system`)
    return { type: 'Invalid value', field: 'metadata.namespace', value: namespace, message: 'cluster must be applied on project namespace' };
  const spec = (object as { spec?: { nodeIPs?: string[] } } | undefined)?.spec;
  const wrong = spec?.nodeIPs?.find((address) => isIP(address) === 0);
  if (wrong !== undefined) return { type: 'Invalid value', field: 'spec.nodeIPs', value: wrong, message: 'is not a valid IP address' };
  return undefined;
};
