/** Parameters arrive as members of JSON or as form fields, where everything is text and objects are JSON in text. */
import { z } from 'zod';
import { SlackError } from '../slack-error.ts';

export const flag = z.preprocess(
  (given) => (given === 'true' || given === '1' || given === 1 ? true : given === 'false' || given === '0' ? false : given),
  z.boolean().optional(),
);

export const count = (max: number, fallback: number) => z.coerce.number().int().min(1).max(max).default(fallback);

export const id = z.string().min(1);

const parseJson = (given: string, error: string): unknown => {
  try {
    return JSON.parse(given);
  } catch {
    throw new SlackError(error);
  }
};

/** An object or list; `error` is what Slack answers when it is not JSON. */
export const json = (error: string) =>
  z
    .unknown()
    .optional()
    .transform((given) => (typeof given === 'string' ? (given === '' ? undefined : parseJson(given, error)) : (given ?? undefined)));

const metadataShape = z.object({ event_type: z.string().min(1).max(255), event_payload: z.record(z.string(), z.unknown()) });

/** Undocumented as a number in Slack's pages; others met the refusal above 8 kB. */
const maxMetadataBytes = 8000;

/** Checked message metadata, undefined when none was given. */
export const metadataOf = (given: unknown): unknown => {
  if (given === undefined) return undefined;
  const parsed = metadataShape.safeParse(given);
  if (!parsed.success) throw new SlackError('invalid_metadata_format');
  if (JSON.stringify(parsed.data).length > maxMetadataBytes) throw new SlackError('metadata_too_large');
  return parsed.data;
};
