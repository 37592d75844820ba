/**
 * The same value without fields that are null, changed in place: to Kubernetes null is absent, and what is read need not tell the two apart (a new
 * CustomResourceDefinition has conditions: null for a moment).
 */
export const withoutNulls = <T>(value: T): T => {
  if (Array.isArray(value)) for (const item of value) withoutNulls(item);
  else if (typeof value === 'object' && value !== null)
    for (const [key, field] of Object.entries(value)) {
      if (field === null) delete (value as Record<string, unknown>)[key];
      else if (typeof field === 'object') withoutNulls(field);
    }
  return value;
};
