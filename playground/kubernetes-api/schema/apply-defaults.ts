import { isFields } from '../object.ts';
import { fieldSchema, type Schema } from './schema.ts';

/** Fills in the defaults of a structural schema; changes the object in place. A null without `nullable` counts as absent. */
export const applyDefaults = (value: unknown, schema: Schema): void => {
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (const item of value) applyDefaults(item, schema.items);
    return;
  }
  if (!isFields(value)) return;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (property.default === undefined) continue;
    if (value[name] === undefined || (value[name] === null && property.nullable !== true)) value[name] = structuredClone(property.default);
  }
  for (const [name, field] of Object.entries(value)) {
    const own = fieldSchema(schema, name);
    if (own !== undefined) applyDefaults(field, own);
  }
};
