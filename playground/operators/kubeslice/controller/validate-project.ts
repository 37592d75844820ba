import { CONTROLLER_NAMESPACE, SLICE_CONFIG } from '../kinds.ts';
import type { Validator } from './validator.ts';

const LONGEST_NAME = 30;
const ACCOUNT = /^[a-zA-Z0-9][a-zA-Z0-9\-.]{0,62}[a-zA-Z0-9]$/;

export const validateProject: Validator = async ({ operation, name, namespace, object }, { hub, projectPrefix }) => {
  if (operation === 'DELETE') {
    const slices = await hub.list({ ...SLICE_CONFIG, namespace: `${projectPrefix}-${name}` });
    if (slices.length === 0) return undefined;
    return { type: 'Forbidden', field: 'Project', message: 'The Project can be delete only after deleting the slice config' };
  }
  const { metadata, spec } = object as {
    metadata: { name: string; deletionTimestamp?: string };
    spec?: { serviceAccount?: Record<string, string[]> };
  };
  if (metadata.deletionTimestamp !== undefined) return undefined;
  if (namespace !== CONTROLLER_NAMESPACE)
    return {
      type: 'Invalid value',
      field: 'namespace',
      value: namespace,
      message: `project must be applied on kubeslice-manager namespace - ${CONTROLLER_NAMESPACE}`,
    };
  if (metadata.name.includes('.')) return { type: 'Invalid value', field: 'name', value: metadata.name, message: 'cannot contain dot(.)' };
  if (metadata.name.length > LONGEST_NAME)
    return { type: 'Invalid value', field: 'name', value: metadata.name, message: 'cannot contain more than 30 characters' };
  for (const list of ['readOnly', 'readWrite']) {
    const wrong = spec?.serviceAccount?.[list]?.find((account) => !ACCOUNT.test(account));
    if (wrong !== undefined) return { type: 'Invalid value', field: `spec.serviceAccount.${list}`, value: wrong, message: 'is not valid.' };
  }
  return undefined;
};
