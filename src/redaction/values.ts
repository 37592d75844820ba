import { HIDDEN } from './hidden.ts';
import { namesSecret } from './named-values.ts';

/** Fields that hold what another field of the same object names: { name: 'PGPASSWORD', value }, { path: 'spec.password', from, to }. */
const NAMING = ['name', 'path', 'key', 'field'] as const;
const NAMED = new Set(['value', 'from', 'to', 'now', 'was', 'wanted', 'current', 'before', 'after']);

/** A copy in which `clean` went over every string, keys included; what keys and neighbours name a secret is hidden whole. Not for circles. */
export const cleanValue = (value: unknown, clean: (text: string) => string): unknown => {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item: unknown) => cleanValue(item, clean));
  if (typeof value !== 'object' || value === null) return value;
  if (!isPlain(value)) return 'toJSON' in value && typeof value.toJSON === 'function' ? cleanValue(value.toJSON(), clean) : value;
  const fields = Object.entries(value);
  const named = NAMING.some((field) => {
    const name = (value as Record<string, unknown>)[field];
    return typeof name === 'string' && namesSecret(name);
  });
  return Object.fromEntries(
    fields.map(([key, content]) => {
      const secret = typeof content === 'string' && content !== '' && (namesSecret(key) || (named && NAMED.has(key)));
      return [clean(key), secret ? HIDDEN : cleanValue(content, clean)];
    }),
  );
};

/** Anything else (bytes, streams) becomes no text by JSON. */
const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
