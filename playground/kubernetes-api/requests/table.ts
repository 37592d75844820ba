import type { Call } from '../call.ts';
import type { PrinterColumn } from '../kinds/resource-type.ts';
import { isFields, type ApiObject } from '../object.ts';

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
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
      ...version.columns.map(({ name, type, format = '', priority = 0 }) => ({
        name,
        type: type === 'date' ? 'string' : type,
        format,
        description: '',
        priority,
      })),
    ],
    rows: items.map((item) => ({ cells: [item.metadata.name, ...version.columns.map((column) => cell(item, column))], object: objectOf(item) })),
  });
};

const cell = (object: ApiObject, { jsonPath, type }: PrinterColumn): unknown => {
  const value = valueAt(object, jsonPath);
  if (type === 'date') return typeof value === 'string' ? age(value) : '<unknown>';
  if (value === undefined || value === null) return type === 'integer' ? 0 : '';
  return typeof value === 'object' ? JSON.stringify(value) : value;
};

/** The part of JSONPath that printer columns use: fields, indices, and conditions[?(@.type=="Ready")]. */
const valueAt = (object: unknown, path: string): unknown => {
  const steps = path.match(/\["[^"]+"\]|\['[^']+'\]|\[\?\([^)]*\)\]|\[\d+\]|(?:\\.|[^.[\]])+/g) ?? [];
  return steps.reduce<unknown>((at, step) => {
    const [, field, wanted] = /^\[\?\(@\.(\w+)\s*==\s*["']([^"']*)["']\)\]$/.exec(step) ?? [];
    if (field !== undefined) return Array.isArray(at) ? at.find((item) => isFields(item) && item[field] === wanted) : undefined;
    const index = /^\[(\d+)\]$/.exec(step)?.[1];
    if (index !== undefined) return Array.isArray(at) ? at[Number(index)] : undefined;
    return isFields(at) ? at[step.replace(/^\[["']|["']\]$/g, '').replaceAll('\\', '')] : undefined;
  }, object);
};

const age = (time: string): string => {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
};
