import { timestamp, type ApiObject, type ManagedFieldsEntry } from '../object.ts';
import type { Schema } from '../schema/schema.ts';
import { compare } from './compare.ts';
import { difference, emptySet, fromFieldsV1, isEmptySet, sameSet, toFieldsV1, union, withoutSubtrees, type FieldSet } from './field-set.ts';

/** Who writes, in the terms of managedFields. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string | undefined;
}

export interface Ownership extends Writer {
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

export const decodeManagedFields = (entries: readonly ManagedFieldsEntry[] = []): Ownership[] =>
  entries
    .filter((entry) => entry.manager !== undefined && entry.operation !== undefined)
    .map((entry) => ({
      manager: entry.manager,
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      subresource: entry.subresource,
      time: entry.time,
      fields: fromFieldsV1(entry.fieldsV1 ?? {}),
    }));

export const encodeManagedFields = (owners: readonly Ownership[]): ManagedFieldsEntry[] =>
  owners
    .filter(({ fields }) => !isEmptySet(fields))
    .sort(byOperationAndTime)
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(fields),
      ...(subresource === undefined ? {} : { subresource }),
    }));

const byOperationAndTime = (a: Ownership, b: Ownership): number =>
  a.operation.localeCompare(b.operation) || (a.time ?? '').localeCompare(b.time ?? '') || a.manager.localeCompare(b.manager);

/** Appliers are the same at any version; updaters are one per version. */
export const isSameWriter = (a: Writer, b: Writer): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

/** Fields that nobody owns. */
const UNOWNED = fromFieldsV1({
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': {
    'f:name': {},
    'f:generateName': {},
    'f:namespace': {},
    'f:creationTimestamp': {},
    'f:deletionTimestamp': {},
    'f:deletionGracePeriodSeconds': {},
    'f:selfLink': {},
    'f:uid': {},
    'f:generation': {},
    'f:managedFields': {},
    'f:resourceVersion': {},
  },
});
const STATUS = fromFieldsV1({ 'f:status': {} });

/** What of a set a write may own: no system fields, and the status only where it is written through its subresource. */
export const ownable = (
  fields: FieldSet,
  { hasStatus, subresource }: { readonly hasStatus: boolean; readonly subresource: string | undefined },
): FieldSet => {
  const own = withoutSubtrees(fields, UNOWNED);
  const metadata = own.children.get('f:metadata');
  if (metadata?.member === true) own.children.set('f:metadata', { ...metadata, member: false });
  if (subresource === 'status') {
    const status = own.children.get('f:status');
    return status === undefined ? emptySet() : { member: false, children: new Map([['f:status', status]]) };
  }
  return hasStatus ? withoutSubtrees(own, STATUS) : own;
};

/**
 * Managed fields after a write other than apply: the writer gets what it changed or added, all others lose that and what was removed.
 * Entries that the body brings win over those of the live object, except through a subresource; one empty entry clears them.
 */
export const trackUpdate = (
  live: ApiObject | undefined,
  next: ApiObject,
  { schema, writer, hasStatus }: { readonly schema: Schema; readonly writer: Writer; readonly hasStatus: boolean },
): ManagedFieldsEntry[] => {
  const brought = writer.subresource === undefined ? decodeManagedFields(next.metadata.managedFields) : [];
  const isCleared = writer.subresource === undefined && next.metadata.managedFields?.length === 1 && brought.length === 0;
  if (isCleared) return [];
  const owners = brought.length > 0 ? brought : decodeManagedFields(live?.metadata.managedFields);
  const { added, modified, removed } = compare(live ?? {}, next, schema);
  const taken = ownable(union(added, modified), { hasStatus, subresource: writer.subresource });
  const lost = union(union(added, modified), removed);
  const result: Ownership[] = [];
  let isKnown = false;
  for (const owner of owners) {
    if (!isSameWriter(owner, writer)) result.push({ ...owner, fields: difference(owner.fields, lost) });
    else {
      isKnown = true;
      const fields = union(difference(owner.fields, removed), taken);
      result.push({ ...owner, fields, time: isEmptySet(taken) && sameSet(fields, owner.fields) ? owner.time : timestamp() });
    }
  }
  if (!isKnown) result.push({ ...writer, time: timestamp(), fields: taken });
  return encodeManagedFields(result);
};
