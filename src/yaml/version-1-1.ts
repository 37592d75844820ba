import type { Scalar } from 'yaml';

/** Words that YAML 1.1 takes for booleans, as Go's reader has them, besides those of 1.2. */
const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF']);

/** The value of a scalar by YAML 1.1, as far as Go's reader differs from 1.2 in what JSON can say. */
export const oldScalar = ({ value, type, tag }: Scalar): unknown => {
  if (typeof value !== 'string' || type !== 'PLAIN' || tag !== undefined) return value;
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  return /^[-+]?[0-9]+(_[0-9]+)+$/.test(value) ? Number(value.replaceAll('_', '')) : value;
};

/** Lays a mapping, or a list of them in which the first counts most, over an object; false: it is neither. */
export const mergeInto = (object: Record<string, unknown>, value: unknown): boolean => {
  const mappings: unknown[] = Array.isArray(value) ? value.toReversed() : [value];
  if (!mappings.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one))) return false;
  for (const one of mappings) Object.assign(object, one);
  return true;
};
