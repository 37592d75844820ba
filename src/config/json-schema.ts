import { z } from 'zod';
import { fileSchema } from './schema.ts';
import { COMMON_SETTINGS, OWN_SETTINGS } from './written-fleets.ts';

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly [key: string]: unknown;
}

/** JSON Schema of pgdist.yaml for editors, as it stands in pgdist.schema.json: one fleet, or several under `fleets`. */
export const jsonSchema = (): string => {
  const { $schema, ...one } = z.toJSONSchema(fileSchema, { io: 'input' }) as Shape;
  const shared = without(optional(one), [...OWN_SETTINGS]);
  const { fleet: name, ...settings } = without(optional(one), [...COMMON_SETTINGS]).properties ?? {};
  const entry = { ...one, properties: { name, ...settings }, required: ['name', ...OWN_SETTINGS.filter((key) => key !== 'fleet')] };
  const fleets = { description: FLEETS, minItems: 1, type: 'array', items: entry };
  const several = { ...shared, properties: { fleets, ...shared.properties }, required: ['fleets'] };
  return `${JSON.stringify({ title: 'pgdist.yaml', $schema, anyOf: [one, several] }, undefined, 2)}\n`;
};

const FLEETS = 'Fleets of one installation; what stands beside `fleets` counts for each that does not have its own';

const without = (shape: Shape, keys: readonly string[]): Shape => ({
  ...shape,
  properties: Object.fromEntries(Object.entries(shape.properties ?? {}).filter(([key]) => !keys.includes(key))),
});

/** With nothing that must be there, as it may stand in the other place. What is in a list stands there as a whole. */
const optional = (whole: Shape): Shape => {
  const { required: _, ...shape } = whole;
  if (shape.properties === undefined) return shape;
  return { ...shape, properties: Object.fromEntries(Object.entries(shape.properties).map(([key, setting]) => [key, optional(setting)])) };
};
