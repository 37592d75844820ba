import { z } from 'zod';

/**
 * Fields of objects that others write, of any version: what is absent, null, empty or of another type than documented counts as not told, never as an
 * error. Only for what is read. What is written back, and what a write rests on, is asked for strictly (readAs then says what cannot be read).
 */
export const text = z.string().catch('');
export const maybeText = z.string().optional().catch(undefined);
/** Counts of a status are left out where they are 0. */
export const count = z.number().catch(0);
export const maybeCount = z.number().optional().catch(undefined);
export const flag = z.boolean().catch(false);
/** Resource amounts: '500m', '16Gi'; a plain number stands for itself. */
export const quantity = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);
/** Set as soon as the field has any value: when a deletion cannot be dated it is a deletion all the same. */
const maybeInstant = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined)
  .catch('an unknown time');

/** Entries that can be read; the others are passed over. */
export const list = <T>(entry: z.ZodType<T>) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((entries): T[] => entries.flatMap((one) => (({ success, data }) => (success ? [data] : []))(entry.safeParse(one))));
export const texts = list(z.string());

/** Entries whose values are texts. */
export const textMap = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((entries): Record<string, string> =>
    Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  );

/** A part of an object, all of whose fields are lenient: read as empty where it is not there. */
export const part = <S extends z.ZodRawShape>(shape: S) => {
  const schema = z.object(shape);
  return schema.catch(() => schema.parse({}));
};

/** A part that tells something by being there at all; undefined where it is not, or is no object. */
export const maybePart = <S extends z.ZodRawShape>(shape: S) => z.object(shape).optional().catch(undefined);

const owner = z.object({ kind: z.string(), name: z.string() });

/** Every object has this; the API server sees to it. */
export const objectMeta = part({
  name: text,
  namespace: maybeText,
  uid: maybeText,
  resourceVersion: maybeText,
  generation: count,
  creationTimestamp: maybeText,
  deletionTimestamp: maybeInstant,
  finalizers: texts,
  labels: textMap,
  annotations: textMap,
  ownerReferences: list(owner),
});
