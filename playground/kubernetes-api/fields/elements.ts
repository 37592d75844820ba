import { isFields } from '../object.ts';
import { listKeysOf, listKindOf, type Schema } from '../schema/schema.ts';

/** Path element of an item of a list that is not atomic: 'k:{"name":"x"}' or 'v:"x"'. */
export const itemElement = (list: Schema, item: unknown): string =>
  listKindOf(list) === 'map' && isFields(item) ? `k:${JSON.stringify(listKeysOf(list, item))}` : `v:${JSON.stringify(item)}`;
