import { z } from 'zod';
import { parseInline, parseMrkdwn, parsePlain } from './mrkdwn.ts';
import type { Inline, Names, TextPart } from './parts.ts';
import { parseRichText } from './rich-text.ts';

const textObject = z.object({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string() });

/** A text object as parts; nothing for anything else. */
export const partsOfText = (given: unknown, names: Names): TextPart[] => {
  const parsed = textObject.safeParse(given);
  if (!parsed.success) return [];
  const { type, text } = parsed.data;
  return type === 'mrkdwn' ? parseMrkdwn(text, names) : [{ kind: 'paragraph', inlines: parsePlain(text) }];
};

/** A text object on one line. */
export const inlinesOfText = (given: unknown, names: Names): Inline[] => {
  const parsed = textObject.safeParse(given);
  if (!parsed.success) return [];
  return parsed.data.type === 'mrkdwn' ? parseInline(parsed.data.text, names) : parsePlain(parsed.data.text);
};

/** The bare text of a text object, '' for anything else. */
export const stringOfText = (given: unknown): string => {
  const parsed = textObject.safeParse(given);
  return parsed.success ? parsed.data.text : '';
};

const rawCell = z.object({ type: z.enum(['raw_text', 'raw_number']), text: z.string() });

/** A cell of a table. */
export const partsOfCell = (given: unknown, names: Names): TextPart[] => {
  const raw = rawCell.safeParse(given);
  return raw.success ? [{ kind: 'paragraph', inlines: [{ kind: 'text', text: raw.data.text, style: {} }] }] : parseRichText(given, names);
};
