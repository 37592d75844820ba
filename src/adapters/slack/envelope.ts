import { z } from 'zod';

/** An id in a payload: of a user, a channel, a trigger. Slack's have 120 characters at most. */
export const slackId = z.string().min(1).max(255);
/** What somebody typed; Slack cuts a command at 4 000 characters. */
export const typedText = z.string().max(10_000);
export const responseUrl = z.string().max(2_000);

/** More than Slack sends: a view has 250 kB at most, a message 50 blocks. */
export const MOST_BYTES = 1_000_000;
/** Levels of lists and objects in one another; Block Kit nests about ten. */
const MOST_LEVELS = 64;
/** Values of one envelope; each is looked at. */
const MOST_VALUES = 50_000;

type Read = { readonly kind: 'object'; readonly value: Readonly<Record<string, unknown>> } | { readonly kind: 'refused'; readonly why: string };

/** The JSON object in a text from outside. Size, depth and count are looked at before it is parsed. */
export const readObject = (text: string): Read => {
  const much = tooMuch(text);
  if (much !== undefined) return { kind: 'refused', why: much };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'refused', why: 'not JSON' };
  }
  return isObject(value) ? { kind: 'object', value } : { kind: 'refused', why: 'no JSON object' };
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const tooMuch = (text: string): string | undefined => {
  if (text.length > MOST_BYTES) return 'too long';
  let levels = 0;
  let values = 1;
  let inText = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inText) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (code === 0x5b || code === 0x7b) levels += 1;
    else if (code === 0x5d || code === 0x7d) levels -= 1;
    else if (code === 0x2c) values += 1;
    if (levels > MOST_LEVELS) return 'too deep';
    if (values > MOST_VALUES) return 'too many values';
  }
  return undefined;
};
