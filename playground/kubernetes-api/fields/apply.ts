import { StatusError } from '../errors.ts';
import { timestamp, type ApiObject, type Fields } from '../object.ts';
import type { Schema } from '../schema/schema.ts';
import { compare } from './compare.ts';
import { difference, intersection, isEmptySet, pathsOf, pathText, sameSet, union, type FieldSet } from './field-set.ts';
import { decodeManagedFields, encodeManagedFields, isSameWriter, ownable, type Ownership, type Writer } from './managed-fields.ts';
import { mergeApplied } from './merge.ts';
import { fieldsOf } from './of-object.ts';
import { removeDisowned } from './prune.ts';

interface Applied {
  readonly schema: Schema;
  readonly writer: Writer;
  readonly force: boolean;
  readonly hasStatus: boolean;
}

/**
 * Server-side apply: the live object (empty when there is none) with the configuration merged in and the applier's former fields, which it
 * no longer states and nobody else owns, removed. Throws 409 with one cause per field that another manager holds at another value.
 */
export const applyConfiguration = (live: ApiObject | Fields, config: ApiObject, { schema, writer, force, hasStatus }: Applied): ApiObject => {
  const owners = ownersOf(live, schema, hasStatus);
  const merged = mergeApplied(live, config, schema) as ApiObject;
  const stated = ownable(fieldsOf(config, schema), { hasStatus, subresource: writer.subresource });
  const { added, modified, removed } = compare(live, merged, schema);
  const taken = union(added, modified);

  const others = owners.filter((owner) => !isSameWriter(owner, writer));
  const conflicts = others.map((owner) => ({ owner, fields: intersection(owner.fields, taken) })).filter(({ fields }) => !isEmptySet(fields));
  if (conflicts.length > 0 && !force) throw conflictError(conflicts);

  const last = owners.find((owner) => isSameWriter(owner, writer));
  const left = others.map((owner) => ({ ...owner, fields: difference(owner.fields, union(taken, removed)) }));
  const owned = left.reduce<FieldSet>((all, { fields }) => union(all, fields), stated);
  const pruned = last === undefined ? merged : (removeDisowned(merged, last.fields, owned, schema) as ApiObject);

  const isSame = last !== undefined && sameSet(last.fields, stated) && isEmptySet(taken) && isEmptySet(removed);
  const own: Ownership = { ...writer, fields: stated, time: isSame ? last.time : timestamp() };
  return { ...pruned, metadata: { ...pruned.metadata, managedFields: encodeManagedFields([...left, own]) } };
};

/** An object that was written before fields were tracked belongs to 'before-first-apply'. */
const ownersOf = (live: ApiObject | Fields, schema: Schema, hasStatus: boolean): Ownership[] => {
  const owners = decodeManagedFields(live['metadata']?.managedFields);
  if (owners.length > 0 || live['metadata']?.uid === undefined) return owners;
  const fields = ownable(compare({}, live, schema).added, { hasStatus, subresource: undefined });
  return [
    {
      manager: 'before-first-apply',
      operation: 'Update',
      apiVersion: live['apiVersion'] as string,
      subresource: undefined,
      time: timestamp(),
      fields,
    },
  ];
};

const conflictError = (conflicts: readonly { readonly owner: Ownership; readonly fields: FieldSet }[]): StatusError => {
  const all = conflicts.flatMap(({ owner, fields }) => pathsOf(fields).map((path) => ({ who: ownerText(owner), field: pathText(path) })));
  const byOwner = Map.groupBy(all, ({ who }) => who);
  const first = all[0];
  const message =
    all.length === 1 && first !== undefined
      ? `Apply failed with 1 conflict: conflict with ${first.who}: ${first.field}`
      : `Apply failed with ${all.length} conflicts: ${[...byOwner]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .flatMap(([who, fields]) => [`conflicts with ${who}:`, ...fields.map(({ field }) => `- ${field}`)])
          .join('\n')}`;
  return new StatusError(409, 'Conflict', message, {
    causes: all.map(({ who, field }) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  });
};

const ownerText = ({ manager, operation, subresource, apiVersion }: Ownership): string =>
  [
    JSON.stringify(manager),
    ...(subresource === undefined ? [] : [`with subresource "${subresource}"`]),
    ...(operation === 'Update' ? [`using ${apiVersion}`] : []),
  ].join(' ');
