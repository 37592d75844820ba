import type { Call } from '../call.ts';
import type { ApiObject } from '../object.ts';

/** A Table is sent only to those who ask for it before anything else. */
export const wantsTable = ({ accept }: Call): boolean => (accept.split(',')[0] ?? '').includes('as=Table');
export const wantsPartial = ({ accept }: Call): boolean => (accept.split(',')[0] ?? '').includes('as=PartialObjectMetadata');

const partial = ({ metadata }: ApiObject) => ({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata });

export const partialText = (items: readonly ApiObject[], metadata: object): string =>
  JSON.stringify({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(partial) });
export const partialObjectText = (object: ApiObject): string => JSON.stringify(partial(object));

/** Rows for people, as kubectl get prints them. */
export const tableText = (items: readonly ApiObject[], metadata: object, { version, query, apiVersion }: Call): string => {
  const include = query.get('includeObject') ?? 'Metadata';
  const objectOf = (item: ApiObject): unknown => (include === 'None' ? undefined : include === 'Object' ? { ...item, apiVersion } : partial(item));
  return JSON.stringify({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: version.columns.map(({ name, type, format = '', priority = 0 }) => ({ name, type, format, description: '', priority })),
    rows: items.map((item) => ({ cells: version.columns.map((column) => column.value(item) ?? null), object: objectOf(item) })),
  });
};
